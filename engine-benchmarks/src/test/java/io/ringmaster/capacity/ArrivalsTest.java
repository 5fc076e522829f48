package io.ringmaster.capacity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.ringmaster.workflow.WorkflowFormatException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.LongStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ArrivalsTest {
    private static final double RATE = 10_000;
    private static final long SECOND = 1_000_000_000;
    private static final long SEED = 7;

    @TempDir
    private Path folder;

    private static long[] times(final Arrivals arrivals, final double rate, final long seed, final int count) {
        final ArrivalProcess process = new ArrivalProcess(arrivals.profile(rate), arrivals.gaps(seed), 0, 1);
        return LongStream.generate(process::nextNanos).limit(count).toArray();
    }

    private static long countBetween(final long[] times, final double from, final double until) {
        return Arrays.stream(times)
                .filter(each -> each >= from * SECOND && each < until * SECOND)
                .count();
    }

    @Test
    void shouldSpaceConstantArrivalsEvenly() throws WorkflowFormatException {
        final long[] times = times(Arrivals.parse("constant"), RATE, SEED, 1_000);

        for (int i = 0; i < times.length; i++) {
            assertThat(times[i]).isCloseTo((i + 1) * 100_000L, within(1L));
        }
    }

    @Test
    void shouldGivePoissonGapsTheirMeanAndVariance() throws WorkflowFormatException {
        final int count = 200_000;
        final long[] times = times(Arrivals.parse("poisson"), RATE, SEED, count);

        final double[] gaps = new double[count - 1];
        for (int i = 1; i < count; i++) {
            gaps[i - 1] = times[i] - times[i - 1];
        }
        final double mean = Arrays.stream(gaps).average().orElseThrow();
        final double variance =
                Arrays.stream(gaps).map(each -> (each - mean) * (each - mean)).sum() / (gaps.length - 1);
        // Exponential: the standard deviation is the mean. Within five standard errors of both.
        assertThat(mean).isCloseTo(100_000, within(5 * 100_000 / Math.sqrt(count)));
        assertThat(Math.sqrt(variance)).isCloseTo(100_000, within(5 * 100_000 / Math.sqrt(count)));
    }

    @Test
    void shouldMakeTheNumberOfPoissonArrivalsInAnIntervalAsVariableAsItsMean() throws WorkflowFormatException {
        final long[] times = times(Arrivals.parse("poisson"), RATE, SEED, 200_000);

        final double[] counts = new double[1_000];
        for (final long each : times) {
            final int interval = (int) (each / (SECOND / 100));
            if (interval < counts.length) {
                counts[interval]++;
            }
        }
        final double mean = Arrays.stream(counts).average().orElseThrow();
        final double variance =
                Arrays.stream(counts).map(each -> (each - mean) * (each - mean)).sum() / (counts.length - 1);
        assertThat(mean).isCloseTo(100, within(2.0));
        assertThat(variance / mean).isCloseTo(1, within(0.25));
    }

    @Test
    void shouldDrawTheSameArrivalsFromTheSameSeedAndOthersFromAnother() throws WorkflowFormatException {
        final Arrivals poisson = Arrivals.parse("poisson");

        assertThat(times(poisson, RATE, 1, 100)).isEqualTo(times(poisson, RATE, 1, 100));
        assertThat(times(poisson, RATE, 1, 100)).isNotEqualTo(times(poisson, RATE, 2, 100));
    }

    @Test
    void shouldShareOneProcessAmongSubmittersWithoutLossOrRepetition() throws WorkflowFormatException {
        final Arrivals poisson = Arrivals.parse("poisson");
        final long[] alone = times(poisson, RATE, SEED, 3_000);

        final long[] together = new long[alone.length];
        for (int i = 0; i < 3; i++) {
            final ArrivalProcess process = new ArrivalProcess(poisson.profile(RATE), poisson.gaps(SEED), i, 3);
            for (int k = i; k < together.length; k += 3) {
                together[k] = process.nextNanos();
            }
        }

        assertThat(together).isEqualTo(alone);
    }

    @Test
    void shouldConcentrateBurstsInTheirDutyAndKeepTheMeanRate() throws WorkflowFormatException {
        final Arrivals bursts = Arrivals.parse("bursts:peak=3,duty=0.25,period=100ms");
        final long[] times = times(bursts, RATE, SEED, 120_000);

        long on = 0;
        for (final long each : times) {
            on += each % 100_000_000 < 25_000_000 ? 1 : 0;
        }
        // On: 3 x the mean for a quarter of the time, so three quarters of all; off: the rest.
        assertThat((double) on / times.length).isCloseTo(0.75, within(0.01));
        assertThat(countBetween(times, 0, 10) / 10.0).isCloseTo(RATE, within(0.02 * RATE));
    }

    @Test
    void shouldBeSilentBetweenBurstsThatHoldEverything() throws WorkflowFormatException {
        final long[] times = times(Arrivals.parse("bursts:peak=5,duty=0.2,period=100ms"), RATE, SEED, 50_000);

        assertThat(Arrays.stream(times).boxed()).allMatch(each -> each % 100_000_000 <= 20_000_000);
    }

    @Test
    void shouldFollowTheRateOfEachPhase() {
        final RateProfile profile =
                RateProfile.phases(new double[] {SECOND, SECOND, 0}, new double[] {1_000, 5_000, 1_000});
        final ArrivalProcess process = new ArrivalProcess(profile, () -> 1, 0, 1);
        final long[] times =
                LongStream.generate(process::nextNanos).limit(8_000).toArray();

        assertThat(countBetween(times, 0, 1)).isCloseTo(1_000, within(1L));
        assertThat(countBetween(times, 1, 2)).isCloseTo(5_000, within(1L));
        assertThat(countBetween(times, 2, 3)).isCloseTo(1_000, within(1L));
    }

    @Test
    void shouldStretchATracesArrivalsToTheRateAndPlayThemAgain() throws Exception {
        final Path file = folder.resolve("trace.csv");
        // Not in order; the middle one is nearer to the first.
        Files.writeString(
                file, "workflow_id,task_id,parents,submit_ms,runtime_ms\n0,0,,5000,1\n0,1,0,9000,1\n1,2,,6000,1\n");

        final long[] times = times(Arrivals.parse(file.toString()), 1, SEED, 6);

        // A mean of one second between two of them, also between the last and the first.
        assertThat(times).containsExactly(SECOND, 3 * SECOND / 2, 3 * SECOND, 4 * SECOND, 9 * SECOND / 2, 6 * SECOND);
    }

    @Test
    void shouldReadACompressedTraceOfTheOtherLayout() throws Exception {
        final Path file = folder.resolve("trace.csv.gz");
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
            out.write(
                    "run_id,task_id,parents,ready,runtime\na,0,,10,1\na,1,0,12.5,1\n".getBytes(StandardCharsets.UTF_8));
        }

        assertThat(Arrivals.parse(file.toString())).hasToString("trace trace.csv.gz");
    }

    @Test
    void shouldSayWhatIsWrongWithATrace() throws IOException {
        final Path oneTime = Files.writeString(
                folder.resolve("one.csv"), "workflow_id,task_id,parents,submit_ms,runtime_ms\n0,0,,5,1\n0,1,,5,1\n");
        final Path badTime = Files.writeString(
                folder.resolve("bad.csv"), "workflow_id,task_id,parents,submit_ms,runtime_ms\n0,0,,soon,1\n");

        assertThatThrownBy(() -> Arrivals.parse(oneTime.toString()))
                .hasMessage("must have two different times at least: one.csv has 2 tasks");
        assertThatThrownBy(() -> Arrivals.parse(badTime.toString()))
                .hasMessageEndingWith("bad.csv: line 2, task \"0\": submit_ms must be a number: \"soon\"");
        assertThatThrownBy(() -> Arrivals.parse(folder.resolve("none.csv").toString()))
                .hasMessageEndingWith("none.csv: no such file");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "bursts:",
                "bursts:peak=2",
                "bursts:duty=0.5",
                "bursts:peak=1,duty=0.5",
                "bursts:peak=3,duty=0.5",
                "bursts:peak=2,duty=0",
                "bursts:peak=2,duty=1",
                "bursts:peak=x,duty=0.1",
                "bursts:peak=2,duty=0.1,period=5ms",
                "bursts:peak=2,duty=0.1,period=5",
                "bursts:peak=2,duty=0.1,peak=2",
                "bursts:peak=2,duty=0.1,colour=red",
                "bursts:peak=NaN,duty=0.1"
            })
    void shouldNameTheRuleAndTheValueOfBadBursts(final String text) {
        assertThatThrownBy(() -> Arrivals.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("must be bursts:peak=P,duty=D[,period=T], where ")
                .hasMessageEndingWith(": " + text);
    }

    @Test
    void shouldNameTheRuleOfUnknownArrivals() {
        assertThatThrownBy(() -> Arrivals.parse("uniform"))
                .hasMessage("must be constant, poisson, bursts:… or a trace's FILE.csv or FILE.csv.gz: uniform");
    }
}
