package io.ringmaster.scale;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What others took from this process, since boot or since its start: time stolen by other machines on the same hardware,
 * and time in which some of its threads could have run and had no CPU. Where the kernel does not tell, a figure stays 0.
 */
final class Contention {
    private static final Path STAT = Path.of("/proc/stat");
    private static final Path TASKS = Path.of("/proc/self/task");
    private static final long NANOS_PER_TICK = 10_000_000;
    private static final int STEAL_FIELD = 8;

    private final List<Path> watched = new ArrayList<>();

    /**
     * Watches the calling thread, and those whose names start so.
     *
     * @param prefix of the names, of 15 characters at the most.
     */
    Contention(final String prefix) {
        watched.add(Path.of("/proc/thread-self/schedstat"));
        try (DirectoryStream<Path> tasks = Files.newDirectoryStream(TASKS)) {
            for (final Path each : tasks) {
                if (Files.readString(each.resolve("comm")).startsWith(prefix)) {
                    watched.add(each.resolve("schedstat"));
                }
            }
        } catch (final IOException e) {
            watched.clear(); // another kernel
        }
    }

    /** Returns nanoseconds stolen from all CPUs since boot, in steps of 10 ms. */
    long stolenNanos() {
        try {
            final String[] fields = Files.readString(STAT).split("\\R", 2)[0].split("\\s+");
            return fields.length > STEAL_FIELD ? Long.parseLong(fields[STEAL_FIELD]) * NANOS_PER_TICK : 0;
        } catch (final IOException e) {
            return 0;
        }
    }

    /** Returns for how many nanoseconds the watched threads waited for a CPU, all together. */
    long waitedNanos() {
        long waited = 0;
        for (final Path each : watched) {
            try {
                waited += Long.parseLong(Files.readString(each).split("\\s+")[1]);
            } catch (final IOException e) {
                continue; // the thread has ended
            }
        }
        return waited;
    }

    /** Returns the load average of the last minute, or -1. */
    static double load() {
        return java.lang.management.ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
    }
}
