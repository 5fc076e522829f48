package io.ringmaster.cli;

import io.ringmaster.metrics.CountersHeader;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;

/** How much CPU the watched process takes, as the system says: it is not asked itself. */
final class ProcessCpu {

    private static final long TOLERANCE_MILLIS = 2_000;

    private final CountersHeader header;
    private long lastCpuNanos;
    private long lastNanos;

    /**
     * A process to be asked for now and then.
     *
     * @param header the file's header, which says who wrote it.
     */
    ProcessCpu(final CountersHeader header) {
        this.header = header;
        this.lastNanos = System.nanoTime()
                - TimeUnit.MILLISECONDS.toNanos(Math.max(0, System.currentTimeMillis() - header.processStart()));
    }

    /**
     * Returns how many CPUs it has used since the last call, or since its start the first time; NaN if it can't be seen, or
     * another process has its id.
     */
    double cpus() {
        final ProcessHandle process = ProcessHandle.of(header.pid()).orElse(null);
        if (process == null || header.processStart() == 0) {
            return Double.NaN;
        }
        final ProcessHandle.Info info = process.info();
        final Instant start = info.startInstant().orElse(null);
        final Duration total = info.totalCpuDuration().orElse(null);
        if (start == null
                || total == null
                || Math.abs(start.toEpochMilli() - header.processStart()) > TOLERANCE_MILLIS) {
            return Double.NaN;
        }
        final long now = System.nanoTime();
        final long cpu = total.toNanos();
        final double used = (cpu - lastCpuNanos) / (double) Math.max(1, now - lastNanos);
        lastCpuNanos = cpu;
        lastNanos = now;
        return used;
    }
}
