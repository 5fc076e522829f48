package io.ringmaster.scale;

import com.fasterxml.jackson.core.JsonEncoding;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import io.ringmaster.benchmarks.Bounds;
import io.ringmaster.benchmarks.OneLineErrors;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * The scale rig: times and CPU shares of an engine with a million live tasks, beside the targets. The tests assert
 * counts and bytes; times are measured here, since they are the machine's as much as the engine's.
 */
@Command(
        name = "scale",
        description = "Measures an engine with many live tasks and writes JSON.",
        mixinStandardHelpOptions = true)
public final class ScaleRig implements Callable<Integer> {
    /** What can be measured. */
    enum Measurement {
        idle,
        latency,
        timers,
        flood,
        stall,
        overload,
        skew,
        tenants
    }

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--measure",
            split = ",",
            description = "Any of ${COMPLETION-CANDIDATES}, separated by commas; the first four without it.")
    private Set<Measurement> measurements =
            EnumSet.of(Measurement.idle, Measurement.latency, Measurement.timers, Measurement.flood);

    @Option(names = "--live", defaultValue = "1000000", description = "Live tasks, timers (${DEFAULT-VALUE}).")
    private int live;

    @Option(names = "--rounds", defaultValue = "5", description = "How often each is measured (${DEFAULT-VALUE}).")
    private int rounds;

    @Option(
            names = "--seconds",
            defaultValue = "10",
            description = "How long an idle round, a flood, an overload or a skew lasts (${DEFAULT-VALUE}).")
    private int seconds;

    @Option(names = "--out", description = "The file to write; else standard output.")
    private Path out;

    /** Made by the command line. */
    ScaleRig() {}

    /**
     * Runs the rig and ends the process: 0 when it measured all it should, 1 when it could not, 2 for bad usage.
     *
     * @param args the command line.
     */
    public static void main(final String[] args) {
        System.exit(commandLine().execute(args));
    }

    static CommandLine commandLine() {
        return new CommandLine(new ScaleRig()).setParameterExceptionHandler(new OneLineErrors("bench"));
    }

    @Override
    public Integer call() throws IOException {
        Bounds.check(spec, "--live", live, 1000, 10_000_000);
        Bounds.check(spec, "--rounds", rounds, 1, 1000);
        Bounds.check(spec, "--seconds", seconds, 1, 3600);
        final JsonFactory factory = new JsonFactory();
        if (out == null) {
            try (JsonGenerator json = factory.createGenerator(spec.commandLine().getOut())) {
                write(json.disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET));
            }
        } else {
            try (OutputStream file = new BufferedOutputStream(Files.newOutputStream(out));
                    JsonGenerator json = factory.createGenerator(file, JsonEncoding.UTF8)) {
                write(json);
            }
        }
        return CommandLine.ExitCode.OK;
    }

    private void write(final JsonGenerator json) throws IOException {
        json.setPrettyPrinter(new DefaultPrettyPrinter());
        json.writeStartObject();
        json.writeNumberField("cpus", Runtime.getRuntime().availableProcessors());
        json.writeStringField("jdk", System.getProperty("java.runtime.version"));
        json.writeNumberField("loadBefore", Contention.load());
        if (measurements.contains(Measurement.idle)) {
            new IdleMeasurement(seconds, rounds).run(live, json);
        }
        if (measurements.contains(Measurement.latency)) {
            new LatencyMeasurement(rounds).run(live, json);
        }
        if (measurements.contains(Measurement.timers)) {
            new TimersMeasurement(rounds).run(live, json);
        }
        if (measurements.contains(Measurement.flood)) {
            new FloodMeasurement(seconds).run(json);
        }
        if (measurements.contains(Measurement.stall)) {
            new StallMeasurement(rounds).run(json);
        }
        if (measurements.contains(Measurement.overload)) {
            new OverloadMeasurement(seconds).run(json);
        }
        if (measurements.contains(Measurement.skew)) {
            new SkewMeasurement(seconds).run(json);
        }
        if (measurements.contains(Measurement.tenants)) {
            new TenantsMeasurement().run(json);
        }
        json.writeNumberField("loadAfter", Contention.load());
        json.writeEndObject();
        json.writeRaw('\n');
        json.flush();
    }
}
