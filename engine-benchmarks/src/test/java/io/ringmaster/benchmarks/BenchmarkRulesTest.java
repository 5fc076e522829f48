package io.ringmaster.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.runner.BenchmarkListEntry;

/** Every suite asks one question of several targets, one of which is a control, and can be repeated. */
class BenchmarkRulesTest {
    private static final String SUFFIX = "Benchmark";

    /** The suites without a raw Disruptor, since one has nothing of the kind, and the plain control they have instead. */
    private static final Map<Class<?>, String> PLAIN_CONTROLS = Map.of(RepositoryBenchmark.class, "chm");

    /** The suites without a target, and why. */
    private static final Map<Class<?>, String> WITHOUT_CONTROL = Map.of(
            TaskCostBenchmark.class,
            "splits what WholeTaskBenchmark holds against its controls into the submitter's half and the fire-worker's");

    static Stream<Class<?>> suites() {
        return Suites.all().stream()
                .<Class<?>>map(each -> load(each.getUserClassQName()))
                .distinct();
    }

    private static Class<?> load(final String name) {
        try {
            return Class.forName(name);
        } catch (final ClassNotFoundException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Stream<BenchmarkListEntry> benchmarks(final Class<?> suite) {
        return Suites.all().stream().filter(each -> each.getUserClassQName().equals(suite.getName()));
    }

    @ParameterizedTest
    @MethodSource("suites")
    void shouldHaveAControlAmongItsTargets(final Class<?> suite) {
        benchmarks(suite).forEach(each -> {
            final String[] targets = each.getParams().orElse(Map.of()).get("target");
            if (WITHOUT_CONTROL.containsKey(suite)) {
                assertThat(targets).as("listed as one without").isNull();
                return;
            }
            assertThat(targets).as("targets of " + each.getUsername()).hasSizeGreaterThan(1);
            final String plain = PLAIN_CONTROLS.get(suite);
            if (plain == null) {
                assertThat(targets)
                        .as("targets of " + each.getUsername() + ", one of them a raw Disruptor")
                        .anyMatch(target -> target.startsWith("raw"));
            } else {
                assertThat(targets).contains(plain).noneMatch(target -> target.startsWith("raw"));
            }
        });
    }

    @ParameterizedTest
    @MethodSource("suites")
    void shouldSayHowItIsMeasured(final Class<?> suite) {
        assertThat(suite.getSimpleName()).endsWith(SUFFIX);
        assertThat(suite.getAnnotation(Warmup.class)).isNotNull();
        assertThat(suite.getAnnotation(Measurement.class)).isNotNull();
        final Fork fork = suite.getAnnotation(Fork.class);
        assertThat(fork).isNotNull();
        assertThat(fork.value()).as("forks: the fork is the sample").isGreaterThanOrEqualTo(3);
        final List<String> flags = Arrays.asList(fork.jvmArgsAppend());
        flags.stream().filter(each -> each.startsWith("-Xm")).forEach(each -> assertThat(flags)
                .as("a heap that neither grows nor is touched for the first time")
                .contains("-Xms" + each.substring(4), "-Xmx" + each.substring(4), "-XX:+AlwaysPreTouch"));
    }

    @Test
    void shouldListEverySuiteThereIs() throws IOException, URISyntaxException {
        final Set<String> listed = suites().map(Class::getSimpleName).collect(Collectors.toCollection(TreeSet::new));
        final Set<String> compiled = new TreeSet<>();
        final Path classes = Path.of(
                Suites.class.getProtectionDomain().getCodeSource().getLocation().toURI());
        try (Stream<Path> files = Files.walk(classes)) {
            files.map(each -> each.getFileName().toString())
                    .filter(each -> each.endsWith(SUFFIX + ".class"))
                    .forEach(each -> compiled.add(each.replace(".class", "")));
        }

        assertThat(listed).isEqualTo(compiled);
        assertThat(listed).contains("EventPathBenchmark", "WholeTaskBenchmark");
    }

    @Test
    void shouldPrintEveryBenchmarkWhenAskedForTheList() {
        final ByteArrayOutputStream printed = new ByteArrayOutputStream();
        final PrintStream before = System.out;
        System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
        try {
            assertThat(Suites.run(System.err, "-l")).isZero();
        } finally {
            System.setOut(before);
        }

        final String list = printed.toString(StandardCharsets.UTF_8);
        Suites.all().forEach(each -> assertThat(list).contains(each.getUsername()));
        assertThat(Suites.all()).isNotEmpty();
    }

    @ParameterizedTest
    @MethodSource("suites")
    void shouldBeInTheTableOfSuites(final Class<?> suite) throws IOException {
        final Path readme = Path.of("..", "perf-reports", "README.md");

        assertThat(Files.readString(readme)).contains("| `" + suite.getSimpleName() + "` |");
    }
}
