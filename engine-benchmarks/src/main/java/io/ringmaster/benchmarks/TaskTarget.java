package io.ringmaster.benchmarks;

/** Runs no-op tasks that one thread submits, and knows when they are completed. */
interface TaskTarget extends AutoCloseable {
    /**
     * Submits tasks and waits until each of them is completed. One thread.
     *
     * @param count how many.
     */
    void complete(int count);

    /** Returns how often a submission was refused because the buffer was full. The submitter only. */
    long refused();

    /** Returns how many tasks have completed, by the target's own count. */
    long completed();

    @Override
    void close();

    /**
     * Opens a target.
     *
     * @param name which; {@code engine-spin}, {@code engine-yield}, {@code engine-adaptive}, {@code raw-spin},
     *             {@code raw-yield}, {@code raw-blocking}, {@code pool} or {@code pool-future}.
     * @param settings the engine's; the others have none.
     * @return the target.
     */
    static TaskTarget open(final String name, final EngineTaskTarget.Settings settings) {
        return switch (name) {
            case "engine-spin", "engine-yield", "engine-adaptive" -> new EngineTaskTarget(name, settings);
            case "raw-spin", "raw-yield", "raw-blocking" -> new RawTaskTarget(name);
            case "pool" -> new PoolTaskTarget(false);
            case "pool-future" -> new PoolTaskTarget(true);
            default ->
                throw new IllegalArgumentException("target must be engine-spin, engine-yield, engine-adaptive,"
                        + " raw-spin, raw-yield, raw-blocking, pool or pool-future: " + name);
        };
    }
}
