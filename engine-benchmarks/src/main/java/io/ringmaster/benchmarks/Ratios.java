package io.ringmaster.benchmarks;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * Reads JMH's JSON and prints, for each benchmark, the median over forks and its spread; and with {@code --of} and
 * {@code --to} the ratio of two values of one parameter, with a bootstrap 95 % interval.
 *
 * <p>The fork is the sample, not the iteration: a fork's value is the median of its iterations. The k-th fork of the one
 * value is paired with the k-th of the other, in the order of the files, so that what disturbs the machine for a while
 * disturbs both of a pair; {@link AlternatingForks} writes such files. The interval is of the median ratio, see
 * {@link PairedRatio}.
 */
@Command(
        name = "ratios",
        description = "Prints medians over forks, and ratios with a bootstrap 95 %% interval, from JMH's JSON.",
        mixinStandardHelpOptions = true)
public final class Ratios implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Option(names = "--of", description = "The ratio's numerator, as parameter=value.")
    private String of;

    @Option(names = "--to", description = "The ratio's denominator, as parameter=value of the same parameter.")
    private String to;

    @Option(names = "--seed", defaultValue = "1", description = "Of the resampling (${DEFAULT-VALUE}).")
    private long seed;

    @Parameters(arity = "1..*", description = "JMH's JSON results, in the order they were measured.")
    private List<Path> files;

    /** Made by the command line. */
    Ratios() {}

    /**
     * Prints the table and ends the process: 0 done, 2 bad usage or a file that is not JMH's.
     *
     * @param args the command line.
     */
    public static void main(final String[] args) {
        System.exit(commandLine().execute(args));
    }

    static CommandLine commandLine() {
        return new CommandLine(new Ratios()).setParameterExceptionHandler(new OneLineErrors("bench"));
    }

    /**
     * The values of one benchmark with one set of parameters.
     *
     * @param benchmark its method, without the package.
     * @param metric    the primary or a secondary one.
     * @param params    by name.
     * @param unit      the score's.
     * @param forks     one value each, in the order they were measured; NaN for a fork that has not this metric.
     */
    record Series(String benchmark, String metric, Map<String, String> params, String unit, List<Double> forks) {
        String name() {
            final StringBuilder name = new StringBuilder(benchmark);
            if (!metric.isEmpty()) {
                name.append(':').append(metric);
            }
            return name.append(' ').append(params).toString();
        }
    }

    @Override
    public Integer call() throws IOException {
        if ((of == null) != (to == null)) {
            throw new ParameterException(spec.commandLine(), "--of and --to belong together");
        }
        final Map<String, Series> all = new LinkedHashMap<>();
        for (final Path file : files) {
            try {
                read(file, all);
            } catch (final IOException | IllegalStateException e) {
                throw new ParameterException(
                        spec.commandLine(), file + " is not a JSON result of JMH: " + firstLine(e), e);
            }
        }
        final PrintWriter out = spec.commandLine().getOut();
        if (of == null) {
            printMedians(out, all.values());
        } else {
            printRatios(out, all.values());
        }
        out.flush();
        return CommandLine.ExitCode.OK;
    }

    private static String firstLine(final Exception e) {
        return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
    }

    private static void printMedians(final PrintWriter out, final Iterable<Series> all) {
        for (final Series each : all) {
            final double[] forks = each.forks().stream()
                    .mapToDouble(Double::doubleValue)
                    .filter(Double::isFinite)
                    .sorted()
                    .toArray();
            if (forks.length == 0) {
                continue;
            }
            out.println(String.format(
                    Locale.ROOT,
                    "%12.3f %-6s [%.3f .. %.3f] over %d forks  %s",
                    PairedRatio.median(forks),
                    each.unit(),
                    forks[0],
                    forks[forks.length - 1],
                    forks.length,
                    each.name()));
        }
    }

    private void printRatios(final PrintWriter out, final Iterable<Series> all) {
        final String[] over = parse("--of", of);
        final String[] under = parse("--to", to);
        if (!over[0].equals(under[0])) {
            throw new ParameterException(
                    spec.commandLine(), "--of and --to must name one parameter: " + over[0] + " and " + under[0]);
        }
        final Map<String, Series> denominators = new LinkedHashMap<>();
        for (final Series each : all) {
            if (under[1].equals(each.params().get(under[0]))) {
                denominators.put(withoutParam(each, under[0]), each);
            }
        }
        int measured = 0;
        final List<String> withoutForks = new ArrayList<>();
        for (final Series each : all) {
            final Series other = denominators.get(withoutParam(each, over[0]));
            if (over[1].equals(each.params().get(over[0])) && other != null) {
                measured++;
                if (!printRatio(out, each, other) && each.metric().isEmpty()) {
                    withoutForks.add(each.name());
                }
            }
        }
        if (measured == 0) {
            throw new ParameterException(
                    spec.commandLine(), "no benchmark was measured with both " + of + " and " + to);
        }
        if (!withoutForks.isEmpty()) {
            throw new ParameterException(
                    spec.commandLine(),
                    "no ratio of what has no value for each fork, as JMH's samples have none: "
                            + String.join(", ", withoutForks));
        }
    }

    /** Returns false if there is no pair with a value of each. */
    private boolean printRatio(final PrintWriter out, final Series over, final Series under) {
        if (over.metric().isEmpty() && over.forks().size() != under.forks().size()) {
            throw new ParameterException(
                    spec.commandLine(),
                    "forks must be in pairs: " + over.forks().size() + " of " + over.name() + ", "
                            + under.forks().size() + " of " + under.name());
        }
        // A metric that a fork has not, such as the time of no collection, is left out with the one it is paired with.
        final int[] pairs = IntStream.range(
                        0, Math.min(over.forks().size(), under.forks().size()))
                .filter(i -> Double.isFinite(over.forks().get(i))
                        && Double.isFinite(under.forks().get(i)))
                .toArray();
        if (pairs.length == 0) {
            return false;
        }
        final double[] a = Arrays.stream(pairs).mapToDouble(over.forks()::get).toArray();
        final double[] b = Arrays.stream(pairs).mapToDouble(under.forks()::get).toArray();
        final PairedRatio ratio = PairedRatio.ofMedian(a, b, seed);
        // Nothing over nothing, such as the counts of no collection, is no number.
        final String what = Double.isNaN(ratio.ratio())
                ? "no ratio"
                : String.format(
                        Locale.ROOT,
                        "ratio %.3f, 95 %% interval [%.3f .. %.3f]",
                        ratio.ratio(),
                        ratio.low(),
                        ratio.high());
        out.println(String.format(
                Locale.ROOT,
                "%s over %d pairs; medians %.3f and %.3f %s  %s over %s",
                what,
                ratio.pairs(),
                PairedRatio.median(a),
                PairedRatio.median(b),
                over.unit(),
                over.name(),
                to));
        return true;
    }

    private String[] parse(final String option, final String text) {
        final int equals = text.indexOf('=');
        if (equals <= 0) {
            throw new ParameterException(spec.commandLine(), option + " must be parameter=value: " + text);
        }
        return new String[] {text.substring(0, equals), text.substring(equals + 1)};
    }

    private static String withoutParam(final Series series, final String param) {
        final Map<String, String> rest = new TreeMap<>(series.params());
        rest.remove(param);
        return series.benchmark() + ':' + series.metric() + rest;
    }

    private static double[] toArray(final List<Double> values) {
        return values.stream().mapToDouble(Double::doubleValue).toArray();
    }

    // ---- JMH's JSON --------------------------------------------------------------------------------------------

    /**
     * Adds a file's forks to what was read before.
     *
     * @param file the file.
     * @param all  by name.
     * @throws IOException           if it can't be read or is no JSON.
     * @throws IllegalStateException if it is not JMH's, or empty, which is what JMH makes of a benchmark that failed.
     */
    static void read(final Path file, final Map<String, Series> all) throws IOException {
        try (JsonParser json = new JsonFactory().createParser(file.toFile())) {
            expect(json.nextToken(), JsonToken.START_ARRAY);
            if (json.nextToken() == JsonToken.END_ARRAY) {
                throw new IllegalStateException("no benchmark has a result in it: the measurement failed");
            }
            do {
                expect(json.currentToken(), JsonToken.START_OBJECT);
                readBenchmark(json, all);
            } while (json.nextToken() != JsonToken.END_ARRAY);
        }
    }

    private static void readBenchmark(final JsonParser json, final Map<String, Series> all) throws IOException {
        String benchmark = null;
        final Map<String, String> params = new TreeMap<>();
        final Map<String, Metric> metrics = new LinkedHashMap<>();
        while (json.nextToken() != JsonToken.END_OBJECT) {
            final String field = fieldName(json);
            json.nextToken();
            switch (field) {
                case "benchmark" -> benchmark = json.getText();
                case "params" -> {
                    while (json.nextToken() != JsonToken.END_OBJECT) {
                        params.put(fieldName(json), json.nextTextValue());
                    }
                }
                case "primaryMetric" -> metrics.put("", readMetric(json));
                case "secondaryMetrics" -> {
                    while (json.nextToken() != JsonToken.END_OBJECT) {
                        final String name = fieldName(json);
                        json.nextToken();
                        metrics.put(name, readMetric(json));
                    }
                }
                default -> json.skipChildren();
            }
        }
        if (benchmark == null || !metrics.containsKey("")) {
            throw new IllegalStateException("an entry without benchmark or primaryMetric");
        }
        final String name = shortName(benchmark);
        final Series primary = new Series(name, "", params, "", List.of());
        final int earlier = all.getOrDefault(primary.name(), primary).forks().size();
        metrics.forEach((metric, read) -> {
            final Series series = new Series(name, metric, params, read.unit(), new ArrayList<>());
            final List<Double> forks =
                    all.computeIfAbsent(series.name(), key -> series).forks();
            forks.addAll(Collections.nCopies(Math.max(0, earlier - forks.size()), Double.NaN));
            forks.addAll(read.forks());
        });
    }

    private static String shortName(final String benchmark) {
        final int method = benchmark.lastIndexOf('.');
        return benchmark.substring(benchmark.lastIndexOf('.', method - 1) + 1);
    }

    /**
     * One metric of one benchmark.
     *
     * @param unit  the score's.
     * @param forks each fork's median; NaN without any iteration.
     */
    private record Metric(String unit, List<Double> forks) {}

    private static Metric readMetric(final JsonParser json) throws IOException {
        expect(json.currentToken(), JsonToken.START_OBJECT);
        String unit = "";
        final List<Double> forks = new ArrayList<>();
        while (json.nextToken() != JsonToken.END_OBJECT) {
            final String field = fieldName(json);
            json.nextToken();
            if (field.equals("scoreUnit")) {
                unit = json.getText();
            } else if (field.equals("rawData")) {
                readForks(json, forks);
            } else {
                json.skipChildren();
            }
        }
        return new Metric(unit, forks);
    }

    private static void readForks(final JsonParser json, final List<Double> forks) throws IOException {
        while (json.nextToken() != JsonToken.END_ARRAY) {
            expect(json.currentToken(), JsonToken.START_ARRAY);
            final List<Double> iterations = new ArrayList<>();
            while (json.nextToken() != JsonToken.END_ARRAY) {
                iterations.add(json.getValueAsDouble());
            }
            forks.add(iterations.isEmpty() ? Double.NaN : PairedRatio.median(toArray(iterations)));
        }
    }

    private static String fieldName(final JsonParser json) throws IOException {
        expect(json.currentToken(), JsonToken.FIELD_NAME);
        return json.currentName();
    }

    private static void expect(final JsonToken found, final JsonToken expected) {
        if (found == null) {
            throw new IllegalStateException("it ends too early: the measurement failed or was stopped");
        }
        if (found != expected) {
            throw new IllegalStateException("found " + found + " where " + expected + " belongs");
        }
    }
}
