package io.ringmaster.embedding;

import static org.assertj.core.api.Assertions.assertThat;

import com.lmax.disruptor.RingBuffer;
import io.ringmaster.TaskEngine;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.HdrHistogram.Histogram;
import org.agrona.concurrent.Agent;
import org.jctools.queues.MessagePassingQueue;
import org.jctools.queues.varhandle.MpscVarHandleArrayQueue;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.simple.SimpleServiceProvider;

/**
 * Embedding the library needs no JVM flag and prints no warning: a small program runs in a fresh JVM, on the JDK of the
 * build and on every other one from 17 on that the machine has, and its standard error stays empty.
 */
class EmbeddingTest {
    /**
     * One class of each jar that an embedder gets. The last one is a provider for slf4j-api: it complains on standard
     * error if it finds none, so a real embedder has one. This one prints to standard error, and so a warning that the
     * engine logs fails the test too.
     */
    private static final Class<?>[] JARS = {
        TaskEngine.class,
        RingBuffer.class,
        Agent.class,
        MpscVarHandleArrayQueue.class,
        MessagePassingQueue.class,
        Histogram.class,
        Logger.class,
        SimpleServiceProvider.class
    };

    private static final List<String> FLAG_VARIABLES =
            List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS");

    @TempDir
    private static Path folder;

    @TestFactory
    @Timeout(300)
    Stream<DynamicTest> shouldPrintNoWarningWithoutAnyFlag() throws Exception {
        final String classpath = classpath();
        return jdks().entrySet().stream()
                .map(jdk -> DynamicTest.dynamicTest(
                        "JDK " + jdk.getValue() + " in " + jdk.getKey(),
                        () -> runOn(jdk.getKey(), jdk.getValue(), classpath)));
    }

    private static void runOn(final Path home, final int version, final String classpath) throws Exception {
        final Path out = Files.createTempFile(folder, "out", ".txt");
        final Path err = Files.createTempFile(folder, "err", ".txt");
        final boolean hasSh = Stream.of(System.getenv("PATH").split(File.pathSeparator))
                .anyMatch(each -> Files.isExecutable(Path.of(each, "sh")));
        final List<String> command =
                new ArrayList<>(List.of(java(home).toString(), "-cp", classpath, EmbeddingProgram.class.getName()));
        if (hasSh) {
            command.add(folder.resolve("shell-output.txt").toString());
        }
        final ProcessBuilder builder =
                new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile());
        builder.environment().keySet().removeAll(FLAG_VARIABLES);
        final Process process = builder.start();
        try {
            assertThat(process.waitFor(120, TimeUnit.SECONDS)).as("ends").isTrue();
        } finally {
            process.destroyForcibly();
        }
        assertThat(err).isEmptyFile();
        final List<String> expected = new ArrayList<>(List.of("shared: SUCCEEDED", "exclusive: SUCCEEDED"));
        if (hasSh) {
            expected.add("shell: SUCCEEDED");
            assertThat(folder.resolve("shell-output.txt")).hasContent("from a process");
        }
        expected.add("drained: true, balanced: true, told of: all");
        expected.add("counters: CLOSED, live: 0");
        if (version >= 21) {
            expected.add("virtual: SUCCEEDED");
        }
        expected.add("closed");
        assertThat(out).hasContent(String.join("\n", expected));
        assertThat(process.exitValue()).isZero();
    }

    /** The jars, and the program's own classes alone. */
    private static String classpath() throws IOException, URISyntaxException {
        final Set<String> entries = new LinkedHashSet<>();
        for (final Class<?> each : JARS) {
            entries.add(location(each).toString());
        }
        final String file = EmbeddingProgram.class.getName().replace('.', '/') + ".class";
        final Path copy = folder.resolve("classes").resolve(file);
        Files.createDirectories(copy.getParent());
        try (InputStream compiled = EmbeddingProgram.class.getClassLoader().getResourceAsStream(file)) {
            Files.copy(compiled, copy);
        }
        entries.add(folder.resolve("classes").toString());
        return String.join(File.pathSeparator, entries);
    }

    private static Path location(final Class<?> type) throws URISyntaxException {
        return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
    }

    private static Path java(final Path home) {
        final Path windows = home.resolve("bin/java.exe");
        return Files.isExecutable(windows) ? windows : home.resolve("bin/java");
    }

    /** The build's JDK first, then those that the machine has, each once. */
    private static Map<Path, Integer> jdks() throws IOException {
        final Map<Path, Integer> jdks = new java.util.LinkedHashMap<>();
        jdks.put(
                Path.of(System.getProperty("java.home")).toRealPath(),
                Runtime.version().feature());
        final List<Path> candidates = new ArrayList<>();
        final Path installed = Path.of("/usr/lib/jvm");
        if (Files.isDirectory(installed)) {
            try (Stream<Path> homes = Files.list(installed)) {
                homes.sorted().forEach(candidates::add);
            }
        }
        new TreeMap<>(System.getenv()).forEach((name, value) -> {
            if (name.equals("JAVA_HOME") || name.startsWith("JAVA_HOME_")) {
                candidates.add(Path.of(value));
            }
        });
        for (final Path each : candidates) {
            if (Files.isExecutable(java(each)) && Files.isRegularFile(each.resolve("release"))) {
                final int version = version(each);
                if (version >= 17) {
                    jdks.putIfAbsent(each.toRealPath(), version);
                }
            }
        }
        return jdks;
    }

    private static int version(final Path home) throws IOException {
        final Properties release = new Properties();
        try (InputStream file = Files.newInputStream(home.resolve("release"))) {
            release.load(file);
        }
        final String quoted = release.getProperty("JAVA_VERSION", "0");
        final String version = quoted.replace("\"", "");
        return version.startsWith("1.") ? 8 : Runtime.Version.parse(version).feature();
    }
}
