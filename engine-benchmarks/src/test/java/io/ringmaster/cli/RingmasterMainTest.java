package io.ringmaster.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class RingmasterMainTest {

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private final CommandLine commandLine =
            RingmasterMain.commandLine().setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));

    @Test
    void shouldPrintItsUsageWhenAskedForHelp() {
        assertThat(commandLine.execute("--help")).isZero();

        assertThat(out.toString()).startsWith("Usage: ringmaster");
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void shouldPrintItsNameWhenAskedForItsVersion() {
        assertThat(commandLine.execute("--version")).isZero();

        assertThat(out.toString()).startsWith("ringmaster ");
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void shouldNameAnOptionItDoesNotKnow() {
        assertThat(commandLine.execute("--no-such-option")).isEqualTo(2);

        assertThat(err.toString()).contains("--no-such-option").doesNotContain("\tat ");
        assertThat(out.toString()).isEmpty();
    }

    @Test
    void shouldAskForACommandWhenThereIsNone() {
        assertThat(commandLine.execute()).isEqualTo(2);

        assertThat(err.toString()).contains("Usage: ringmaster");
    }
}
