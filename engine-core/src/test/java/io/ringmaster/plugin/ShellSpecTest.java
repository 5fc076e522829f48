package io.ringmaster.plugin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ShellSpecTest {
    private static byte[] bytes(final String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void shouldReadEveryKey() {
        final ShellSpec spec =
                ShellSpec.parse(bytes("# a comment\n\ncommand=sh\r\ncommand=-c\ncommand= a = b \\\\ c\\n\n"
                        + "directory=/tmp\noutput=out.txt\nenv.A=1\nenv.B=\n"));
        assertThat(spec.command()).containsExactly("sh", "-c", " a = b \\ c\n");
        assertThat(spec.directory()).isEqualTo(Path.of("/tmp"));
        assertThat(spec.output()).isEqualTo(Path.of("out.txt"));
        assertThat(spec.environment()).containsExactly(Map.entry("A", "1"), Map.entry("B", ""));
    }

    @Test
    void shouldWriteWhatTheFormatSays() {
        final ShellSpec spec = ShellSpec.command("echo", "a\nb\\", "")
                .directory(Path.of("/tmp"))
                .output(Path.of("o"))
                .env("N", "v")
                .build();
        assertThat(new String(spec.payload(), StandardCharsets.UTF_8))
                .isEqualTo("command=echo\ncommand=a\\nb\\\\\ncommand=\ndirectory=/tmp\noutput=o\nenv.N=v\n");
    }

    @Property(tries = 500)
    void shouldReadBackWhatItWrote(
            @ForAll("arguments") final List<String> arguments, @ForAll("texts") final String value) {
        final ShellSpec.Builder builder = ShellSpec.command(arguments);
        builder.env("VALUE", value);
        final ShellSpec read = ShellSpec.parse(builder.build().payload());
        assertThat(read.command()).isEqualTo(arguments);
        assertThat(read.environment()).isEqualTo(Map.of("VALUE", value));
    }

    @Provide
    Arbitrary<String> texts() {
        return Arbitraries.oneOf(
                Arbitraries.strings().withChars("\\nr\n\r=# a\u00e9\u20ac").ofMaxLength(20),
                Arbitraries.strings()
                        .filter(text -> text.indexOf('\0') < 0
                                && StandardCharsets.UTF_8.newEncoder().canEncode(text)));
    }

    @Provide
    Arbitrary<List<String>> arguments() {
        return texts().list().ofMinSize(1).ofMaxSize(5).filter(all -> !all.get(0)
                .isEmpty());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "\"\" | shell payload: command must name a program, and there is none",
                "directory=/tmp | shell payload: command must name a program, and there is none",
                "command= | shell payload line 1: command must name a program first: ''",
                "command | shell payload line 1: a line must be key=value: 'command'",
                "command=a;comand=b | shell payload line 2: key must be command, directory, output or env.NAME: 'comand'",
                "command=a;directory=b;directory=c | shell payload line 3: key must occur once: 'directory'",
                "command=a;output=b;output=b | shell payload line 3: key must occur once: 'output'",
                "command=a;env.A=b;env.A=b | shell payload line 3: key must occur once: 'env.A'",
                "command=a;env.=b | shell payload line 2: env needs a name without '=' or line breaks: ''",
                "command=a;directory= | shell payload line 2: directory must not be empty",
                "command=a;output= | shell payload line 2: output must not be empty",
                "command=a\\tb | shell payload line 1: a backslash must be written \\\\, or begin \\n or \\r: 'a\\tb'",
                "command=a\\ | shell payload line 1: a backslash must be written \\\\, or begin \\n or \\r: 'a\\'",
                "command=a~ | shell payload line 1: command must not contain the character NUL: 'a?'",
            })
    void shouldNameEachFault(final String payload, final String message) {
        assertThatThrownBy(
                        () -> ShellSpec.parse(bytes(payload.replace(';', '\n').replace('~', '\0'))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }

    @Test
    void shouldRefuseWhatIsNotUtf8() {
        assertThatThrownBy(() -> ShellSpec.parse(new byte[] {'c', '=', (byte) 0xff}))
                .hasMessage("shell payload must be UTF-8 and is not at byte 2");
    }

    @Test
    void shouldRefuseLongPayload() {
        assertThatThrownBy(() -> ShellSpec.parse(new byte[ShellSpec.MAX_PAYLOAD_BYTES + 1]))
                .hasMessage("shell payload must have at most 1048576 bytes: 1048577");
        final ShellSpec spec = ShellSpec.command("a", "b".repeat(1 << 20)).build();
        assertThatThrownBy(spec::payload).hasMessageStartingWith("shell payload must have at most 1048576 bytes: ");
    }

    @Test
    void shouldRefuseHalfACharacter() {
        assertThatThrownBy(() -> ShellSpec.command("a", "\ud800"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("command must not contain half a surrogate pair");
    }
}
