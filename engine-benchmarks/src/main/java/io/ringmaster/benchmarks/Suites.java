package io.ringmaster.benchmarks;

import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.BenchmarkList;
import org.openjdk.jmh.runner.BenchmarkListEntry;
import org.openjdk.jmh.runner.NoBenchmarksException;
import org.openjdk.jmh.runner.ProfilersFailedException;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.format.OutputFormatFactory;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.CommandLineOptionException;
import org.openjdk.jmh.runner.options.CommandLineOptions;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * Runs the JMH suites with JMH's own command line, and says by its exit status what came of it: 0 if every benchmark has a
 * result, 1 if one of them failed, 2 for bad usage, with one line on standard error. JMH by itself takes a failed benchmark
 * for a success unless it is told otherwise, and overlooks a parameter that no benchmark has.
 */
public final class Suites {
    private static final int OK = 0;
    private static final int FAILED = 1;
    private static final int BAD_USAGE = 2;

    /** Of JMH's command line this is not a part: the first value of each parameter but {@link #TARGET} is enough. */
    private static final String SMALL = "--small";

    /** The parameter that each suite has, and all of whose values they declare. */
    private static final String TARGET = "target";

    private Suites() {}

    /**
     * Runs what the arguments say and ends the process.
     *
     * @param args JMH's; before them perhaps {@code --small}, for the first value of each parameter but the target.
     */
    public static void main(final String[] args) {
        System.exit(run(System.err, args));
    }

    /** Returns all benchmarks. */
    static Set<BenchmarkListEntry> all() {
        return find(List.of(), List.of());
    }

    private static Set<BenchmarkListEntry> find(final List<String> includes, final List<String> excludes) {
        return BenchmarkList.defaultList()
                .find(OutputFormatFactory.createFormatInstance(System.out, VerboseMode.SILENT), includes, excludes);
    }

    /**
     * Runs what the arguments say.
     *
     * @param err  told of what is wrong.
     * @param all  as for {@link #main}.
     * @return the exit status.
     */
    static int run(final PrintStream err, final String... all) {
        final boolean small = all.length > 0 && all[0].equals(SMALL);
        final String[] args = small ? Arrays.copyOfRange(all, 1, all.length) : all;
        try {
            final CommandLineOptions options = new CommandLineOptions(args);
            if (list(options)) {
                return OK;
            }
            final Collection<BenchmarkListEntry> matching = check(options, args);
            return run(err, small ? small(options, matching) : options);
        } catch (final CommandLineOptionException | IllegalArgumentException | NoBenchmarksException e) {
            return badUsage(err, e);
        } catch (final ProfilersFailedException e) {
            return badUsage(err, new IllegalArgumentException(reason(e)));
        } catch (final RunnerException | IOException e) {
            tell(err, e);
            return FAILED;
        }
    }

    /** Says what JMH has against a profiler. */
    static String reason(final ProfilersFailedException fault) {
        return "-prof must name one of JMH's profilers, which -lprof lists, and that this machine has: "
                + (fault.getCause() == null ? fault : fault.getCause()).getMessage();
    }

    private static int badUsage(final PrintStream err, final Throwable fault) {
        tell(err, fault);
        return BAD_USAGE;
    }

    private static void tell(final PrintStream err, final Throwable fault) {
        err.println(OneLineErrors.line("bench", fault.getMessage() == null ? fault.toString() : fault.getMessage()));
    }

    private static boolean list(final CommandLineOptions options) throws IOException, CommandLineOptionException {
        if (options.shouldHelp()) {
            options.showHelp();
        } else if (options.shouldList()) {
            new Runner(options).list();
        } else if (options.shouldListWithParams()) {
            new Runner(options).listWithParams(options);
        } else if (options.shouldListProfilers()) {
            options.listProfilers();
        } else if (options.shouldListResultFormats()) {
            options.listResultFormats();
        } else {
            return false;
        }
        return true;
    }

    /**
     * Checks JMH's arguments.
     *
     * @param args the arguments.
     * @throws CommandLineOptionException if JMH does not understand them.
     * @throws IllegalArgumentException   if they match nothing, or name a parameter or a target that there is not.
     */
    static void check(final String... args) throws CommandLineOptionException {
        check(new CommandLineOptions(args), args);
    }

    /** Returns the benchmarks that match. */
    private static Collection<BenchmarkListEntry> check(final CommandLineOptions options, final String[] args) {
        for (final List<String> patterns : List.of(options.getIncludes(), options.getExcludes())) {
            for (final String each : patterns) {
                try {
                    Pattern.compile(each);
                } catch (final PatternSyntaxException e) {
                    throw new IllegalArgumentException(
                            "a pattern must be a regular expression: " + each + " (" + e.getDescription() + ")");
                }
            }
        }
        final Collection<BenchmarkListEntry> matching = find(options.getIncludes(), options.getExcludes());
        if (matching.isEmpty()) {
            throw new IllegalArgumentException(
                    "no benchmark matches " + String.join(" ", options.getIncludes()) + "; -l lists them");
        }
        for (int i = 0; i + 1 < args.length; i++) {
            if (args[i].equals("-p")) {
                checkParameter(args[i + 1], matching);
            }
        }
        return matching;
    }

    private static void checkParameter(final String given, final Collection<BenchmarkListEntry> matching) {
        final String name = given.contains("=") ? given.substring(0, given.indexOf('=')) : given;
        final Set<String> names = new TreeSet<>();
        matching.forEach(each -> names.addAll(parameters(each).keySet()));
        if (!names.contains(name)) {
            throw new IllegalArgumentException(
                    "-p must name a parameter of what matches, " + String.join(", ", names) + ": " + name);
        }
        if (name.equals(TARGET)) {
            final Set<String> targets = new TreeSet<>();
            all().forEach(each -> targets.addAll(List.of(parameters(each).getOrDefault(TARGET, new String[0]))));
            final List<String> unknown = new ArrayList<>(
                    Arrays.asList(given.substring(given.indexOf('=') + 1).split(",")));
            unknown.removeAll(targets);
            if (!unknown.isEmpty()) {
                throw new IllegalArgumentException(
                        TARGET + " must be of " + String.join(", ", targets) + ": " + String.join(", ", unknown));
            }
        }
    }

    private static Map<String, String[]> parameters(final BenchmarkListEntry entry) {
        return entry.getParams().orElse(Map.of());
    }

    /** How many results the benchmarks have that options ask for, if none of them fails. */
    static long expected(final Options options) {
        return find(options.getIncludes(), options.getExcludes()).stream()
                .mapToLong(each -> modes(options, each) * combinations(options, each))
                .sum();
    }

    private static int run(final PrintStream err, final Options options) throws RunnerException {
        final Collection<RunResult> results = new Runner(options).run();
        final long expected = expected(options);
        if (results.size() < expected) {
            err.println("bench: " + (expected - results.size()) + " of " + expected + " benchmarks failed, see above");
            return FAILED;
        }
        return OK;
    }

    private static Options small(final CommandLineOptions options, final Collection<BenchmarkListEntry> matching) {
        final Map<String, String> firsts = new TreeMap<>();
        for (final BenchmarkListEntry entry : matching) {
            parameters(entry).forEach((name, values) -> {
                if (!name.equals(TARGET) && !options.getParameter(name).hasValue()) {
                    firsts.putIfAbsent(name, values[0]);
                }
            });
        }
        final ChainedOptionsBuilder small = new OptionsBuilder().parent(options);
        firsts.forEach(small::param); // once each: JMH adds the values of a second call to those of the first
        return small.build();
    }

    private static long modes(final Options options, final BenchmarkListEntry entry) {
        final Collection<Mode> modes =
                options.getBenchModes().isEmpty() ? List.of(entry.getMode()) : options.getBenchModes();
        // ALL stands for all the others.
        return modes.contains(Mode.All) ? Mode.values().length - 1 : modes.size();
    }

    private static long combinations(final Options options, final BenchmarkListEntry entry) {
        long combinations = 1;
        for (final Map.Entry<String, String[]> each : parameters(entry).entrySet()) {
            combinations *= options.getParameter(each.getKey())
                    .orElse(List.of(each.getValue()))
                    .size();
        }
        return combinations;
    }
}
