package io.ringmaster.guard;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.ringmaster.benchmarks.PairedRatio;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VerdictReportTest {
    private static final Noise NOISE = new Noise(
            "some-machine", "abc", "2026", List.of(), 12, 0.999, Map.of("x", new Noise.Entry(0.99, 1.01, 1, 1, 0)));

    @TempDir
    private Path folder;

    @Test
    void shouldEndInItsSumAndNameTheWorse() {
        final VerdictReport report = report(judged("x", Verdict.SAME), judged("y", Verdict.WORSE));

        assertThat(report.text().lines().reduce((first, second) -> second))
                .hasValue("WORSE: 0 better, 1 same, 1 worse, 0 can't tell, 0 not guarded;"
                        + " allocation: 0 worse, 0 can't tell");
        assertThat(report.text()).containsPattern("y +worse +1\\.100 \\[1\\.080 \\.\\. 1\\.120\\] 6");
        assertThat(report.markdown()).contains("| y | **worse** | 1.100", "Machine `some-machine`");
    }

    @Test
    void shouldSayWhatTheNamesStoodFor() throws IOException {
        final VerdictReport report = report(judged("x", Verdict.SAME));
        report.write(folder);

        final JsonNode json =
                new ObjectMapper().readTree(folder.resolve("verdict.json").toFile());
        assertThat(json.path("base").asText()).isEqualTo("main");
        assertThat(json.path("baseRevision").asText()).isEqualTo("abc1234");
        assertThat(json.path("new").asText()).isEqualTo("new.jar");
        assertThat(json.path("newRevision").asText()).isEqualTo("new.jar");
        assertThat(report.markdown()).startsWith("## new.jar against main (abc1234): ");
    }

    @Test
    void shouldWriteJsonThatAProgramCanActUpon() throws IOException {
        report(judged("x", Verdict.WORSE), failed("y")).write(folder);

        final JsonNode json =
                new ObjectMapper().readTree(folder.resolve("verdict.json").toFile());
        assertThat(json.path("outcome").asText()).isEqualTo("WORSE");
        assertThat(json.path("benchmarks").size()).isEqualTo(2);
        final JsonNode first = json.path("benchmarks").path(0);
        assertThat(first.path("time").asText()).isEqualTo("WORSE");
        assertThat(first.path("low").asDouble()).isEqualTo(1.08);
        assertThat(first.path("noiseHigh").asDouble()).isEqualTo(1.01);
        assertThat(json.path("benchmarks").path(1).path("remark").asText()).isEqualTo("it can't");
        assertThat(Files.readString(folder.resolve("verdict.md"))).contains("it can't");
    }

    @Test
    void shouldPassWithAFifthUndecidedAndNotWithMore() {
        final List<Judgement> judgements = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            judgements.add(judged("same-" + i, Verdict.SAME));
        }
        judgements.add(judged("open", Verdict.CANT_TELL));
        judgements.add(judged("wild", Verdict.NOT_GUARDED));
        assertThat(Outcome.of(judgements, Settings.DEFAULT)).isEqualTo(Outcome.PASSED);

        judgements.add(judged("open too", Verdict.CANT_TELL));
        assertThat(Outcome.of(judgements, Settings.DEFAULT)).isEqualTo(Outcome.UNDECIDED);

        judgements.add(judged("slower", Verdict.WORSE));
        assertThat(Outcome.of(judgements, Settings.DEFAULT)).isEqualTo(Outcome.WORSE);
    }

    /** Where escape analysis works in some forks only, a regression may hide. */
    @Test
    void shouldNotPassWhatAllocatesNowThisAndNowThat() {
        final List<Judgement> judgements = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            judgements.add(judged("same-" + i, Verdict.SAME));
        }
        judgements.add(judged("wild", Verdict.SAME, Verdict.CANT_TELL));
        assertThat(Outcome.of(judgements, Settings.DEFAULT)).isEqualTo(Outcome.PASSED);

        judgements.add(judged("wild too", Verdict.SAME, Verdict.CANT_TELL));
        assertThat(Outcome.of(judgements, Settings.DEFAULT)).isEqualTo(Outcome.UNDECIDED);
        assertThat(Outcome.UNDECIDED.describe(judgements)).endsWith("allocation: 0 worse, 2 can't tell");
    }

    @Test
    void shouldHaveAStatusOfItsOwnForEachOutcome() {
        assertThat(Outcome.PASSED.status()).isZero();
        assertThat(Outcome.WORSE.status()).isEqualTo(1);
        assertThat(Outcome.UNDECIDED.status()).isEqualTo(4);
    }

    private static VerdictReport report(final Judgement... judgements) {
        final Build base = new Build("main", "abc1234", Path.of("base.jar"), List.of());
        final Build next = new Build("new.jar", Path.of("new.jar"), List.of());
        return new VerdictReport(base, next, NOISE, Settings.DEFAULT, List.of(judgements));
    }

    private static Judgement judged(final String benchmark, final Verdict time) {
        return judged(benchmark, time, Verdict.SAME);
    }

    private static Judgement judged(final String benchmark, final Verdict time, final Verdict allocation) {
        return new Judgement(benchmark, time, allocation, new PairedRatio(1.1, 1.08, 1.12, 6), 50, 55, 152, 152, "");
    }

    private static Judgement failed(final String benchmark) {
        return new Judgement(
                benchmark,
                Verdict.BROKEN,
                Verdict.BROKEN,
                null,
                Double.NaN,
                Double.NaN,
                Double.NaN,
                Double.NaN,
                "it can't");
    }
}
