package io.ringmaster.resilience;

import io.ringmaster.task.InternalApi;
import io.ringmaster.task.RetryPolicy;
import io.ringmaster.task.TaskDeadlockException;
import io.ringmaster.task.TaskPolicy;
import io.ringmaster.task.TaskSpec;
import java.util.concurrent.TimeUnit;

/** One task type: its defaults, and what was seen of its tasks. */
@InternalApi
public final class TaskType {
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

    TaskType(final TaskTypes registry, final String name, final TaskPolicy policy) {
        this.registry = registry;
        this.name = name;
        this.policy = policy;
    }

    TaskTypes registry() {
        return registry;
    }

    /** Returns its name. */
    public String name() {
        return name;
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
}
