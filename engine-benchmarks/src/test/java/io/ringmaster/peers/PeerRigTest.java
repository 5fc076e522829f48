package io.ringmaster.peers;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(120)
class PeerRigTest {
    private static final Work NOOP = Work.parse("noop");

    @TempDir
    private Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void shouldMeasureEachPeerInAProcessOfItsOwnAndKeepWhatWasThere() throws IOException {
        final String[] args = {
            "--out",
            folder.toString(),
            "--only",
            "pool,agrona",
            "--rounds",
            "1",
            "--measure",
            "throughput",
            "--seconds",
            "1",
            "--warmup",
            "0",
            "--command",
            "bench peers"
        };

        execute(args);
        execute(args);

        final List<ForkResult> forks = ForkResult.readAll(folder.resolve("peer-forks.jsonl"));
        assertThat(forks).extracting(ForkResult::peer).containsExactly("pool", "agrona", "pool", "agrona");
        assertThat(forks).allSatisfy(each -> assertThat(each.figures().get("tasksPerSecond"))
                .as(each.complaints() + " " + err)
                .isPositive());
        assertThat(Files.readString(folder.resolve("peers.json")))
                .contains("\"peer\" : \"pool\"", "\"peer\" : \"agrona\"", "\"version\" : \"" + Versions.of("agrona"));
        assertThat(out.toString()).contains("tasks/s");
        assertThat(folder.toFile().list())
                .containsExactlyInAnyOrder("peer-forks.jsonl", "peers.json", "environment.json", "environment-2.json");
        assertThat(Files.readString(folder.resolve("environment-2.json")))
                .containsPattern("\"flags\" : \"[^\"]*-Xmx2g[^\"]*virtualThreadScheduler")
                .contains("\"command\" : \"bench peers\"");
        assertThat(Versions.of("agrona")).matches("[0-9.]+");
    }

    @ParameterizedTest
    @EnumSource(
            value = PeerKind.class,
            names = {"RINGMASTER", "POLLING", "POOL_FUTURE"})
    void shouldCountEveryTaskOfAClosedLoop(final PeerKind kind) {
        final Findings findings = new ThroughputMeasurement(kind, NOOP).run(1, 0, TimeUnit.MILLISECONDS.toNanos(700));

        assertThat(findings.figures().get("tasksPerSecond")).isPositive();
        assertThat(findings.figures()).containsKeys("bytesPerTask", "cpuMicrosPerTask");
        assertThat(findings.complaints()).noneMatch(each -> each.contains("completions of"));
    }

    @ParameterizedTest
    @EnumSource(
            value = PeerKind.class,
            names = {"RINGMASTER", "POLLING", "DISRUPTOR"})
    void shouldMeasureEveryTaskOfAnOpenLoop(final PeerKind kind) {
        final Findings findings = new LatencyMeasurement(kind, NOOP, 1_000).run(1, 0, 1);

        assertThat(findings.figures())
                .containsEntry("latencyMicros.count", 1_000.0)
                .containsEntry("sendLagMicros.count", 1_000.0);
        if (kind.guarantees().lifecycle()) {
            assertThat(findings.figures()).containsEntry("toldEndedMicros.count", 1_000.0);
            assertThat(findings.figures()).containsEntry("toldStartedMicros.count", 1_000.0);
        }
        assertThat(findings.complaints()).noneMatch(each -> each.contains("endings") || each.contains("tasks ran"));
    }

    @ParameterizedTest
    @CsvSource({
        "--only, nothing, peer must be one of",
        "--rounds, -1, --rounds must be from 0 to 1000: -1",
        "--rate, -1, --rate must be from 0 to 1000000: -1",
        "--work, nap, --work must be noop",
        "--measure, speed, speed",
    })
    void shouldNameABadOption(final String option, final String value, final String message) {
        assertThat(execute("--out", folder.toString(), option, value)).isEqualTo(2);

        assertThat(err.toString()).contains(message).doesNotContain("\tat ");
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void shouldNotMixWorksOrMeasureAPeerWithWhatItDoesNotTake() throws IOException {
        new ForkResult("pool", "throughput", "spin:1us", ForkResult.thisJdk(), "threads 1", Map.of(), List.of())
                .append(folder.resolve("peer-forks.jsonl"));

        assertThat(execute("--out", folder.toString(), "--rounds", "0")).isEqualTo(2);
        assertThat(err.toString()).contains("--out holds results of work spin:1us, not noop");

        assertThat(execute("--out", folder.toString(), "--work", "block:1ms", "--only", "netty"))
                .isEqualTo(2);
        assertThat(err.toString()).contains("netty is not measured with --work block:1ms");
    }

    @Test
    void shouldNotMixSettings() throws IOException {
        new ForkResult("pool", "latency", "noop", ForkResult.thisJdk(), "threads 1, rate 2000", Map.of(), List.of())
                .append(folder.resolve("peer-forks.jsonl"));

        assertThat(execute("--out", folder.toString(), "--rounds", "0", "--rate", "10000"))
                .isEqualTo(2);
        assertThat(err.toString())
                .contains("--out holds results of other settings, threads 1, rate 2000, not threads ", "rate 10000,");
    }

    @Test
    void shouldNotMixSettingsWithResultsThatHaveNone() throws IOException {
        Files.writeString(
                folder.resolve("peer-forks.jsonl"),
                "{\"peer\":\"pool\",\"measure\":\"latency\",\"work\":\"noop\",\"jdk\":\"" + ForkResult.thisJdk()
                        + "\"}\n");

        assertThat(execute("--out", folder.toString(), "--rounds", "0")).isEqualTo(2);
        assertThat(err.toString()).contains("--out holds results of other settings, null, not threads ");
    }

    @Test
    void shouldSayThatNoneOfThePeersCanDoWhatIsMeasured() {
        assertThat(execute("--out", folder.toString(), "--only", "pool,netty", "--measure", "kill"))
                .isEqualTo(2);

        assertThat(err.toString()).contains("--measure: none of pool, netty can be measured by kill");
        assertThat(folder).isEmptyDirectory();
    }

    private int execute(final String... args) {
        return PeerRig.commandLine()
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(args);
    }
}
