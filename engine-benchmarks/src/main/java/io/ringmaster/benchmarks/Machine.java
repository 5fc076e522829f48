package io.ringmaster.benchmarks;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * What a number was measured on: CPU, limits, kernel, JDK, flags and commit, as JSON. What a machine does not tell is
 * left out.
 */
@Command(
        name = "machine",
        description = "Writes the environment of a measurement as JSON.",
        mixinStandardHelpOptions = true)
public final class Machine implements Callable<Integer> {
    private static final long MILLIS_PER_TICK = 10;
    private static final int STEAL_FIELD = 8;
    private static final long NANOS_PER_MILLI = 1_000_000;
    private static final long MICROS_PER_MILLI = 1_000;
    private static final String COMMIT_PROPERTY = "ringmaster.commit";
    private static final String CLEAN_PROPERTY = "ringmaster.cleanTree";

    @Option(names = "--out", required = true, description = "The file to write.")
    private Path out;

    @Option(names = "--commit", defaultValue = "unknown", description = "The commit that is measured.")
    private String commit;

    @Option(names = "--clean", defaultValue = "unknown", description = "Whether the tree has no other changes.")
    private String clean;

    @Option(names = "--command", defaultValue = "", description = "How the measurement was started.")
    private String command;

    /** Made by the command line. */
    Machine() {}

    /**
     * Writes the file and ends the process.
     *
     * @param args the command line.
     */
    public static void main(final String[] args) {
        System.exit(commandLine().execute(args));
    }

    static CommandLine commandLine() {
        return new CommandLine(new Machine()).setParameterExceptionHandler(new OneLineErrors("bench"));
    }

    @Override
    public Integer call() throws IOException {
        write(out, commit, clean, command, flags());
        return CommandLine.ExitCode.OK;
    }

    /**
     * Writes the environment of a measurement that this process makes. Commit and state of the tree are what
     * {@code scripts/ringmaster} has put into the system properties {@value #COMMIT_PROPERTY} and {@value #CLEAN_PROPERTY}.
     *
     * @param file    the file, written over if it exists.
     * @param command how the measurement was started.
     * @throws IOException when it can't be written.
     */
    public static void write(final Path file, final String command) throws IOException {
        write(file, command, flags());
    }

    /**
     * Writes the environment of a measurement that other processes make for this one. Commit and state of the tree as above.
     *
     * @param file    the file, written over if it exists.
     * @param command how the measurement was started.
     * @param flags   what the JVMs of these processes are started with.
     * @throws IOException when it can't be written.
     */
    public static void write(final Path file, final String command, final List<String> flags) throws IOException {
        write(
                file,
                System.getProperty(COMMIT_PROPERTY, "unknown"),
                System.getProperty(CLEAN_PROPERTY, "unknown"),
                command,
                flags);
    }

    /**
     * Returns what this JVM was started with, but for the properties that tell it the commit.
     */
    public static List<String> flags() {
        return ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(each ->
                        !each.startsWith("-D" + COMMIT_PROPERTY + '=') && !each.startsWith("-D" + CLEAN_PROPERTY + '='))
                .toList();
    }

    private static void write(
            final Path file, final String commit, final String clean, final String command, final List<String> flags)
            throws IOException {
        final StringBuilder collectors = new StringBuilder();
        for (final GarbageCollectorMXBean each : ManagementFactory.getGarbageCollectorMXBeans()) {
            collectors.append(collectors.isEmpty() ? "" : ", ").append(each.getName());
        }
        try (JsonGenerator json = new JsonFactory()
                .createGenerator(file.toFile(), com.fasterxml.jackson.core.JsonEncoding.UTF8)
                .useDefaultPrettyPrinter()) {
            json.writeStartObject();
            json.writeStringField(
                    "time", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
            json.writeStringField("commit", commit);
            json.writeStringField("cleanTree", clean);
            json.writeStringField("command", command);
            json.writeStringField("cpu", cpuModel());
            json.writeNumberField("cpus", Runtime.getRuntime().availableProcessors());
            json.writeStringField("coresPerPackage", field("/proc/cpuinfo", "cpu cores"));
            writeIfKnown(json, "cgroupCpuMax", "/sys/fs/cgroup/cpu.max");
            writeIfKnown(json, "cgroupCpuQuotaMicros", "/sys/fs/cgroup/cpu/cpu.cfs_quota_us");
            writeIfKnown(json, "cgroupMemoryMax", "/sys/fs/cgroup/memory.max");
            writeIfKnown(json, "cgroupMemoryLimitBytes", "/sys/fs/cgroup/memory/memory.limit_in_bytes");
            writeIfKnown(json, "governor", "/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor");
            writeIfKnown(json, "smt", "/sys/devices/system/cpu/smt/active");
            writeIfKnown(json, "clockSource", "/sys/devices/system/clocksource/clocksource0/current_clocksource");
            writeIfKnown(json, "transparentHugePages", "/sys/kernel/mm/transparent_hugepage/enabled");
            writeIfKnown(json, "loadAverage", "/proc/loadavg");
            json.writeNumberField("stolenMillisSinceBoot", stolenMillis());
            if (Runtime.getRuntime().availableProcessors() > 1) {
                json.writeNumberField("cacheLineNanos", cacheLineNanos());
            }
            json.writeStringField("memory", field("/proc/meminfo", "MemTotal"));
            json.writeStringField("kernel", System.getProperty("os.name") + ' ' + System.getProperty("os.version"));
            json.writeStringField("architecture", System.getProperty("os.arch"));
            json.writeStringField(
                    "jdk", System.getProperty("java.vendor") + ' ' + System.getProperty("java.runtime.version"));
            json.writeStringField("vm", System.getProperty("java.vm.name"));
            json.writeStringField("collectors", collectors.toString());
            json.writeStringField("flags", String.join(" ", flags));
            json.writeEndObject();
        }
    }

    private static void writeIfKnown(final JsonGenerator json, final String name, final String file)
            throws IOException {
        final List<String> lines = lines(file);
        if (!lines.isEmpty()) {
            json.writeStringField(name, lines.get(0).trim());
        }
    }

    /**
     * Returns the CPU's model; unknown where the system does not tell.
     */
    public static String cpuModel() {
        return field("/proc/cpuinfo", "model name");
    }

    /** The value of the first line {@code name : value}. */
    private static String field(final String file, final String name) {
        for (final String line : lines(file)) {
            final int colon = line.indexOf(':');
            if (colon > 0 && line.substring(0, colon).trim().equals(name)) {
                return line.substring(colon + 1).trim();
            }
        }
        return "unknown";
    }

    /**
     * How many CPUs the machine has, of which a limit or an affinity may leave this process fewer.
     *
     * @return as many as {@link #stolenMillis()} is the sum of.
     */
    public static int cpus() {
        final long counted = lines("/proc/stat").stream()
                .filter(line -> line.matches("cpu\\d.*"))
                .count();
        return (int) Math.max(counted, Runtime.getRuntime().availableProcessors());
    }

    /**
     * How long other machines on the same hardware have kept this one's CPUs waiting.
     *
     * @return milliseconds since boot, over all CPUs; 0 where the kernel does not tell.
     */
    public static long stolenMillis() {
        for (final String line : lines("/proc/stat")) {
            final String[] fields = line.split("\\s+");
            if (fields[0].equals("cpu") && fields.length > STEAL_FIELD) {
                return Long.parseLong(fields[STEAL_FIELD]) * MILLIS_PER_TICK;
            }
        }
        return 0;
    }

    /**
     * How long a limit on CPU time has kept this process's control group from running.
     *
     * @return milliseconds since the group was made, over all CPUs; 0 where the kernel does not tell.
     */
    public static long throttledMillis() {
        final String version2 = ownGroup("0::");
        return throttledMillis(List.of(
                Path.of("/sys/fs/cgroup" + version2, "cpu.stat"),
                Path.of("/sys/fs/cgroup/cpu.stat"),
                Path.of("/sys/fs/cgroup/cpu" + ownGroup(":cpu,cpuacct:", ":cpu:"), "cpu.stat"),
                Path.of("/sys/fs/cgroup/cpu/cpu.stat")));
    }

    /** Of the first of these files that tells: version 2 counts microseconds, version 1 nanoseconds. */
    static long throttledMillis(final List<Path> files) {
        for (final Path file : files) {
            for (final String line : lines(file.toString())) {
                final String[] fields = line.split("\\s+");
                if (fields[0].equals("throttled_usec")) {
                    return Long.parseLong(fields[1]) / MICROS_PER_MILLI;
                } else if (fields[0].equals("throttled_time")) {
                    return Long.parseLong(fields[1]) / NANOS_PER_MILLI;
                }
            }
        }
        return 0;
    }

    /** This process's path in the hierarchy whose line has one of these marks. */
    private static String ownGroup(final String... marks) {
        for (final String line : lines("/proc/self/cgroup")) {
            for (final String mark : marks) {
                final int at = line.indexOf(mark);
                if (at >= 0) {
                    return line.substring(at + mark.length());
                }
            }
        }
        return "";
    }

    /**
     * How long a cache line takes from one CPU to the other: the price of every hand-over between two threads. A virtual
     * machine's CPUs may be near each other now and far apart a minute later, and all that two threads do changes with it.
     *
     * @return nanoseconds one way, the best of many short looks in a third of a second.
     */
    public static double cacheLineNanos() {
        return new PassedLine().bestNanos();
    }

    private static List<String> lines(final String file) {
        final Path path = Path.of(file);
        try {
            return Files.isReadable(path) ? Files.readAllLines(path) : List.of();
        } catch (final IOException e) {
            return List.of(); // this kernel does not tell
        }
    }
}
