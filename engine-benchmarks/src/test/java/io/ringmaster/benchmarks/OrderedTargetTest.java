package io.ringmaster.benchmarks;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
class OrderedTargetTest {
    @ParameterizedTest
    @CsvSource({
        "engine, 10000, true",
        "engine, 10000, false",
        "engine, 1, false",
        "raw, 10000, true",
        "raw, 1, false",
        "abq, 10000, true",
        "abq, 10000, false"
    })
    void shouldHandleEachKeysMessagesInOrder(final String name, final int keys, final boolean threaded) {
        try (OrderedTarget target = OrderedTarget.open(name, keys, threaded)) {
            for (int i = 0; i < 3; i++) {
                target.round();
                target.check();
            }
        }
    }

    @Test
    void shouldNoticeMessagesOutOfOrder() {
        final OrderedKey key = new OrderedKey();
        final LonelyCounter handled = new LonelyCounter();
        final OrderedKey.Message first = new OrderedKey.Message(handled);
        final OrderedKey.Message second = new OrderedKey.Message(handled);
        first.address(key, 1);
        second.address(key, 2);

        second.handle();
        first.handle();

        assertThatThrownBy(() -> key.check(2))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("2 of them were out of order");
    }

    @Test
    void shouldNoticeALostMessage() {
        final OrderedKey key = new OrderedKey();
        final OrderedKey.Message message = new OrderedKey.Message(new LonelyCounter());
        message.address(key, 1);
        message.handle();

        assertThatCode(() -> key.check(1)).doesNotThrowAnyException();
        assertThatThrownBy(() -> key.check(2)).hasMessageContaining("1 of 2");
    }

    @Test
    void shouldNameABadValue() {
        assertThatThrownBy(() -> OrderedTarget.open("cooked", 1, false)).hasMessageContaining("cooked");
        assertThatThrownBy(() -> OrderedTarget.open("raw", 0, false)).hasMessageContaining("keys must be from 1");
    }
}
