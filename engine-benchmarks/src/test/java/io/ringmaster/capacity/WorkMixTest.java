package io.ringmaster.capacity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WorkMixTest {
    @TempDir
    private Path folder;

    @ParameterizedTest
    @CsvSource({"noop,noop", "spin:5us,spin 5us", "step-and-wait:1.5ms,step-and-wait 1.5ms", "block:10ms,block 10ms"})
    void shouldReadOneWork(final String text, final String shown) {
        assertThat(WorkMix.parse(text)).hasToString(shown);
    }

    @Test
    void shouldReadTheMixesThatTheDocsName() throws IOException {
        final Path here = Path.of("").toAbsolutePath();
        final Path project = Files.isDirectory(here.resolve("docs")) ? here : here.getParent();
        final List<String> named = Pattern.compile("mix:(\\S+\\.mix)")
                .matcher(Files.readString(project.resolve("docs/capacity.md")))
                .results()
                .map(each -> each.group(1))
                .toList();

        assertThat(named).isNotEmpty().allSatisfy(each -> assertThat(WorkMix.parse("mix:" + project.resolve(each)))
                .hasToString("90 % spin 50us, 8 % step-and-wait 100ms, 2 % block 50ms"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "sleep:1ms", "noop:1ms", "spin", "spin:", "spin:5", "spin:5us,", "block:x"})
    void shouldNameTheRuleAndTheValueOfABadWork(final String text) {
        assertThatThrownBy(() -> WorkMix.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("must be noop, spin:D, step-and-wait:D or block:D, where D is a duration: " + text);
    }

    @Test
    void shouldRefuseStepsThatTheEngineWouldTakeForStalls() {
        assertThatThrownBy(() -> WorkMix.parse("spin:51ms"))
                .hasMessage("must spin for at most 50ms, since a longer step is taken for a stall: spin:51ms");
        assertThatThrownBy(() -> WorkMix.parse("block:2min")).hasMessage("must take at most 60s: block:2min");
    }

    @Test
    void shouldReadAMixWithCommentsAndBlankLines() throws IOException {
        final Path file = Files.writeString(
                folder.resolve("mix"), "# most of it\n90 noop\n\n  9\tspin:10us   # some\n1 block:1ms\n");

        final WorkMix mix = WorkMix.parse("mix:" + file);

        assertThat(mix).hasToString("90 % noop, 9 % spin 10us, 1 % block 1ms");
        assertThat(mix.blocks()).isTrue();
        assertThat(mix.longestNanos()).isEqualTo(1_000_000);
        assertThat(mix.meanNanos(Work.Kind.SPIN)).isCloseTo(900, within(1e-6));
    }

    @Test
    void shouldDrawWorksByTheirWeights() {
        final WorkMix mix = WorkMix.parse("m", List.of("6 noop", "3 spin:1us", "1 block:1ms"));
        final SplittableRandom random = new SplittableRandom(3);

        final int[] drawn = new int[3];
        for (int i = 0; i < 100_000; i++) {
            drawn[mix.pick(random)]++;
        }

        assertThat(drawn[0] / 1e5).isCloseTo(0.6, within(0.01));
        assertThat(drawn[1] / 1e5).isCloseTo(0.3, within(0.01));
        assertThat(drawn[2] / 1e5).isCloseTo(0.1, within(0.01));
    }

    @Test
    void shouldNameFileAndLineOfWhatIsWrong() {
        assertThatThrownBy(() -> WorkMix.parse("m", List.of("1 noop", "# x", "2")))
                .hasMessage("m: line 3: must be a weight and a work, such as 90 noop: 2");
        assertThatThrownBy(() -> WorkMix.parse("m", List.of("0 noop")))
                .hasMessage("m: line 1: a weight must be a number above 0 and up to 1e9: 0");
        assertThatThrownBy(() -> WorkMix.parse("m", List.of("x noop")))
                .hasMessage("m: line 1: a weight must be a number above 0 and up to 1e9: x");
        assertThatThrownBy(() -> WorkMix.parse("m", List.of("NaN noop")))
                .hasMessage("m: line 1: a weight must be a number above 0 and up to 1e9: NaN");
        assertThatThrownBy(() -> WorkMix.parse("m", List.of("1 noop", "1 spin:fast")))
                .hasMessage(
                        "m: line 2: must be noop, spin:D, step-and-wait:D or block:D, where D is a duration: spin:fast");
        assertThatThrownBy(() -> WorkMix.parse("m", List.of("1 noop extra")))
                .hasMessageStartingWith("m: line 1: must be a weight and a work");
        assertThatThrownBy(() -> WorkMix.parse("m", List.of("# nothing")))
                .hasMessage("m: must have a line with a weight and a work, such as 90 noop");
        assertThatThrownBy(() -> WorkMix.parse("mix:" + folder.resolve("none")))
                .hasMessageStartingWith("must name a mix that can be read: ");
        assertThatThrownBy(() -> WorkMix.parse("mix:" + folder))
                .hasMessageStartingWith("must name a file, not a folder: ");
    }

    @Test
    void shouldRefuseAMixThatIsNoText() throws IOException {
        final Path file = Files.write(folder.resolve("mix"), new byte[] {(byte) 0xff, (byte) 0xfe, 0});

        assertThatThrownBy(() -> WorkMix.parse("mix:" + file)).hasMessage("must name a mix in UTF-8: " + file);
    }
}
