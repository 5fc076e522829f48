package io.ringmaster;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Whether a control group limits the CPU time of this process: spinning would then use up what the work needs. */
final class CpuQuota {
    private CpuQuota() {}

    static boolean isLimited() {
        return isLimited(Path.of("/sys/fs/cgroup/cpu.max"), Path.of("/sys/fs/cgroup/cpu/cpu.cfs_quota_us"));
    }

    /** Reads version 2's "max 100000" or "200000 100000", else version 1's "-1" or "200000". */
    static boolean isLimited(final Path version2, final Path version1) {
        final String max = read(version2);
        if (max != null) {
            return !max.startsWith("max");
        }
        final String quota = read(version1);
        return quota != null && !quota.startsWith("-1");
    }

    private static String read(final Path file) {
        try {
            return Files.isReadable(file) ? Files.readString(file).trim() : null;
        } catch (final IOException e) {
            return null;
        }
    }
}
