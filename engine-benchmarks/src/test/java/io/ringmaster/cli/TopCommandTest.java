package io.ringmaster.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.ringmaster.TaskEngine;
import io.ringmaster.benchmarks.OneLineErrors;
import io.ringmaster.eventbus.WaitMode;
import io.ringmaster.metrics.CountersFileException;
import io.ringmaster.metrics.CountersReader;
import io.ringmaster.metrics.EngineCounter;
import io.ringmaster.metrics.EngineState;
import io.ringmaster.task.Step;
import io.ringmaster.task.TaskSpec;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

@Timeout(60)
class TopCommandTest {

    private static final String ESCAPE = "\033";

    @TempDir
    private Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private TaskEngine engine;

    @AfterEach
    void close() {
        if (engine != null) {
            engine.close();
        }
    }

    private Path file() {
        return folder.resolve("engine.counters");
    }

    private TaskEngine launch(final String name) {
        return TaskEngine.launch(new TaskEngine.Context()
                .name(name)
                .fireWorkers(1)
                .waitMode(WaitMode.ADAPTIVE)
                .countersFile(file()));
    }

    private int top(final Writer to, final boolean redraw, final String... arguments) {
        return new CommandLine(new TopCommand(redraw))
                .setParameterExceptionHandler(new OneLineErrors())
                .setOut(new PrintWriter(to, false))
                .setErr(new PrintWriter(err, true))
                .execute(arguments);
    }

    private int top(final String... arguments) {
        return top(out, false, arguments);
    }

    private void assertRefused(final String message) {
        assertThat(err.toString()).isEqualTo("top: " + message + System.lineSeparator());
        assertThat(out.toString()).isEmpty();
    }

    // ---- looks -------------------------------------------------------------------------------------------------

    @Test
    void shouldLookAtALiveEngineAsOftenAsAsked() {
        engine = launch("watched");
        assertThat(top(file().toString(), "--count", "2", "--interval", "0.05"))
                .as(err.toString())
                .isZero();
        assertThat(out.toString().lines().filter(each -> each.startsWith("engine 'watched', process ")))
                .hasSize(2)
                .allMatch(each -> each.contains(ProcessHandle.current().pid() + ": RUNNING, up "));
        assertThat(out.toString())
                .doesNotContain(ESCAPE)
                .contains("\nmean per s ")
                .contains("\n\nengine 'watched'")
                .contains("\nper second ");
    }

    @Test
    void shouldDrawOverTheScreenOfATerminal() {
        engine = launch("watched");
        assertThat(top(out, true, file().toString(), "--count", "2", "--interval", "0.05"))
                .isZero();
        final String[] screens = out.toString().split(ESCAPE + "\\[H", -1);
        assertThat(screens).hasSize(3);
        assertThat(screens[0]).isEmpty();
        assertThat(screens[1]).startsWith(ESCAPE + "[2Jengine 'watched'").endsWith(ESCAPE + "[K\n" + ESCAPE + "[J");
        assertThat(screens[2]).startsWith("engine 'watched'").doesNotContain("[2J");
    }

    @Test
    void shouldShowAnEngineThatWasClosed() throws Exception {
        engine = launch("watched");
        engine.submit(TaskSpec.of(1, context -> Step.DONE)).await(30, TimeUnit.SECONDS);
        engine.close();
        assertThat(top(file().toString())).isZero();
        assertThat(out.toString()).contains(": CLOSED, up ").contains("\nclosed at ");
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void shouldShowAnEngineThatIsGone() throws Exception {
        CountedFiles.snapshot(file(), 1, EngineState.RUNNING, 1_000, (counter, i) -> 0);
        assertThat(top(file().toString())).isZero();
        assertThat(out.toString())
                .startsWith("engine 'master-1', process 4711: GONE, was RUNNING, up 0:00:01\n"
                        + "killed, or ended without a close, at about 2026-02-0");
    }

    /** Closes an engine and launches another one when it is shown. */
    private final class Relauncher extends StringWriter {
        private boolean done;

        @Override
        public void flush() {
            if (!done) {
                done = true;
                engine.close();
                engine = launch("second");
            }
        }
    }

    @Test
    void shouldGoOnWithTheNextEngineInTheSamePlace() {
        engine = launch("first");
        final StringWriter seen = new Relauncher();
        assertThat(top(seen, false, file().toString(), "--count", "2", "--interval", "0.05"))
                .isZero();
        assertThat(seen.toString().lines().filter(each -> each.startsWith("engine ")))
                .satisfiesExactly(first -> assertThat(first).startsWith("engine 'first'"), second -> assertThat(second)
                        .startsWith("engine 'second'"));
    }

    /** What stands behind a pipe has ended. */
    private static final class BrokenPipe extends Writer {
        @Override
        public void write(final char[] chars, final int offset, final int length) throws IOException {
            throw new IOException("Broken pipe");
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    }

    @Test
    void shouldEndWhenNobodyReads() {
        engine = launch("watched");
        assertThat(top(new BrokenPipe(), false, file().toString(), "--interval", "0.01"))
                .isZero();
    }

    // ---- JSON --------------------------------------------------------------------------------------------------

    /** Every number and text of an object in one line, by its path; each name once in its object. */
    private static Map<String, String> parsed(final String line) throws IOException {
        final Map<String, String> values = new HashMap<>();
        final Deque<String> path = new ArrayDeque<>();
        final Deque<Integer> index = new ArrayDeque<>();
        try (JsonParser json =
                new JsonFactory().createParser(line).enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)) {
            for (JsonToken token = json.nextToken(); token != null; token = json.nextToken()) {
                if (token == JsonToken.START_ARRAY) {
                    index.push(0);
                } else if (token == JsonToken.END_ARRAY) {
                    index.pop();
                } else if (token == JsonToken.START_OBJECT) {
                    final boolean element = json.getParsingContext().getParent() != null
                            && json.getParsingContext().getParent().inArray();
                    final String name = element
                            ? json.getParsingContext().getParent().getParent().getCurrentName() + "." + index.peek()
                            : json.currentName();
                    if (element) {
                        index.push(index.pop() + 1);
                    }
                    path.addLast(name == null ? "" : name + ".");
                } else if (token == JsonToken.END_OBJECT) {
                    path.removeLast();
                } else if (token.isScalarValue()) {
                    values.put(String.join("", path) + json.currentName(), json.getText());
                }
            }
        }
        return values;
    }

    /** After the first look it submits a task and waits until the engine has made a copy with it. */
    private final class Submitter extends StringWriter {
        private boolean done;

        @Override
        public void flush() {
            if (done) {
                return;
            }
            done = true;
            engine.submit(TaskSpec.of(1, context -> Step.WHEN_SIGNALLED));
            try (CountersReader reader = CountersReader.open(file())) {
                while (reader.read().value(EngineCounter.LIVE_RUNNING) != 1) {
                    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
                }
            } catch (final CountersFileException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    @Test
    void shouldPrintEachLookAsOneJsonObject() throws Exception {
        engine = launch("watched");
        final StringWriter seen = new Submitter();
        assertThat(top(seen, false, file().toString(), "--json", "--count", "2", "--interval", "0.01"))
                .isZero();
        final List<String> lines = seen.toString().lines().toList();
        assertThat(lines).hasSize(2);
        final Map<String, String> first = parsed(lines.get(0));
        final Map<String, String> second = parsed(lines.get(1));
        assertThat(first)
                .containsEntry("engine", "watched")
                .containsEntry("liveness", "BEATING")
                .containsEntry("state", "RUNNING")
                .containsEntry("torn", "false")
                .containsEntry("pid", String.valueOf(ProcessHandle.current().pid()))
                .containsEntry("perSecondSinceStart", "true");
        assertThat(second)
                .containsEntry("perSecondSinceStart", "false")
                .containsEntry("live", "1")
                .containsEntry("counters.accepted", "1")
                .containsEntry("partitions.0.live", "1")
                .containsEntry("partitions.0.byState.RUNNING", "1")
                .containsEntry("partitions.0.callName", "")
                .containsEntry("threads.0.partitions", "1")
                .containsKey("counters.perSecond.accepted")
                .containsKey("partitions.0.perSecond.handled")
                .containsKey("threads.0.perSecond.busyNanos")
                .doesNotContainKey("counters.perSecond.maxLive");
        for (final EngineCounter each : EngineCounter.values()) {
            final String owner =
                    switch (each.owner()) {
                        case ENGINE -> "counters.";
                        case PARTITION -> "partitions.0.";
                        case THREAD -> "threads.0.";
                    };
            assertThat(second).containsKey(owner + each.label());
        }
    }

    // ---- bad input ---------------------------------------------------------------------------------------------

    @Test
    void shouldRefuseAFileThatIsMissing() {
        assertThat(top(file().toString())).isEqualTo(2);
        assertRefused(file() + ": there is no such file");
    }

    @Test
    void shouldRefuseWhatIsNoCountersFile() throws Exception {
        Files.writeString(file(), "no counters");
        assertThat(top(file().toString())).isEqualTo(2);
        assertRefused(file() + ": not a counters file");
    }

    @Test
    void shouldRefuseAFileThatWasCutShort() throws Exception {
        CountedFiles.snapshot(file(), 1, EngineState.RUNNING, 1_000, (counter, i) -> 0);
        Files.write(file(), Arrays.copyOf(Files.readAllBytes(file()), 1_000));
        assertThat(top(file().toString(), "--json")).isEqualTo(2);
        assertThat(err.toString())
                .startsWith("top: " + file() + ": cut short: it has 1000 of ")
                .hasLineCount(1);
        assertThat(out.toString()).isEmpty();
    }

    @Test
    void shouldRefuseAFileOfALaterLayout() throws Exception {
        CountedFiles.snapshot(file(), 1, EngineState.RUNNING, 1_000, (counter, i) -> 0);
        final byte[] bytes = Files.readAllBytes(file());
        bytes[8] = 2;
        Files.write(file(), bytes);
        assertThat(top(file().toString())).isEqualTo(2);
        assertRefused(
                file() + ": has layout version 2, and this reader knows none above 1: it needs a later ringmaster");
    }

    @ParameterizedTest
    @CsvSource({
        "--interval=0, must be a number of seconds from 0.01 to 3600: 0",
        "--interval=fast, must be a number of seconds from 0.01 to 3600: fast",
        "--interval=3601, must be a number of seconds from 0.01 to 3600: 3601",
        "--count=0, must be a whole number from 1 to 2147483647: 0",
        "--once --count=2, --once must not be given with --count: 2",
    })
    void shouldRefuseABadOption(final String options, final String message) throws Exception {
        CountedFiles.snapshot(file(), 1, EngineState.RUNNING, 1_000, (counter, i) -> 0);
        final String[] arguments = (options + " " + file()).split(" ");
        assertThat(top(arguments)).isEqualTo(2);
        assertThat(err.toString())
                .startsWith("top: ")
                .endsWith(message + System.lineSeparator())
                .hasLineCount(1);
        assertThat(out.toString()).isEmpty();
    }

    @Test
    void shouldAskForAFile() {
        assertThat(top()).isEqualTo(2);
        assertThat(err.toString()).isEqualTo("top: Missing required parameter: 'FILE'" + System.lineSeparator());
    }
}
