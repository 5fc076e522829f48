package io.ringmaster.benchmarks;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.openjdk.jmh.results.BenchmarkResult;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.results.format.ResultFormatType;
import org.openjdk.jmh.runner.ProfilersFailedException;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.CommandLineOptionException;
import org.openjdk.jmh.runner.options.CommandLineOptions;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * Measures two values of one parameter in alternating forks, A B B A, so that a machine that speeds up or slows down
 * does so to both; then prints their ratio. Each fork's result is a file of its own; {@code forks.jsonl} has a line of each with
 * its iterations and what a cache line took from one CPU to the other before and after it, since the host may move them.
 *
 * <p>A fork that fails ends the command: without it, the others would be paired with forks of another time.
 */
@Command(
        name = "alternate",
        description = "Runs JMH benchmarks in alternating forks of two values of a parameter and prints the ratio.",
        mixinStandardHelpOptions = true)
public final class AlternatingForks implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Option(names = "--param", defaultValue = "target", description = "The parameter (${DEFAULT-VALUE}).")
    private String param;

    @Option(names = "--of", required = true, description = "Its value that is the ratio's numerator.")
    private String of;

    @Option(names = "--to", required = true, description = "Its value that is the ratio's denominator.")
    private String to;

    @Option(names = "--pairs", defaultValue = "10", description = "How many forks of each (${DEFAULT-VALUE}).")
    private int pairs;

    @Option(names = "--out", required = true, description = "The folder for the results.")
    private Path out;

    @Parameters(arity = "0..*", description = "JMH's own options and patterns, after --; without -f, -rf and -rff.")
    private List<String> jmh = new ArrayList<>();

    /** Made by the command line. */
    AlternatingForks() {}

    /**
     * Runs the forks and ends the process: 0 done, 1 if a benchmark failed, 2 for bad usage.
     *
     * @param args the command line.
     */
    public static void main(final String[] args) {
        System.exit(commandLine().execute(args));
    }

    static CommandLine commandLine() {
        return new CommandLine(new AlternatingForks()).setParameterExceptionHandler(new OneLineErrors("bench"));
    }

    /** A fork without a result. */
    private static final class FailedForkException extends Exception {
        private static final long serialVersionUID = 1;

        FailedForkException(final String message, final Throwable cause) {
            super(message, cause);
        }
    }

    @Override
    public Integer call() throws Exception {
        if (pairs < 1) {
            throw new ParameterException(spec.commandLine(), "--pairs must be at least 1: " + pairs);
        }
        checkJmh();
        Files.createDirectories(out);
        final List<String> files = new ArrayList<>();
        try {
            for (int pair = 0; pair < pairs; pair++) {
                files.add(run(pair, 0, pair % 2 == 0 ? of : to));
                files.add(run(pair, 1, pair % 2 == 0 ? to : of));
            }
        } catch (final FailedForkException e) {
            OneLineErrors.print(spec.commandLine(), "bench", e.getMessage());
            return CommandLine.ExitCode.SOFTWARE;
        }
        final List<String> args = new ArrayList<>(List.of("--of", param + '=' + of, "--to", param + '=' + to));
        args.addAll(files);
        final int status = Ratios.commandLine()
                .setOut(spec.commandLine().getOut())
                .setErr(spec.commandLine().getErr())
                .execute(args.toArray(new String[0]));
        return status == CommandLine.ExitCode.OK ? status : CommandLine.ExitCode.SOFTWARE;
    }

    private void checkJmh() {
        final List<String> arguments = new ArrayList<>(jmh);
        arguments.addAll(List.of("-p", param + '=' + of + ',' + to));
        try {
            Suites.check(arguments.toArray(new String[0]));
        } catch (final CommandLineOptionException | IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }

    private String run(final int pair, final int half, final String value)
            throws CommandLineOptionException, FailedForkException, IOException {
        final String name = String.format("fork-%03d-%s.json", 2 * pair + half, value);
        final String file = out.resolve(name).toString();
        final double before = Machine.cacheLineNanos();
        final Options options = new OptionsBuilder()
                .parent(new CommandLineOptions(jmh.toArray(new String[0])))
                .param(param, value)
                .forks(1)
                .resultFormat(ResultFormatType.JSON)
                .result(file)
                .build();
        final String fork = param + '=' + value + " in pair " + (pair + 1) + " of " + pairs;
        final Collection<RunResult> results;
        try {
            final long expected = Suites.expected(options);
            results = new Runner(options).run();
            final long failed = expected - results.size();
            if (failed > 0) {
                throw new FailedForkException(
                        fork + ": " + failed + " of " + expected + " benchmarks failed, see above; no ratio", null);
            }
        } catch (final ProfilersFailedException e) {
            throw new ParameterException(spec.commandLine(), Suites.reason(e), e);
        } catch (final RunnerException e) {
            throw new FailedForkException(fork + ": " + e.getMessage() + ", see above; no ratio", e);
        }
        final double after = Machine.cacheLineNanos();
        spec.commandLine()
                .getErr()
                .printf(Locale.ROOT, "%s: a cache line took %.0f ns before and %.0f ns after%n", file, before, after);
        Files.writeString(
                out.resolve("forks.jsonl"),
                line(name, value, before, after, results) + '\n',
                StandardOpenOption.CREATE,
                StandardOpenOption.APPEND);
        return file;
    }

    private String line(
            final String file,
            final String value,
            final double before,
            final double after,
            final Collection<RunResult> results)
            throws IOException {
        final StringWriter text = new StringWriter();
        try (JsonGenerator json = new JsonFactory().createGenerator(text)) {
            json.writeStartObject();
            json.writeStringField("file", file);
            json.writeStringField(param, value);
            json.writeNumberField("cacheLineNanosBefore", before);
            json.writeNumberField("cacheLineNanosAfter", after);
            json.writeArrayFieldStart("results");
            for (final RunResult each : results) {
                write(json, each);
            }
            json.writeEndArray();
            json.writeEndObject();
        }
        return text.toString();
    }

    private static void write(final JsonGenerator json, final RunResult of) throws IOException {
        final Result<?> primary = of.getPrimaryResult();
        json.writeStartObject();
        json.writeStringField("benchmark", of.getParams().getBenchmark());
        json.writeStringField("unit", primary.getScoreUnit());
        json.writeNumberField("score", primary.getScore());
        json.writeArrayFieldStart("iterations");
        for (final BenchmarkResult fork : of.getBenchmarkResults()) {
            for (final IterationResult each : fork.getIterationResults()) {
                json.writeNumber(each.getPrimaryResult().getScore());
            }
        }
        json.writeEndArray();
        json.writeEndObject();
    }
}
