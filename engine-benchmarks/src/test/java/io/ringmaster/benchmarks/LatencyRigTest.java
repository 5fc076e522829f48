package io.ringmaster.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

@Timeout(60)
class LatencyRigTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private final CommandLine commandLine =
            LatencyRig.commandLine().setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));

    @ParameterizedTest
    @ValueSource(
            strings = {
                "engine-spin",
                "engine-yield",
                "engine-adaptive",
                "raw-spin",
                "raw-yield",
                "raw-blocking",
                "unpark"
            })
    void shouldMeasureEveryTaskOfARun(final String target) throws IOException {
        final int status = commandLine.execute("--target", target, "--rate", "2000", "--seconds", "1", "--warmup", "0");

        final Map<String, String> line = parse(out.toString());
        assertThat(line).containsEntry("measured", "2000").containsEntry("target", target);
        assertThat(line.get("valid")).isEqualTo(status == 0 ? "true" : "false");
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void shouldMeasureNothingOfTheWarmUp() throws IOException {
        commandLine.execute("--target", "engine-adaptive", "--rate", "2000", "--seconds", "1", "--warmup", "1");

        assertThat(parse(out.toString())).containsEntry("measured", "2000").containsEntry("refusals", "0");
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void shouldLeaveOutAPercentileThatTheSampleDoesNotSupport() throws IOException {
        commandLine.execute("--target", "raw-spin", "--rate", "2000", "--seconds", "1", "--warmup", "0");
        assertThat(out.toString())
                .contains("\"measured\":2000,", "\"p99\":", "\"max\":")
                .doesNotContain("\"p999\":");

        out.getBuffer().setLength(0);
        commandLine.execute("--target", "raw-spin", "--rate", "10000", "--seconds", "1", "--warmup", "0");
        assertThat(out.toString()).contains("\"measured\":10000,", "\"p999\":");
    }

    @Test
    void shouldCountALatencyFromTheIntendedStartAndNotFromTheSend() {
        final LatencyRig.Run run = new LatencyRig.Run(0, 100, 1_000);
        final long start = System.nanoTime();

        // Everything is due within 100 us, and the first send holds the generator up for 20 ms.
        run.generate(new Inline(run) {
            @Override
            public boolean send(final long task) {
                final long now = System.nanoTime();
                while (task == 0 && System.nanoTime() - now < 20_000_000) {
                    Thread.onSpinWait();
                }
                return super.send(task);
            }
        });
        run.awaitAll();

        assertThat(System.nanoTime() - start).isGreaterThan(20_000_000);
        assertThat(run.latencies().getMinValue()).isGreaterThan(19_000_000);
    }

    @Test
    void shouldMarkARunInvalidWhoseGeneratorFellBehind() {
        final LatencyRig.Run run = new LatencyRig.Run(0, 1_000, 0.001);

        run.generate(new Inline(run) {
            @Override
            public boolean send(final long task) {
                final long now = System.nanoTime();
                while (System.nanoTime() - now < 20_000) {
                    Thread.onSpinWait();
                }
                return super.send(task);
            }
        });
        run.awaitAll();

        assertThat(run.complaint()).contains("behind schedule");
    }

    @Test
    void shouldMarkARunInvalidThatWasRefusedASend() {
        final LatencyRig.Run run = new LatencyRig.Run(0, 10, 1_000_000);
        final Queue<Boolean> answers = new ArrayDeque<>();
        answers.add(false);

        run.generate(new Inline(run) {
            @Override
            public boolean send(final long task) {
                return answers.poll() == null && super.send(task);
            }
        });
        run.awaitAll();

        assertThat(run.complaint()).isEqualTo("1 sends were refused");
    }

    @ParameterizedTest
    @ValueSource(strings = {"--rate=0", "--seconds=-1", "--warmup=-1", "--target=nothing"})
    void shouldNameABadOption(final String option) {
        assertThat(commandLine.execute("--target", "raw-spin", "--seconds", "1", "--warmup", "0", option))
                .isEqualTo(2);

        assertThat(err.toString()).doesNotContain("\tat ").isNotEmpty();
    }

    private static class Inline implements LatencyTarget {
        private final LatencyRig.Run run;

        Inline(final LatencyRig.Run run) {
            this.run = run;
        }

        @Override
        public boolean send(final long task) {
            run.running(task);
            return true;
        }

        @Override
        public void close() {}
    }

    private static Map<String, String> parse(final String line) throws IOException {
        final Map<String, String> fields = new HashMap<>();
        try (JsonParser json = new JsonFactory().createParser(line)) {
            json.nextToken();
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                final String name = json.currentName();
                json.nextToken();
                fields.put(name, json.getText());
                json.skipChildren();
            }
        }
        return fields;
    }
}
