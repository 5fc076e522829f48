package io.ringmaster.guard;

import java.util.Locale;

/** The name of a kind of machine: what is alike for as much as a guard's noise depends on. */
final class MachineName {
    private MachineName() {}

    /**
     * Makes a name that can be a folder's.
     *
     * @param cpu          the CPU's model; unknown where the system does not tell.
     * @param architecture the JVM's word for it.
     * @param cpus         how many the process may use.
     * @param jdk          the feature release.
     * @return lower-case letters, digits and hyphens.
     */
    static String of(final String cpu, final String architecture, final int cpus, final int jdk) {
        final String model = cpu.equals("unknown") ? architecture : cpu;
        final String slug = model.toLowerCase(Locale.ROOT)
                .replaceAll("\\((r|tm)\\)", "")
                .replaceAll("[^a-z0-9]+", "-")
                .replaceAll("^-+|-+$", "");
        return slug + '-' + cpus + "cpu-jdk" + jdk;
    }
}
