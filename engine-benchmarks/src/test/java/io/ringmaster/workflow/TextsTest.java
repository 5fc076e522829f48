package io.ringmaster.workflow;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TextsTest {

    @Test
    void shouldEscapeWhatBreaksOrHidesInALine() {
        assertThat(Texts.oneLine("a\r\n\tb\u0000\u001b[1m\u0085\u2028\u2029\u202e\u200b\ufeff\ud800"))
                .isEqualTo("a\\r\\n\\tb\\u0000\\u001b[1m\\u0085\\u2028\\u2029\\u202e\\u200b\\ufeff\\ud800");
    }

    @Test
    void shouldLeaveOtherTextAlone() {
        assertThat(Texts.oneLine("/tmp/a b/\u00e9\u4e2d\ud83d\ude00.json"))
                .isEqualTo("/tmp/a b/\u00e9\u4e2d\ud83d\ude00.json");
    }

    @Test
    void shouldShortenInTheMiddle() {
        final String value = "s".repeat(100) + "e".repeat(100);

        assertThat(Texts.quote(value)).isEqualTo('"' + "s".repeat(90) + "..." + "e".repeat(40) + "\" (200 characters)");
        assertThat(Texts.quote("x".repeat(140))).isEqualTo('"' + "x".repeat(140) + '"');
        assertThat(Texts.brief(value)).isEqualTo("s".repeat(100) + "e".repeat(40) + "...");
    }
}
