package io.ringmaster.resilience;

import io.ringmaster.task.InternalApi;
import io.ringmaster.task.RetryPolicy;
import io.ringmaster.task.TaskPolicy;
import io.ringmaster.task.TaskSpec;

/** One task type: its defaults, and what was seen of its tasks. */
@InternalApi
public final class TaskType {
    private final TaskTypes registry;
    private final String name;
    private final TaskPolicy policy;
    /** Set once, by {@link Quotas}. */
    private volatile Quota quota;

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

    /** Returns its quota, or null. */
    Quota quota() {
        return quota;
    }

    void quota(final Quota made) {
        quota = made;
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
