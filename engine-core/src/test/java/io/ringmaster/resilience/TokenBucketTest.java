package io.ringmaster.resilience;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringmaster.testing.Watchdog;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class TokenBucketTest {
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    /** The textbook's bucket: a level that grows with time up to the burst, in whole numbers of 1e-15 tokens. */
    private static final class Reference {
        private static final BigInteger TOKEN = BigInteger.TEN.pow(15);
        private final BigInteger perNano;
        private final BigInteger full;
        private BigInteger level;
        private long last;

        Reference(final double rate, final long burst, final long level, final long now) {
            this.perNano = BigDecimal.valueOf(rate).movePointRight(6).toBigIntegerExact();
            this.full = TOKEN.multiply(BigInteger.valueOf(burst));
            this.level = TOKEN.multiply(BigInteger.valueOf(Math.min(level, burst)));
            this.last = now;
        }

        private void fill(final long now) {
            level = level.add(perNano.multiply(BigInteger.valueOf(now - last))).min(full);
            last = now;
        }

        boolean tryTake(final long now) {
            fill(now);
            if (level.compareTo(TOKEN) < 0) {
                return false;
            }
            level = level.subtract(TOKEN);
            return true;
        }

        void giveBack(final long now) {
            fill(now);
            level = level.add(TOKEN).min(full);
        }

        long level(final long now) {
            fill(now);
            return level.divide(TOKEN).longValueExact();
        }
    }

    @Provide
    Arbitrary<Double> rates() {
        return Arbitraries.oneOf(
                Arbitraries.integers().between(1, 1_000_000_000).map(Integer::doubleValue),
                Arbitraries.integers().between(1, 100).map(Integer::doubleValue),
                Arbitraries.integers().between(1, 1_000_000).map(each -> each / 1e3),
                Arbitraries.integers().between(1, 1_000_000).map(each -> each / 1e6));
    }

    @Property(tries = 500)
    void shouldDoWhatTheTextbookDoes(
            @ForAll("rates") final double rate,
            @ForAll @LongRange(min = 1, max = 20) final long burst,
            @ForAll @LongRange(min = 0, max = 25) final long level,
            @ForAll final long start,
            @ForAll @Size(max = 60) final List<@IntRange(min = -3, max = 40) Integer> steps) {
        final TokenBucket bucket = new TokenBucket(rate, burst, level, start);
        final Reference reference = new Reference(rate, burst, level, start);
        final long interval = (long) (SECOND / rate);
        long now = start;
        for (final int step : steps) {
            // Small steps around a token's time, some of them to the nanosecond, and pauses.
            now += step < 0 ? 0 : step < 30 ? interval * step / 10 + step % 3 : interval * (step - 29);
            final boolean taken = bucket.tryTake(now);
            assertThat(taken).as("at %d", now - start).isEqualTo(reference.tryTake(now));
            if (taken && step % 4 == 0) {
                bucket.giveBack();
                reference.giveBack(now);
            }
            assertThat(bucket.level(now)).as("level at %d", now - start).isEqualTo(reference.level(now));
        }
    }

    /** Limits that are set anew as they were, at any time, are as if nobody had touched them. */
    @Property(tries = 500)
    void shouldGoOnWhereTheBucketBeforeWas(
            @ForAll("rates") final double rate,
            @ForAll @LongRange(min = 1, max = 20) final long burst,
            @ForAll final long start,
            @ForAll @Size(max = 60) final List<@IntRange(min = 0, max = 40) Integer> steps) {
        TokenBucket bucket = new TokenBucket(rate, burst, burst, start);
        final Reference reference = new Reference(rate, burst, burst, start);
        final long interval = (long) (SECOND / rate);
        long now = start;
        for (final int step : steps) {
            now += step < 30 ? interval * step / 10 + step % 3 : interval * (step - 29);
            bucket = bucket.changedTo(rate, burst, now);
            assertThat(bucket.tryTake(now)).as("at %d", now - start).isEqualTo(reference.tryTake(now));
            assertThat(bucket.level(now)).as("level at %d", now - start).isEqualTo(reference.level(now));
        }
    }

    @Test
    void shouldTakeThePartOfATokenAlongToAnotherRate() {
        final TokenBucket slow = new TokenBucket(0.5, 3, 0, 0);
        final TokenBucket fast = slow.changedTo(3, 2, SECOND);
        assertThat(fast.tryTake(SECOND + 166_666_666)).as("half a token early").isFalse();
        assertThat(fast.tryTake(SECOND + 166_666_667)).isTrue();
        assertThat(slow.changedTo(3, 2, 100 * SECOND).level(100 * SECOND))
                .as("no more than the new burst")
                .isEqualTo(2);
    }

    /** A million tokens later there is not one too many or too few, though a third of a second is no whole number. */
    @Test
    void shouldNotDrift() {
        for (final double rate : new double[] {3, 7, 999_983, 0.3, 123.456789}) {
            final TokenBucket bucket = new TokenBucket(rate, 2, 2, 0);
            long taken = 0;
            long now = 0;
            final long until = (long) (1_000_000 / rate) * SECOND;
            final long interval = (long) (SECOND / rate);
            while (now <= until) {
                taken += bucket.tryTake(now) ? 1 : 0;
                now = now == until ? until + 1 : Math.min(until, now + Math.max(1, interval * 2 / 3));
            }
            final BigDecimal made = BigDecimal.valueOf(rate).multiply(BigDecimal.valueOf(until / SECOND));
            // What remains in the bucket at the end is all the difference there may be.
            assertThat(taken + bucket.level(until)).as("rate %f", rate).isEqualTo(2 + made.longValue());
        }
    }

    @Test
    void shouldStandAPauseOfYears() {
        final TokenBucket bucket = new TokenBucket(123.456789, 5, 0, Long.MAX_VALUE - SECOND);
        long now = Long.MAX_VALUE - SECOND;
        for (int year = 0; year < 100; year++) {
            now += TimeUnit.DAYS.toNanos(365);
            assertThat(bucket.level(now)).isEqualTo(5);
            for (int i = 0; i < 5; i++) {
                assertThat(bucket.tryTake(now)).isTrue();
            }
            assertThat(bucket.tryTake(now)).isFalse();
        }
    }

    /** Racing takers share what there is: no token twice, none left over. */
    @Test
    void shouldGiveEachTokenOnce() throws Exception {
        final int threads = 4;
        Watchdog.within(Duration.ofSeconds(60), () -> {
            for (int round = 0; round < 50; round++) {
                final TokenBucket bucket = new TokenBucket(1e6, 100, 100, 0);
                final AtomicLong clock = new AtomicLong();
                final CyclicBarrier start = new CyclicBarrier(threads);
                final List<FutureTask<Long>> takers = new ArrayList<>();
                for (int i = 0; i < threads; i++) {
                    takers.add(new FutureTask<>(() -> {
                        start.await(30, TimeUnit.SECONDS);
                        long taken = 0;
                        for (int n = 0; n < 2_000; n++) {
                            taken += bucket.tryTake(clock.get()) ? 1 : 0;
                            if (n % 10 == 0) {
                                clock.addAndGet(1_000);
                            }
                        }
                        return taken;
                    }));
                    new Thread(takers.get(i), "taker-" + i).start();
                }
                long taken = 0;
                for (final FutureTask<Long> each : takers) {
                    taken += each.get(30, TimeUnit.SECONDS);
                }
                // A token is made each 1 000 ns and the bucket was never full again: nothing was lost.
                assertThat(taken + bucket.level(clock.get())).isEqualTo(100 + clock.get() / 1_000);
            }
        });
    }
}
