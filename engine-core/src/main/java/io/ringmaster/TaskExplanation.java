package io.ringmaster;

import io.ringmaster.container.ExclusiveThreadTaskExecutorContainer;
import io.ringmaster.eventbus.PartitionSnapshot;
import io.ringmaster.eventbus.TaskExecutorEventBusCoordinator;
import io.ringmaster.lifecycle.ExclusiveAttempt;
import io.ringmaster.lifecycle.TaskExecutor;
import io.ringmaster.lifecycle.TaskSupervision;
import io.ringmaster.resilience.ResourceAgent;
import io.ringmaster.resilience.TaskType;
import io.ringmaster.task.TaskState;
import java.util.Locale;

/** Puts into words why a task is where it is, from a look at it while it goes on. */
final class TaskExplanation {
    private static final double NANOS_PER_MILLI = 1e6;
    private static final double MILLIS_PER_SECOND = 1e3;
    private static final String PREPARES = "its plugin prepares it on a former fire-worker's thread, which it stalled";

    private final TaskExecutor executor;
    private final ExclusiveThreadTaskExecutorContainer exclusive;
    private final TaskExecutorEventBusCoordinator coordinator;
    private final ResourceAgent resources;
    private final long nowNanos;

    TaskExplanation(
            final TaskExecutor executor,
            final ExclusiveThreadTaskExecutorContainer exclusive,
            final TaskExecutorEventBusCoordinator coordinator,
            final ResourceAgent resources,
            final long nowNanos) {
        this.executor = executor;
        this.exclusive = exclusive;
        this.coordinator = coordinator;
        this.resources = resources;
        this.nowNanos = nowNanos;
    }

    @Override
    public String toString() {
        final ExclusiveAttempt attempt = executor.exclusive();
        final int partition = executor.bus().partition();
        final StringBuilder text = new StringBuilder();
        text.append(executor.state()).append(' ').append(time(nowNanos - executor.stateSinceNanos()));
        switch (executor.state()) {
            case INITIALIZED -> text.append(": ").append(attempt == null ? admission(partition) : PREPARES);
            case PREPARED -> text.append(": on its way to its container");
            case SCHEDULED -> text.append(": ").append(attempt == null ? "next on its fire-worker" : queue(attempt));
            case RUNNING -> text.append(running(attempt, partition));
            case PAUSING -> text.append(": until the current step ends or its pause point is reached");
            case PAUSED -> text.append(attempt == null ? ": holds no thread" : ": parked at its pause point");
            case RETRY_WAIT ->
                text.append(": attempt ")
                        .append(executor.attempt() + 1)
                        .append(ofAttempts())
                        .append(" in ")
                        .append(time(executor.dueNanos() - nowNanos))
                        .append(" after ")
                        .append(inOneLine(executor.failure()));
            case KILLING -> text.append(": waits for the end of its code, ").append(rung(attempt));
            default -> text.append(": being finalized");
        }
        return text.append(resources.explain(executor))
                .append(placed())
                .append(supervised())
                .toString();
    }

    private String ofAttempts() {
        final int attempts = coordinator.retryPolicy(executor.spec()).attempts();
        return attempts == 0 ? "" : " of " + attempts;
    }

    /** Where the engine chose its container, and why its type's tasks go there. */
    private String placed() {
        if (!executor.is(TaskExecutor.PLACED) || executor.state().isFinal()) {
            return "";
        }
        final TaskType type = coordinator.types().of(executor.spec());
        return "; type '" + type.name() + "' goes to the " + type.placement() + " container: " + type.reason();
    }

    /** What the engine does about it by itself. */
    private String supervised() {
        final TaskSupervision supervision = executor.supervision();
        if (supervision == null) {
            return "";
        }
        final Throwable cause = supervision.stopCause(executor.attempt());
        if (cause != null && executor.state() == TaskState.KILLING) {
            return ", since " + cause.getMessage();
        }
        final String timeout = supervision.describe(nowNanos);
        final String beat = supervision.isBeating()
                ? ", last heartbeat " + time(nowNanos - supervision.lastBeatNanos()) + " ago"
                : "";
        return (timeout == null ? "" : ", " + timeout) + beat;
    }

    private String running(final ExclusiveAttempt attempt, final int partition) {
        if (attempt != null) {
            return attempt.isAdopted()
                    ? " on a former fire-worker's thread, which its step stalled"
                    : " on an exclusive thread, attempt " + executor.attempt() + awaited(attempt);
        }
        final String on = " on fire-worker " + partition;
        if (executor.is(TaskExecutor.WAITS_TIME)) {
            return on + ": next step in " + time(executor.dueNanos() - nowNanos);
        }
        if (executor.is(TaskExecutor.WAITS_SIGNAL)) {
            return on + ": waits for a signal";
        }
        if (executor.is(TaskExecutor.WAITS_TURN)) {
            return on + ": waits for its next turn";
        }
        return on + ", step held for " + time(nowNanos - coordinator.clockReadNanos(partition));
    }

    /** What the body waits for, if it does so by its handle. */
    private String awaited(final ExclusiveAttempt attempt) {
        final TaskExecutor other = attempt.awaited();
        if (other == null || other == executor) {
            return "";
        }
        final ExclusiveAttempt its = other.exclusive();
        final String line = other.state() == TaskState.SCHEDULED && its != null ? ": " + queue(its) : "";
        return ", waits for task " + other.id() + ", which is " + other.state() + line;
    }

    private String queue(final ExclusiveAttempt attempt) {
        final int place = exclusive.placeInQueue(attempt);
        final String holder = place == 0 ? null : exclusive.holder(attempt);
        return "exclusive threads " + exclusive.threads() + "/" + exclusive.maxThreads()
                + (place == 0 ? ", about to start" : ", number " + place + " in line")
                + (holder == null ? "" : ", " + holder);
    }

    private String admission(final int partition) {
        final PartitionSnapshot worker = coordinator.partition(partition);
        return "waits for fire-worker " + partition
                + (worker.call().isEmpty() ? "" : ", which is in a " + worker.call())
                + (worker.blocked() == null ? "" : " and refuses: " + worker.blocked());
    }

    private static String rung(final ExclusiveAttempt attempt) {
        final String[] rungs = {"asked to end", "interrupted", "its onKill was called"};
        return attempt == null ? rungs[0] : rungs[Math.min(attempt.rung(), rungs.length - 1)];
    }

    /** An error is the task's own code: what it says of itself may take several lines, and may throw. */
    private static String inOneLine(final Throwable failure) {
        try {
            return String.valueOf(failure).replaceAll("\\R\\s*", " ");
        } catch (final Throwable t) {
            return failure.getClass().getName();
        }
    }

    private static String time(final long nanos) {
        final double millis = nanos / NANOS_PER_MILLI;
        return millis < MILLIS_PER_SECOND
                ? String.format(Locale.ROOT, "%.1f ms", millis)
                : String.format(Locale.ROOT, "%.1f s", millis / MILLIS_PER_SECOND);
    }
}
