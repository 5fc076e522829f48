package io.ringmaster.resilience;

import io.ringmaster.event.EngineEvent;
import io.ringmaster.event.EngineEvents;
import io.ringmaster.event.Stacks;
import io.ringmaster.lifecycle.ExclusiveAttempt;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Finds exclusive threads that wait for each other's monitors or locks. The JVM stops all threads for the search; it knows
 * platform threads only. Used by the monitor alone.
 */
final class ThreadDeadlocks {
    private static final int AT_LEAST = 2;

    private final EngineEvents events;
    private Set<Set<Long>> told = new HashSet<>();

    ThreadDeadlocks(final EngineEvents events) {
        this.events = events;
    }

    /** Looks once. Returns how many circles were told of; each is told of once. */
    int look(final Map<Thread, ExclusiveAttempt> running) {
        if (running.size() < AT_LEAST) {
            told.clear();
            return 0;
        }
        final ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        final long[] ids = threads.isSynchronizerUsageSupported()
                ? threads.findDeadlockedThreads()
                : threads.findMonitorDeadlockedThreads();
        final Set<Set<Long>> found = new HashSet<>();
        int work = 0;
        if (ids != null) {
            final Map<Long, ThreadInfo> infos = new HashMap<>();
            for (final ThreadInfo each : threads.getThreadInfo(ids, Integer.MAX_VALUE)) {
                if (each != null) {
                    infos.put(each.getThreadId(), each);
                }
            }
            final Map<Long, ExclusiveAttempt> ours = new HashMap<>();
            running.forEach((thread, attempt) -> ours.put(thread.getId(), attempt));
            for (final Long each : infos.keySet()) {
                final Set<Long> circle = circle(infos, each);
                if (circle.stream().anyMatch(ours::containsKey) && found.add(circle) && !told.contains(circle)) {
                    events.accept(new EngineEvent.ThreadDeadlock(circle.size(), report(infos, ours, circle)));
                    work++;
                }
            }
        }
        told = found;
        return work;
    }

    /** The circle that a thread's wait leads to: the one it is part of, or waits for. */
    private static Set<Long> circle(final Map<Long, ThreadInfo> infos, final long start) {
        final Set<Long> passed = new HashSet<>();
        long id = start;
        while (infos.containsKey(id) && passed.add(id)) {
            id = infos.get(id).getLockOwnerId();
        }
        final Set<Long> circle = new TreeSet<>();
        while (infos.containsKey(id) && circle.add(id)) {
            id = infos.get(id).getLockOwnerId();
        }
        return circle;
    }

    private static String report(
            final Map<Long, ThreadInfo> infos, final Map<Long, ExclusiveAttempt> ours, final Set<Long> circle) {
        final StringBuilder text = new StringBuilder();
        for (final Long id : circle) {
            final ThreadInfo info = infos.get(id);
            final ExclusiveAttempt attempt = ours.get(id);
            text.append(info.getThreadName());
            if (attempt != null) {
                text.append(", task ")
                        .append(attempt.taskId())
                        .append(" (type '")
                        .append(attempt.spec().type())
                        .append("')");
            }
            text.append(", waits for ").append(info.getLockName());
            text.append(" of ").append(info.getLockOwnerName()).append('\n');
            text.append(Stacks.of(info.getStackTrace()));
        }
        return text.toString();
    }
}
