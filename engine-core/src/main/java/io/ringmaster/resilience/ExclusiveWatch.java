package io.ringmaster.resilience;

import io.ringmaster.event.EngineEvent;
import io.ringmaster.event.EngineEvents;
import io.ringmaster.lifecycle.ExclusiveAttempt;
import io.ringmaster.lifecycle.PropagatedContext;
import io.ringmaster.lifecycle.TaskExecutor;
import io.ringmaster.task.InternalApi;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/**
 * Knows the attempts that wait for an exclusive thread and those that run on one, and tells of two things that do not end by
 * themselves: threads that wait for each other's locks, and a line that does not move. The latter is not a deadlock over
 * resources: a further thread, or one task's end, would move it, and the engine breaks nothing.
 *
 * <p>Its cost is a map entry for each exclusive attempt; the monitor looks at them all, but only every so often.
 */
@InternalApi
public final class ExclusiveWatch {
    private static final int NAMED = 5;
    private static final int LOOKS_PER_STARVATION = 4;

    private final int maxThreads;
    private final long deadlockCheckNanos;
    private final long starvationNanos;
    private final ResourceAgent resources;
    private final EngineEvents events;
    private final LongSupplier clock;
    private final ThreadDeadlocks threadDeadlocks;

    /** Since when each attempt is known; adopted ones too. */
    private final ConcurrentHashMap<ExclusiveAttempt, Long> attempts = new ConcurrentHashMap<>();
    /** When an attempt was started last. Any exclusive thread; which of two that race is written makes no difference. */
    private volatile long lastStartNanos;

    // The monitor's.
    private long lastPauseNanos;
    private long nextDeadlockCheck;
    private long nextStarvationCheck;
    private boolean reported;
    private long reportedAfter;

    /**
     * Creates a watch.
     *
     * @param maxThreads         how many exclusive threads there are at most.
     * @param deadlockCheckNanos how often to look for threads that wait for each other; 0 for never.
     * @param starvationNanos    how long the line may stand; 0 for as long as it likes.
     * @param resources          knows who waits for what.
     * @param events             told of what is found.
     * @param clock              the engine's clock.
     */
    public ExclusiveWatch(
            final int maxThreads,
            final long deadlockCheckNanos,
            final long starvationNanos,
            final ResourceAgent resources,
            final EngineEvents events,
            final LongSupplier clock) {
        this.maxThreads = maxThreads;
        this.deadlockCheckNanos = deadlockCheckNanos;
        this.starvationNanos = starvationNanos;
        this.resources = resources;
        this.events = events;
        this.clock = clock;
        this.threadDeadlocks = new ThreadDeadlocks(events);
        final long now = clock.getAsLong();
        this.lastStartNanos = now;
        this.lastPauseNanos = now;
        this.nextDeadlockCheck = now + deadlockCheckNanos;
        this.nextStarvationCheck = now + starvationNanos / LOOKS_PER_STARVATION;
    }

    /**
     * An attempt waits for a thread from now on. Fire-worker.
     *
     * @param attempt the attempt.
     */
    public void offered(final ExclusiveAttempt attempt) {
        attempts.put(attempt, clock.getAsLong());
    }

    /**
     * A stalled call has become an attempt on a thread of its own. The monitor.
     *
     * @param attempt the attempt.
     */
    public void adopted(final ExclusiveAttempt attempt) {
        attempts.put(attempt, clock.getAsLong());
    }

    /**
     * Runs an attempt. Its thread.
     *
     * @param attempt    the attempt.
     * @param propagated runs steps with the submitter's context, or null.
     */
    public void run(final ExclusiveAttempt attempt, final PropagatedContext propagated) {
        if (attempt.isQueued()) {
            lastStartNanos = clock.getAsLong();
        }
        try {
            attempt.run(propagated);
        } finally {
            attempts.remove(attempt);
        }
    }

    /**
     * The engine stood still until now: nothing could start meanwhile. The monitor.
     *
     * @param nowNanos the time.
     */
    public void paused(final long nowNanos) {
        lastPauseNanos = nowNanos;
    }

    /**
     * Looks at everything, where that is due. The monitor.
     *
     * @param nowNanos the time.
     * @return how much was found.
     */
    public int tick(final long nowNanos) {
        int work = 0;
        if (deadlockCheckNanos > 0 && nowNanos - nextDeadlockCheck >= 0) {
            nextDeadlockCheck = nowNanos + deadlockCheckNanos;
            work += threadDeadlocks.look(running());
        }
        if (starvationNanos > 0 && nowNanos - nextStarvationCheck >= 0) {
            nextStarvationCheck = nowNanos + starvationNanos / LOOKS_PER_STARVATION;
            work += lookAtLine(nowNanos);
        }
        return work;
    }

    private Map<Thread, ExclusiveAttempt> running() {
        final Map<Thread, ExclusiveAttempt> running = new HashMap<>();
        attempts.forEach((attempt, since) -> {
            final Thread thread = attempt.thread();
            if (thread != null) {
                running.put(thread, attempt);
            } else if (attempt.isEnded() || attempt.executor().isDone()) {
                attempts.remove(attempt); // an adopted one, or one that was cancelled in its line
            }
        });
        return running;
    }

    private int lookAtLine(final long nowNanos) {
        int waiting = 0;
        long longest = 0;
        final List<ExclusiveAttempt> running = new ArrayList<>();
        for (final Map.Entry<ExclusiveAttempt, Long> each : attempts.entrySet()) {
            final ExclusiveAttempt attempt = each.getKey();
            if (attempt.isQueued()) {
                waiting++;
                longest = Math.max(longest, nowNanos - each.getValue());
            } else if (attempt.thread() != null && !attempt.isQuarantined() && !attempt.isAdopted()) {
                running.add(attempt);
            }
        }
        final long start = lastStartNanos;
        if (longest < starvationNanos
                || nowNanos - start < starvationNanos
                || nowNanos - lastPauseNanos < starvationNanos) {
            reported = false;
            return 0;
        }
        if (reported && reportedAfter == start) {
            return 0; // the same episode
        }
        reported = true;
        reportedAfter = start;
        events.accept(new EngineEvent.Starvation(waiting, longest, reason(running)));
        return 1;
    }

    private String reason(final List<ExclusiveAttempt> running) {
        final Group line = new Group();
        final Group others = new Group();
        final Group held = new Group();
        int busy = 0;
        for (final ExclusiveAttempt each : running) {
            final TaskExecutor awaited = each.awaited();
            final String task = "task " + each.taskId();
            if (awaited != null) {
                final ExclusiveAttempt its = awaited.exclusive();
                (its != null && its.isQueued() ? line : others).add(task + " for task " + awaited.id());
                continue;
            }
            final String waits = resources.explainWaits(each.executor());
            if (waits.isEmpty()) {
                busy++;
            } else {
                held.add(task + waits);
            }
        }
        final StringBuilder text = new StringBuilder();
        text.append(running.size()).append(" of ").append(maxThreads).append(" exclusive threads are taken: ");
        line.tell(text, " wait for tasks that are in the line themselves");
        others.tell(text, " wait for other tasks");
        held.tell(text, " wait for resources");
        text.append(busy).append(" just run");
        if (line.count > 0 && line.count == running.size()) {
            text.append("; it will not end by itself");
        }
        return text.toString();
    }

    private static final class Group {
        private final StringBuilder names = new StringBuilder();
        private int count;

        void add(final String name) {
            if (count++ < NAMED) {
                names.append(count == 1 ? "" : "; ").append(name);
            }
        }

        void tell(final StringBuilder text, final String what) {
            text.append(count).append(what);
            if (count > 0) {
                text.append(" (")
                        .append(names)
                        .append(count > NAMED ? "; ..." : "")
                        .append(')');
            }
            text.append(", ");
        }
    }
}
