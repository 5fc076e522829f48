package io.ringmaster.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Negative;
import net.jqwik.api.constraints.StringLength;

class TaskSpecPropertiesTest {
    @Property(tries = 200)
    void shouldKeepWhatItWasGiven(
            @ForAll final long id,
            @ForAll final long groupId,
            @ForAll @StringLength(min = 1) final String type,
            @ForAll final byte[] payload,
            @ForAll final Container container) {
        final RetryPolicy retries = RetryPolicy.fixed(2, 1);
        final TaskSpec spec = TaskSpec.builder(id)
                .groupId(groupId)
                .type(type)
                .payload(payload)
                .container(container)
                .retryPolicy(retries)
                .attachment(payload)
                .build();
        assertThat(spec.id()).isEqualTo(id);
        assertThat(spec.groupId()).isEqualTo(groupId);
        assertThat(spec.type()).isEqualTo(type);
        assertThat(spec.payload()).isSameAs(payload);
        assertThat(spec.container()).isEqualTo(container);
        assertThat(spec.policy().retry()).isSameAs(retries);
        assertThat(spec.attachment()).isSameAs(payload);
        assertThat(spec.task()).isNull();
    }

    @Property(tries = 200)
    void shouldRefuseSpecOfNothing(@ForAll final long id) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TaskSpec.builder(id).build())
                .withMessageContaining("task " + id + ':');
    }

    @Property(tries = 200)
    void shouldRetryAsOftenAsAFixedPolicySays(
            @ForAll @IntRange(min = 1, max = 1000) final int attempts,
            @ForAll @LongRange(min = 0) final long delay,
            @ForAll @IntRange(min = 1, max = 2000) final int attempt) {
        final long answer = RetryPolicy.fixed(attempts, delay).delayNanos(attempt, new Exception());
        if (attempt < attempts) {
            assertThat(answer).isEqualTo(delay);
        } else {
            assertThat(answer).isNegative();
        }
    }

    @Property(tries = 100)
    void shouldRefuseNegativeDelayAndNoAttempts(
            @ForAll @Negative final long delay, @ForAll @IntRange(min = -1000, max = 0) final int attempts) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RetryPolicy.fixed(1, delay))
                .withMessageContaining(Long.toString(delay));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RetryPolicy.fixed(attempts, 0))
                .withMessageContaining(Integer.toString(attempts));
    }
}
