package io.ringmaster.resilience;

import io.ringmaster.task.Container;
import io.ringmaster.task.InternalApi;
import io.ringmaster.task.RetryPolicy;
import io.ringmaster.task.TaskDeadlockException;
import io.ringmaster.task.TaskPolicy;
import io.ringmaster.task.TaskSpec;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** One task type: its defaults, and what was seen of its tasks. Any thread, but for what says otherwise. */
@InternalApi
public final class TaskType {
    private static final double NANOS_PER_MILLI = 1e6;
    private static final double PERCENT = 100;
    /** 2^64 divided by the golden ratio: a hash of which the highest bits are good. */
    private static final long GOLDEN = 0x9e3779b97f4a7c15L;
    /** Leaves 6 bits: one task of 64. */
    private static final int SAMPLE_SHIFT = 58;

    private static final int FAMILIAR = 32;
    /** Attempts at most of a task that is a deadlock's victim again and again, where nobody has set a retry policy. */
    public static final int DEADLOCK_ATTEMPTS = 64;

    /** The others need time to get through: a delay that grows, and is not the same for all. */
    private static final RetryPolicy AFTER_DEADLOCK = RetryPolicy.builder()
            .attempts(DEADLOCK_ATTEMPTS)
            .delay(1, TimeUnit.MILLISECONDS)
            .factor(2)
            .cap(100, TimeUnit.MILLISECONDS)
            .jitter(0.5)
            .retryOn(TaskDeadlockException.class)
            .build();

    private final TaskTypes registry;
    private final String name;
    private final TaskPolicy policy;
    private final boolean plain;
    private final StepCounts[] counts;
    private final AtomicLong stalls = new AtomicLong();
    private volatile Container placement = Container.SHARED;
    /** Enough of its steps were timed for samples to do from now on. */
    private volatile boolean familiar;
    /** Set once, by {@link Quotas}. */
    private volatile Quota quota;

    private volatile String reason = "nothing was seen of it yet";

    // What the last review saw, and when and why it last changed its mind. The monitor only.
    private final StepCounts.Totals reviewed = new StepCounts.Totals();
    private final StepCounts.Totals latest = new StepCounts.Totals();
    private final Average wall = new Average();
    private final Average blocked = new Average();
    private long stallsReviewed;
    private long changedNanos;
    private long dwellNanos;

    TaskType(final TaskTypes registry, final String name, final TaskPolicy policy, final int partitions) {
        this.registry = registry;
        this.name = name;
        this.policy = policy;
        this.plain = name.isEmpty() && !policy.isSupervised();
        this.counts = new StepCounts[partitions];
        for (int i = 0; i < partitions; i++) {
            counts[i] = new StepCounts();
        }
    }

    TaskTypes registry() {
        return registry;
    }

    /** Returns its name. */
    public String name() {
        return name;
    }

    /** Returns its quota, or null. */
    Quota quota() {
        return quota;
    }

    void quota(final Quota made) {
        quota = made;
    }

    // ---- defaults ----------------------------------------------------------------------------------------------

    /**
     * Whether a task has neither limits nor a container that is learned: by far the most of those at the highest rates.
     *
     * @param spec a spec of this type.
     */
    public boolean isPlain(final TaskSpec spec) {
        return plain && !spec.policy().isSupervised();
    }

    /**
     * Whether a task has limits of its own or its type's.
     *
     * @param spec a spec of this type.
     * @return whether it needs a supervision.
     */
    public boolean isSupervised(final TaskSpec spec) {
        return policy.isSupervised() || spec.policy().isSupervised();
    }

    /**
     * Returns a spec's policy, with what it leaves open filled in.
     *
     * @param spec a spec of this type.
     */
    public TaskPolicy policy(final TaskSpec spec) {
        return spec.policy().orElse(policy);
    }

    /**
     * Returns the retry policy after a failure. Where nobody set one, the victim of a deadlock is tried again all the same.
     *
     * @param spec    a spec of this type.
     * @param failure the attempt's error.
     * @return never null.
     */
    public RetryPolicy retry(final TaskSpec spec, final Throwable failure) {
        final boolean open = spec.policy().retry() == null && policy.retry() == null;
        return open && failure instanceof TaskDeadlockException ? AFTER_DEADLOCK : retry(spec);
    }

    /**
     * Returns a spec's retry policy.
     *
     * @param spec a spec of this type.
     * @return never null.
     */
    public RetryPolicy retry(final TaskSpec spec) {
        final RetryPolicy own = spec.policy().retry();
        if (own != null) {
            return own;
        }
        return policy.retry() != null ? policy.retry() : RetryPolicy.NEVER;
    }

    // ---- placement ---------------------------------------------------------------------------------------------

    /** Returns whether where its tasks go is learned: a type without a name is too many things at once. */
    public boolean isLearned() {
        return !name.isEmpty();
    }

    /** Returns where its tasks go that leave it to the engine. */
    public Container placement() {
        return placement;
    }

    /** Returns why they go there, in words. */
    public String reason() {
        return reason;
    }

    /** Returns whether the next task's steps are to be timed: one of 64, by its id, and all as long as little is known. */
    public boolean isSampled(final long taskId) {
        return taskId * GOLDEN >>> SAMPLE_SHIFT == 0 || !familiar || placement == Container.EXCLUSIVE;
    }

    /**
     * Returns the counts of one partition, which its owner writes.
     *
     * @param partition the partition.
     */
    public StepCounts counts(final int partition) {
        return counts[partition];
    }

    /** A step or preparation of it has stalled a fire-worker. */
    public void stalled() {
        stalls.incrementAndGet();
    }

    /** Returns how often one of its calls has stalled a fire-worker. */
    public long stalls() {
        return stalls.get();
    }

    /** Returns the sums over all partitions. */
    public StepCounts.Totals totals() {
        final StepCounts.Totals totals = new StepCounts.Totals();
        sum(totals);
        return totals;
    }

    private void sum(final StepCounts.Totals into) {
        into.clear();
        for (final StepCounts each : counts) {
            each.addTo(into);
        }
    }

    /**
     * Looks at what was seen since the last review and decides where the type's next tasks go. The monitor only.
     *
     * @param nowNanos the time.
     * @param rule     the rule.
     * @return whether that has changed.
     */
    boolean review(final long nowNanos, final PlacementRule rule) {
        final long stallsNow = stalls.get();
        final boolean stalled = stallsNow != stallsReviewed;
        stallsReviewed = stallsNow;
        sum(latest);
        final long timed = latest.timed - reviewed.timed;
        if (timed == 0 && !stalled) {
            return false;
        }
        if (timed > 0) {
            wall.add((latest.wallNanos - reviewed.wallNanos) / (double) timed, timed);
            final long wallWithCpu = latest.wallNanosWithCpu - reviewed.wallNanosWithCpu;
            if (wallWithCpu > 0) {
                final double cpu = latest.cpuNanos - reviewed.cpuNanos;
                blocked.add(Math.max(0, 1 - cpu / wallWithCpu), timed);
            }
        }
        reviewed.set(latest);
        familiar = latest.timed >= FAMILIAR;
        final Container next = rule.decide(placement, wall, blocked, stalled);
        final String seen = describe(stalled);
        if (next == placement) {
            reason = seen;
            return false;
        }
        if (next == Container.SHARED && nowNanos - changedNanos < dwellNanos) {
            return false; // it has been moved away not long ago
        }
        dwellNanos = next == Container.EXCLUSIVE ? rule.longerDwell(dwellNanos) : dwellNanos;
        changedNanos = nowNanos;
        reason = seen;
        placement = next;
        wall.restart();
        blocked.restart();
        return true;
    }

    private String describe(final boolean stalled) {
        return String.format(
                Locale.ROOT,
                "%sa step takes %.3f ms, %.0f %% of it blocked (%d timed)",
                stalled ? "it stalled a fire-worker; " : "",
                wall.value() / NANOS_PER_MILLI,
                blocked.value() * PERCENT,
                latest.timed);
    }
}
