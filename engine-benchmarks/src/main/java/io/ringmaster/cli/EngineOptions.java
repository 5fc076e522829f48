package io.ringmaster.cli;

import io.ringmaster.TaskEngine;
import io.ringmaster.eventbus.WaitMode;
import io.ringmaster.task.Container;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Option;

/** The options about the engine that a command runs. */
final class EngineOptions {

    /** Kill ladder, take-overs and threads included; a signal must not be left waiting for long. */
    private static final long CLOSE_TIMEOUT_MILLIS = TimeUnit.SECONDS.toMillis(5);

    private static final int DEFAULT_RING_CAPACITY = Integer.getInteger("ringmaster.ringCapacity", 1 << 14);
    private static final int MOST_EXCLUSIVE_THREADS = 1 << 16;
    private static final int MOST_FIRE_WORKERS = 256;
    private static final int DEFAULT_EXCLUSIVE_THREADS = 64;

    @Option(
            names = "--fire-workers",
            paramLabel = "N",
            converter = OptionTypes.Count.class,
            description = "Partitions and their threads, up to 256. Default: half of the CPUs.")
    private Integer fireWorkers;

    @Option(
            names = "--wait",
            paramLabel = "MODE",
            defaultValue = "auto",
            converter = OptionTypes.Wait.class,
            description = "What idle fire-workers do: auto, busy-spin, yield or adaptive. Default: ${DEFAULT-VALUE}.")
    private WaitMode waitMode;

    @Option(
            names = "--container",
            paramLabel = "KIND",
            defaultValue = "auto",
            converter = OptionTypes.Place.class,
            description = {
                "Where tasks run: shared (steps on the fire-workers), exclusive (a thread each) or auto (the engine"
                        + " decides). Default: ${DEFAULT-VALUE}."
            })
    private Container container;

    @Option(
            names = "--exclusive-threads",
            paramLabel = "N",
            defaultValue = "" + DEFAULT_EXCLUSIVE_THREADS,
            converter = OptionTypes.Count.class,
            description = "Threads for exclusive tasks at most, up to 65536. Default: ${DEFAULT-VALUE}.")
    private int exclusiveThreads;

    @Option(
            names = "--counters",
            paramLabel = "FILE",
            description = {
                "Copies the engine's counters into FILE, for ringmaster top in another process. It should be in memory, such"
                        + " as /dev/shm."
            })
    private Path counters;

    /** Returns how many fire-workers there are, asked for or not. */
    int fireWorkers() {
        return fireWorkers != null
                ? fireWorkers
                : Integer.getInteger(
                        "ringmaster.fireWorkers",
                        Math.max(1, Runtime.getRuntime().availableProcessors() / 2));
    }

    /** Half of a ring at most is kept for completions, and each exclusive thread may have one under way. */
    int ringCapacity() {
        return Math.max(DEFAULT_RING_CAPACITY, Integer.highestOneBit(exclusiveThreads + 64) << 2);
    }

    Container container() {
        return container;
    }

    WaitMode waitMode() {
        return waitMode;
    }

    int exclusiveThreads() {
        return exclusiveThreads;
    }

    /**
     * Settings for an engine; the engine itself checks how they go together.
     *
     * @return new ones.
     * @throws IllegalArgumentException if an option is out of bounds.
     */
    TaskEngine.Context context() {
        if (exclusiveThreads > MOST_EXCLUSIVE_THREADS) {
            throw new IllegalArgumentException(
                    "--exclusive-threads must be at most " + MOST_EXCLUSIVE_THREADS + ": " + exclusiveThreads);
        }
        if (fireWorkers != null && fireWorkers > MOST_FIRE_WORKERS) {
            throw new IllegalArgumentException(
                    "--fire-workers must be at most " + MOST_FIRE_WORKERS + ": " + fireWorkers);
        }
        final TaskEngine.Context context = new TaskEngine.Context()
                .name("ringmaster")
                .waitMode(waitMode)
                .exclusiveThreads(exclusiveThreads)
                .ringCapacity(ringCapacity())
                .closeTimeoutMillis(CLOSE_TIMEOUT_MILLIS);
        return fireWorkers == null ? context : context.fireWorkers(fireWorkers);
    }

    /**
     * Settings for the engine that a command is about, as opposed to one that only warms the JVM up.
     *
     * @return new ones.
     * @throws IllegalArgumentException if an option is out of bounds.
     */
    TaskEngine.Context watchedContext() {
        return counters == null ? context() : context().countersFile(counters);
    }

    /** Returns the counters file, or null. */
    Path counters() {
        return counters;
    }

    /**
     * Gives the settings of an engine's complaint the names of the options.
     *
     * @param message what the engine said.
     * @return the same by option.
     */
    static String byOption(final String message) {
        return message.replace("fireWorkers", "--fire-workers")
                .replace("waitMode BUSY_SPIN", "--wait busy-spin")
                .replace("waitMode YIELD", "--wait yield")
                .replace("exclusiveThreads", "--exclusive-threads")
                .replaceFirst("^countersFile ", "--counters ");
    }
}
