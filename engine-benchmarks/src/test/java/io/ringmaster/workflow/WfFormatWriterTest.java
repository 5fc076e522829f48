package io.ringmaster.workflow;

import static io.ringmaster.workflow.WfFormatReaderTest.tasks;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WfFormatWriterTest {

    private static final int LAST_BMP = 0xd7ff;

    @TempDir
    Path folder;

    @Test
    void shouldBeReadBackAsItWasWritten() {
        TestSeed.forEach(100, random -> {
            final WorkflowShape shape = WorkflowShape.values()[random.nextInt(4)];
            roundTrip(new WorkflowGenerator(random.nextLong()).generate(shape, 1 + random.nextInt(300)), "w.json");
        });
        roundTrip(WorkflowGenerator.sample(), "sample.json.gz");
    }

    @Test
    void shouldKeepAnyIdsAndRuntimes() {
        TestSeed.forEach(300, random -> roundTrip(randomWorkflow(random), "w.json"));
    }

    @Test
    void shouldCompressWhenTheNameAsksForIt() throws IOException {
        final Path plain = folder.resolve("w.json");
        final Path gzip = folder.resolve("w.json.GZ");
        WfFormatWriter.write(WorkflowGenerator.sample(), plain);
        WfFormatWriter.write(WorkflowGenerator.sample(), gzip);

        assertThat(Files.size(gzip)).isLessThan(Files.size(plain) / 4);
        assertThat(Files.readAllBytes(gzip)).startsWith(0x1f, 0x8b);
        assertThat(Files.readString(plain))
                .contains("\"schemaVersion\" : \"1.5\"")
                .endsWith("}");
    }

    @Test
    void shouldLeaveTheStreamOpen() throws IOException {
        final boolean[] closed = {false};
        final ByteArrayOutputStream out = new ByteArrayOutputStream() {
            @Override
            public void close() {
                closed[0] = true;
            }
        };
        WfFormatWriter.write(WorkflowGenerator.sample(), out);

        assertThat(closed[0]).isFalse();
        assertThat(out.size()).isPositive();
    }

    @Test
    void shouldRefuseSeveralInstances() {
        final Workflow two = WorkflowGenerator.sample().repeat(2);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> WfFormatWriter.write(two, folder.resolve("two.json")))
                .withMessage("WfFormat holds one workflow instance per file: 2");
        assertThat(folder.resolve("two.json")).doesNotExist();
    }

    private void roundTrip(final Workflow workflow, final String name) {
        final Path file = folder.resolve(name);
        try {
            WfFormatWriter.write(workflow, file);
            final Workflow read = WorkflowReader.read(file);

            assertThat(tasks(read)).isEqualTo(tasks(workflow));
            assertThat(read.name()).isEqualTo(workflow.name());
            assertThat(read.edgeCount()).isEqualTo(workflow.edgeCount());
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        } catch (final WorkflowFormatException e) {
            throw new AssertionError(e);
        }
    }

    /** Ids of any characters, control characters included; tasks listed children first; runtimes of any size. */
    private static Workflow randomWorkflow(final SplittableRandom random) {
        final Set<String> ids = new LinkedHashSet<>();
        final int tasks = 1 + random.nextInt(20);
        while (ids.size() < tasks) {
            final StringBuilder id = new StringBuilder();
            for (int i = 0; i <= random.nextInt(20); i++) {
                id.appendCodePoint(random.nextInt(5) == 0 ? 0x1f600 : random.nextInt(LAST_BMP));
            }
            ids.add(id.toString());
        }
        final String[] all = ids.toArray(String[]::new);
        final WorkflowBuilder builder = new WorkflowBuilder("random \"workflow\"");
        for (int i = 0; i < tasks; i++) {
            final int task = i;
            final String[] parents = random.ints(random.nextInt(4), 0, tasks)
                    .filter(parent -> parent > task)
                    .mapToObj(parent -> all[parent])
                    .toArray(String[]::new);
            builder.task(
                    all[i],
                    "type",
                    random.nextLong(1L << random.nextInt(1, 62)) % DecimalTime.LONGEST_RUNTIME_NANOS,
                    parents);
        }
        try {
            return builder.build();
        } catch (final WorkflowFormatException e) {
            throw new AssertionError(e);
        }
    }
}
