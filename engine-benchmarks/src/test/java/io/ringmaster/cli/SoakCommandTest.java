package io.ringmaster.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
class SoakCommandTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int soak(final String options) {
        return RingmasterMain.commandLine()
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(("soak " + options).split(" "));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--minutes=0            | '--minutes': must be a whole number from 1 to 2147483647: 0",
                "--minutes=-1           | '--minutes': must be a whole number from 1 to 2147483647: -1",
                "--minutes=1.5          | '--minutes': must be a whole number from 1 to 2147483647: 1.5",
                "--hours=10001          | --hours must be at most 10000: 10001",
                "--hours=1 --minutes=1  | --hours must not be given with --minutes: 1",
                "--seed=x               | '--seed': must be a whole number of 64 bits: x",
                "--phase=0              | '--phase': must be a whole number from 1 to 2147483647: 0",
                "--phase=3601           | --phase must be at most 3600: 3601",
                "--rate=1000001         | --rate must be at most 1000000: 1000001",
                "--only=nix             | --only must be among none, ",
                "--only=                | --only must be among none, ",
                "--nix                  | Unknown option: '--nix'",
                "file                   | Unmatched argument at index 1: 'file'"
            })
    void shouldRefuseBadUsageWithOneLine(final String options, final String fault) {
        assertThat(soak(options)).isEqualTo(2);

        assertThat(err.toString().lines()).singleElement().asString().contains(fault);
        assertThat(out.toString()).as("nothing was started").isEmpty();
    }

    @Test
    void shouldSayWhatItTakes() {
        assertThat(soak("--help")).isZero();

        assertThat(out.toString()).contains("--minutes=M", "--seed=N", "Exit status:");
        assertThat(err.toString()).isEmpty();
    }
}
