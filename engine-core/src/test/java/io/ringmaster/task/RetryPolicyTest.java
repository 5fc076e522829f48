package io.ringmaster.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What the policies that come with the engine answer. */
class RetryPolicyTest {
    private static final Exception ERROR = new IOException("no route");

    private static BackoffRetryPolicy.Builder many() {
        return RetryPolicy.builder().attempts(Integer.MAX_VALUE);
    }

    @Test
    void shouldSpreadDelaysOverThePartThatIsLeftToChanceAndNeverBeyondTheCap() {
        final RetryPolicy policy = many().delay(1000, TimeUnit.NANOSECONDS)
                .factor(3)
                .cap(20_000, TimeUnit.NANOSECONDS)
                .jitter(0.25)
                .build();
        final long[] full = {1000, 3000, 9000, 20_000, 20_000, 20_000};
        for (int attempt = 1; attempt <= full.length; attempt++) {
            final Set<Long> delays = new HashSet<>();
            for (long id = 0; id < 1000; id++) {
                delays.add(policy.delayNanos(id, attempt, ERROR));
            }
            final long longest = full[attempt - 1];
            assertThat(delays).allMatch(each -> each > longest * 3 / 4 - 1 && each <= longest);
            assertThat(delays).as("attempt %d is spread", attempt).hasSizeGreaterThan(100);
            assertThat(delays).anyMatch(each -> each < longest * 77 / 100).anyMatch(each -> each > longest * 98 / 100);
        }
    }

    @Test
    void shouldSpreadFullJitterFromNothingToTheFullDelay() {
        final RetryPolicy policy = RetryPolicy.exponential(100, 1, 8, TimeUnit.MILLISECONDS);
        long sum = 0;
        final int tasks = 10_000;
        for (long id = 0; id < tasks; id++) {
            final long delay = policy.delayNanos(id, 50, ERROR);
            assertThat(delay).isBetween(0L, TimeUnit.MILLISECONDS.toNanos(8));
            sum += delay;
        }
        assertThat(sum / tasks).as("mean").isBetween(3_800_000L, 4_200_000L);
    }

    @Test
    void shouldAnswerTheSameEachTime() {
        final RetryPolicy policy = RetryPolicy.exponential(10, 1, 8, TimeUnit.SECONDS);
        assertThat(policy.delayNanos(7, 3, ERROR)).isEqualTo(policy.delayNanos(7, 3, ERROR));
        assertThat(policy.delayNanos(7, 3, ERROR)).isNotEqualTo(policy.delayNanos(8, 3, ERROR));
    }

    @Test
    void shouldNeverOverflow() {
        final RetryPolicy policy =
                many().delay(Long.MAX_VALUE, TimeUnit.DAYS).factor(1e300).build();
        for (final int attempt : new int[] {1, 2, 3, 1000, Integer.MAX_VALUE - 1}) {
            assertThat(policy.delayNanos(attempt, ERROR)).isEqualTo(Long.MAX_VALUE);
        }
        final RetryPolicy none = many().delay(0, TimeUnit.SECONDS).factor(1e300).build();
        assertThat(none.delayNanos(1000, ERROR)).as("nothing grows to nothing").isZero();
    }

    @Test
    void shouldCountAttemptsAndNotRetries() {
        final RetryPolicy policy = RetryPolicy.fixed(3, 5);
        assertThat(policy.delayNanos(1, ERROR)).isEqualTo(5);
        assertThat(policy.delayNanos(2, ERROR)).isEqualTo(5);
        assertThat(policy.delayNanos(3, ERROR)).isNegative();
        assertThat(policy.attempts()).isEqualTo(3);
        assertThat(RetryPolicy.fixed(1, 5).delayNanos(1, ERROR)).isNegative();
    }

    @Test
    void shouldDecideByTheFirstRuleThatNamesTheErrorOrASuperclassOfIt() {
        final RetryPolicy policy = many().neverOn(FileNotFoundException.class)
                .retryOn(IOException.class)
                .neverIf(error -> error.getCause() instanceof InterruptedException)
                .neverOn(IllegalArgumentException.class)
                .retryOn(StackOverflowError.class)
                .build();
        assertThat(policy.delayNanos(1, new IOException())).isZero();
        assertThat(policy.delayNanos(1, new java.io.EOFException()))
                .as("subclass")
                .isZero();
        assertThat(policy.delayNanos(1, new FileNotFoundException())).isNegative();
        assertThat(policy.delayNanos(1, new NumberFormatException()))
                .as("subclass")
                .isNegative();
        assertThat(policy.delayNanos(1, new RuntimeException(new InterruptedException())))
                .isNegative();
        assertThat(policy.delayNanos(1, new RuntimeException()))
                .as("named by none")
                .isZero();
        assertThat(policy.delayNanos(1, new StackOverflowError())).isZero();
        assertThat(policy.delayNanos(1, new OutOfMemoryError())).as("an Error").isNegative();
    }

    @Test
    void shouldRefuseWhatBreaksARuleByItsName() {
        assertThatThrownBy(() -> RetryPolicy.fixed(0, 1)).hasMessage("attempts must be at least 1: 0");
        assertThatThrownBy(() -> RetryPolicy.fixed(2, -1)).hasMessage("delay must not be negative: -1 NANOSECONDS");
        assertThatThrownBy(() -> RetryPolicy.exponential(2, 1, -1, TimeUnit.SECONDS))
                .hasMessage("cap must not be negative: -1 SECONDS");
        assertThatThrownBy(() -> many().factor(0.5)).hasMessage("factor must be at least 1 and finite: 0.5");
        assertThatThrownBy(() -> many().factor(Double.NaN)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> many().jitter(1.5)).hasMessage("jitter must be from 0 to 1: 1.5");
    }

    @Test
    void shouldKeepTheRetryPolicyOfASpecThatGetsItsOtherLimitsLater() {
        final RetryPolicy first = RetryPolicy.fixed(3, 0);
        final RetryPolicy second = RetryPolicy.fixed(4, 0);
        final TaskPolicy limits =
                TaskPolicy.builder().runTimeout(1, TimeUnit.SECONDS).build();
        final Task task = context -> Step.DONE;
        final TaskPolicy before = TaskSpec.builder(1)
                .retryPolicy(first)
                .policy(limits)
                .task(task)
                .build()
                .policy();
        assertThat(before.retry()).isSameAs(first);
        assertThat(before.runTimeoutNanos()).isEqualTo(TimeUnit.SECONDS.toNanos(1));
        final TaskPolicy both = TaskPolicy.builder().retry(second).build();
        assertThat(TaskSpec.builder(1)
                        .retryPolicy(first)
                        .policy(both)
                        .task(task)
                        .build()
                        .policy()
                        .retry())
                .as("the last one counts")
                .isSameAs(second);
        assertThat(TaskSpec.builder(1)
                        .policy(both)
                        .retryPolicy(first)
                        .task(task)
                        .build()
                        .policy()
                        .retry())
                .isSameAs(first);
    }
}
