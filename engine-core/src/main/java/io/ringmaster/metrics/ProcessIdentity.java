package io.ringmaster.metrics;

import java.time.Instant;
import java.util.Optional;

/**
 * Tells a process from a later one with the same id, by its start. In another PID namespace (a container) a process is not
 * seen, or another one is in its place.
 *
 * @param pid               the process's id.
 * @param startEpochMillis when it started, in milliseconds since 1970; 0 if the system does not say.
 */
record ProcessIdentity(long pid, long startEpochMillis) {
    /** Two JVMs may take the machine's own start, from which a process's is counted, to be a second apart. */
    private static final long TOLERANCE_MILLIS = 2_000;

    private static final ProcessIdentity CURRENT = of(ProcessHandle.current());

    /** Returns this process. */
    static ProcessIdentity current() {
        return CURRENT;
    }

    private static ProcessIdentity of(final ProcessHandle process) {
        return new ProcessIdentity(
                process.pid(),
                process.info().startInstant().map(Instant::toEpochMilli).orElse(0L));
    }

    /** Whether it runs, as far as can be seen from here. */
    boolean isSeen() {
        if (pid == CURRENT.pid) {
            return equals(CURRENT);
        }
        final Optional<ProcessHandle> process = pid <= 0 ? Optional.empty() : ProcessHandle.of(pid);
        if (process.isEmpty() || !process.get().isAlive()) {
            return false;
        }
        final long start = of(process.get()).startEpochMillis;
        return start == 0 || startEpochMillis == 0 || Math.abs(start - startEpochMillis) <= TOLERANCE_MILLIS;
    }
}
