package io.ringmaster.peers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PeerRowTest {
    @TempDir
    private Path folder;

    private final List<ForkResult> forks = new ArrayList<>();

    @Test
    void shouldTakeTheMedianOfTheForksThatAreValid() {
        throughput(PeerKind.POOL, 1.0);
        throughput(PeerKind.POOL, 2.0);
        throughput(PeerKind.POOL, 30.0);
        throughput(PeerKind.POOL, 1000.0, "the machine was stolen");
        throughput(PeerKind.NETTY, 7.0);

        final PeerRow row = PeerRow.of(PeerKind.POOL, forks);

        assertThat(row.figure("tasksPerSecond")).isEqualTo(2.0);
        assertThat(row.valid()).isTrue();
        assertThat(row.complaints()).containsExactly("throughput: the machine was stolen");
        assertThat(row.rounds().get("tasksPerSecond")).containsExactly(1.0, 2.0, 30.0, 1000.0);
    }

    @Test
    void shouldMarkARowInvalidMostOfWhoseForksAre() {
        throughput(PeerKind.POOL, 1.0);
        throughput(PeerKind.POOL, 2.0, "a");
        throughput(PeerKind.POOL, 3.0, "b");

        final PeerRow row = PeerRow.of(PeerKind.POOL, forks);

        assertThat(row.valid()).isFalse();
        assertThat(row.figure("tasksPerSecond")).isEqualTo(2.0);
        assertThat(PeerRow.of(PeerKind.NETTY, forks).valid()).isFalse();
    }

    @Test
    void shouldReadWhatAForkHasWritten() throws IOException {
        final Path file = folder.resolve("forks.jsonl");
        throughput(PeerKind.POOL, 1.5, "a \"quoted\" complaint");
        throughput(PeerKind.NETTY, 2.5);
        for (final ForkResult each : forks) {
            each.append(file);
        }

        assertThat(ForkResult.readAll(file)).isEqualTo(forks);
        assertThat(ForkResult.readAll(folder.resolve("none"))).isEmpty();
    }

    @Test
    void shouldDropALineThatAStoppedForkHasLeftUnfinished() throws IOException {
        final Path file = folder.resolve("forks.jsonl");
        throughput(PeerKind.POOL, 1.5);
        throughput(PeerKind.NETTY, 2.5);
        forks.get(0).append(file);
        Files.writeString(file, "{\"peer\":\"net", StandardOpenOption.APPEND);

        assertThat(ForkResult.readAll(file)).containsExactly(forks.get(0));
        forks.get(1).append(file);
        assertThat(ForkResult.readAll(file)).isEqualTo(forks);
    }

    @ParameterizedTest
    @ValueSource(strings = {"7", "nothing", "{\"peer\":", "[]"})
    void shouldNameTheLineThatIsNoForks(final String line) throws IOException {
        final Path file = folder.resolve("forks.jsonl");
        throughput(PeerKind.POOL, 1.5);
        forks.get(0).append(file);
        Files.writeString(file, line + '\n', StandardOpenOption.APPEND);

        assertThatThrownBy(() -> ForkResult.readAll(file))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith(file + ", line 2 is no fork's result");
    }

    @Test
    void shouldKnowWhetherAnythingWasMeasured() {
        throughput(PeerKind.POOL, 1.0);

        assertThat(PeerRow.of(PeerKind.POOL, forks).isMeasured()).isTrue();
        assertThat(PeerRow.of(PeerKind.NETTY, forks).isMeasured()).isFalse();
        forks.add(new ForkResult(
                "netty", "throughput", "noop", "17", "threads 1", Map.of(), List.of("ended with status 1")));
        assertThat(PeerRow.of(PeerKind.NETTY, forks).isMeasured()).isTrue();
    }

    @Test
    void shouldWriteFiguresOfOneObjectIntoOneObject() throws IOException {
        final Map<String, Double> figures = Map.of("latencyMicros.p50", 1.25, "tasksPerSecond", 3.0);
        forks.add(new ForkResult("pool", "latency", "noop", "17", "threads 1", figures, List.of()));
        forks.add(new ForkResult(
                "pool", "latency", "noop", "17", "threads 1", Map.of("latencyMicros.count", 10.0), List.of()));
        final Path file = folder.resolve("peers.json");

        PeersJson.write(file, Work.parse("noop"), List.of(PeerRow.of(PeerKind.POOL, forks)));

        assertThat(Files.readString(file).replaceAll("\\s", ""))
                .contains("\"format\":\"ringmaster-peers/1\",\"work\":\"noop\"", "\"peer\":\"pool\"")
                .contains("\"tasksPerSecond\":3.0", "\"available\":true,\"valid\":true")
                .containsOnlyOnce("\"latencyMicros\":{\"count\":10.0,\"p50\":1.25}");
    }

    @Test
    void shouldPrintAMarkAndTheReasonBesideWhatIsNotValid() {
        throughput(PeerKind.POOL, 12345.6);
        throughput(PeerKind.POLLING, 25000.0, "the generator was late");
        final StringWriter text = new StringWriter();

        PeerTable.print(
                Work.parse("noop"),
                List.of(PeerRow.of(PeerKind.POLLING, forks), PeerRow.of(PeerKind.POOL, forks)),
                new PrintWriter(text));

        assertThat(text.toString().lines())
                .anyMatch(line -> line.matches("polling \\* .*25000.*"))
                .anyMatch(line -> line.matches("pool +no +no +no +no +12346"))
                .contains("* polling: throughput: the generator was late")
                .anyMatch(line -> line.matches("shared tasks/s +25000-30000 +25000"));
    }

    private void throughput(final PeerKind kind, final double value, final String... complaints) {
        forks.add(new ForkResult(
                kind.label(),
                "throughput",
                "noop",
                "17",
                "threads 1",
                Map.of("tasksPerSecond", value),
                List.of(complaints)));
    }
}
