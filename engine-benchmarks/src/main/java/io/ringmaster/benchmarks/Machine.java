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
        return new CommandLine(new Machine());
    }

    @Override
    public Integer call() throws IOException {
        final StringBuilder flags = new StringBuilder();
        for (final String each : ManagementFactory.getRuntimeMXBean().getInputArguments()) {
            flags.append(flags.isEmpty() ? "" : " ").append(each);
        }
        final StringBuilder collectors = new StringBuilder();
        for (final GarbageCollectorMXBean each : ManagementFactory.getGarbageCollectorMXBeans()) {
            collectors.append(collectors.isEmpty() ? "" : ", ").append(each.getName());
        }
        try (JsonGenerator json = new JsonFactory()
                .createGenerator(out.toFile(), com.fasterxml.jackson.core.JsonEncoding.UTF8)
                .useDefaultPrettyPrinter()) {
            json.writeStartObject();
            json.writeStringField(
                    "time", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
            json.writeStringField("commit", commit);
            json.writeStringField("cleanTree", clean);
            json.writeStringField("command", command);
            json.writeStringField("cpu", cpuModel());
            json.writeNumberField("cpus", Runtime.getRuntime().availableProcessors());
            writeIfKnown(json, "cgroupCpuMax", "/sys/fs/cgroup/cpu.max");
            writeIfKnown(json, "cgroupCpuQuotaMicros", "/sys/fs/cgroup/cpu/cpu.cfs_quota_us");
            writeIfKnown(json, "cgroupMemoryMax", "/sys/fs/cgroup/memory.max");
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
            json.writeStringField("flags", flags.toString());
            json.writeEndObject();
        }
        return CommandLine.ExitCode.OK;
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
     * How long other machines on the same hardware have kept this one's CPUs waiting.
     *
     * @return milliseconds since boot, over all CPUs; 0 where the kernel does not tell.
     */
    static long stolenMillis() {
        for (final String line : lines("/proc/stat")) {
            final String[] fields = line.split("\\s+");
            if (fields[0].equals("cpu") && fields.length > STEAL_FIELD) {
                return Long.parseLong(fields[STEAL_FIELD]) * MILLIS_PER_TICK;
            }
        }
        return 0;
    }

    /**
     * How long a cache line takes from one CPU to the other: the price of every hand-over between two threads. A virtual
     * machine's CPUs may be near each other now and far apart a minute later, and all that two threads do changes with it.
     *
     * @return nanoseconds one way, the best of many short looks in a third of a second.
     */
    static double cacheLineNanos() {
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
