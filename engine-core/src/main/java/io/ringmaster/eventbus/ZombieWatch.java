package io.ringmaster.eventbus;

import io.ringmaster.event.EngineEvent;
import io.ringmaster.event.EngineEvents;
import io.ringmaster.event.Stacks;
import io.ringmaster.lifecycle.ExclusiveAttempt;
import io.ringmaster.lifecycle.TaskExecutor;
import io.ringmaster.lifecycle.TaskSupervision;
import io.ringmaster.task.TaskPolicy;
import io.ringmaster.task.TaskState;
import io.ringmaster.task.TaskZombieException;
import io.ringmaster.task.ZombiePolicy;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Tells zombies from attempts that only seem to be silent. A fire-worker's timer suspects; the monitor convicts, and only
 * after {@value #TICKS} of its own ticks came on time and the silence is too long without the engine's own pauses. So a
 * process that was suspended, or stopped by its collector, finds its tasks suspected by timers that are all overdue, and
 * lets them beat before anybody is convicted.
 */
final class ZombieWatch {
    /** Ticks on time between suspicion and conviction. */
    private static final int TICKS = 2;
    /** Pauses that are remembered; older ones have no living attempt's silence in them, or did no harm. */
    private static final int PAUSES = 64;

    private static final double NANOS_PER_MILLI = 1e6;

    private record Pause(long startNanos, long endNanos) {}

    private static final class Suspect {
        private final TaskExecutor executor;
        private final int attempt;
        private final long lastBeatNanos;
        private int ticks;

        Suspect(final TaskExecutor executor) {
            this.executor = executor;
            this.attempt = executor.attempt();
            this.lastBeatNanos = executor.supervision().lastBeatNanos();
        }
    }

    private final EngineEvents events;
    private final ConcurrentLinkedQueue<Suspect> arriving = new ConcurrentLinkedQueue<>();
    private final Map<TaskExecutor, Suspect> suspects = new HashMap<>();
    private volatile boolean empty = true;
    private final ArrayDeque<Pause> pauses = new ArrayDeque<>();

    ZombieWatch(final EngineEvents events) {
        this.events = events;
    }

    /** Takes a suspicion. The owner of the executor's partition. */
    void suspect(final TaskExecutor executor) {
        arriving.add(new Suspect(executor));
    }

    boolean isEmpty() {
        return empty && arriving.isEmpty();
    }

    /** The engine itself stood still: nobody could beat, or be heard. The monitor only. */
    void paused(final long startNanos, final long endNanos) {
        if (pauses.size() == PAUSES) {
            pauses.removeFirst();
        }
        pauses.addLast(new Pause(startNanos, endNanos));
        suspects.values().forEach(each -> each.ticks = 0);
    }

    /** One tick that came on time. The monitor only. Returns how many were convicted or acquitted. */
    int tick(final long nowNanos) {
        int work = 0;
        for (final Iterator<Suspect> it = suspects.values().iterator(); it.hasNext(); ) {
            final Suspect each = it.next();
            if (!isStillSilent(each)) {
                it.remove();
                work++;
            } else if (++each.ticks >= TICKS) {
                it.remove();
                work++;
                judge(each, nowNanos);
            }
        }
        for (Suspect each = arriving.poll(); each != null; each = arriving.poll()) {
            suspects.putIfAbsent(each.executor, each);
            work++;
        }
        empty = suspects.isEmpty();
        return work;
    }

    /** Code that has ended is not silent: its end waits in the ring, behind a flood perhaps. */
    private static boolean isStillSilent(final Suspect suspect) {
        final TaskState state = suspect.executor.state();
        final ExclusiveAttempt attempt = suspect.executor.exclusive();
        return (state == TaskState.RUNNING || state == TaskState.PAUSING)
                && (attempt == null || !attempt.isEnded())
                && suspect.executor.attempt() == suspect.attempt
                && suspect.executor.supervision().lastBeatNanos() == suspect.lastBeatNanos;
    }

    private void judge(final Suspect suspect, final long nowNanos) {
        final TaskExecutor executor = suspect.executor;
        final TaskSupervision supervision = executor.supervision();
        final TaskPolicy policy = supervision.policy();
        final long silent = nowNanos - suspect.lastBeatNanos - pausedNanos(suspect.lastBeatNanos);
        if (silent < supervision.maxSilenceNanos()) {
            return; // the timer looks again
        }
        supervision.convicted(suspect.lastBeatNanos);
        final ExclusiveAttempt attempt = executor.exclusive();
        final Thread thread = attempt == null ? null : attempt.thread();
        events.accept(new EngineEvent.Zombie(
                executor.id(),
                executor.spec().type(),
                suspect.attempt,
                silent,
                policy.onZombie().name(),
                thread == null ? "" : thread.getName(),
                Stacks.of(thread)));
        if (policy.onZombie() != ZombiePolicy.REPORT) {
            executor.requestStop(
                    suspect.attempt,
                    new TaskZombieException(
                            executor.id(),
                            suspect.attempt,
                            silent / NANOS_PER_MILLI,
                            policy.onZombie() == ZombiePolicy.RETRY));
        }
    }

    /** How much of the time since then the engine stood still. */
    private long pausedNanos(final long sinceNanos) {
        long paused = 0;
        for (final Pause each : pauses) {
            final long start = each.startNanos - sinceNanos > 0 ? each.startNanos : sinceNanos;
            if (each.endNanos - start > 0) {
                paused += each.endNanos - start;
            }
        }
        return paused;
    }
}
