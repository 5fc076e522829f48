package io.ringmaster.resilience;

import io.ringmaster.task.InternalApi;

/** The parts of an engine that quotas ask and tell. Any thread. */
@InternalApi
public interface QuotaSubject {
    /** Returns how many tasks are live. */
    long live();

    /**
     * The engine's quota of live tasks has changed.
     *
     * @param most the new one.
     */
    void maxLiveChanged(long most);

    /** Returns how many attempts have an exclusive thread. */
    int exclusiveRunning();

    /**
     * Returns how many of a tenant's attempts have an exclusive thread.
     *
     * @param tenant the tenant.
     */
    int exclusiveRunningOfTenant(String tenant);

    /**
     * Returns how many of a type's attempts have an exclusive thread.
     *
     * @param type the type.
     */
    int exclusiveRunningOfType(String type);

    /** A quota of exclusive threads has changed, or there is a new one. */
    void exclusiveThreadsChanged();
}
