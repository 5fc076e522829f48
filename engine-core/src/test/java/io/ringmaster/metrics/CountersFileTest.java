package io.ringmaster.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class CountersFileTest {
    private static final CountersFile.Spec SPEC = new CountersFile.Spec("master-1", 2, 1, 33_333_333);

    @TempDir
    private Path folder;

    private Path path() {
        return folder.resolve("engine.counters");
    }

    private static ByteBuffer bytes(final Path path) throws IOException {
        return ByteBuffer.wrap(Files.readAllBytes(path)).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static String text(final ByteBuffer bytes, final int at, final int length) {
        return new String(bytes.array(), at, length, StandardCharsets.UTF_8);
    }

    private List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(each -> each.getFileName().toString()).sorted().toList();
        }
    }

    /** By numbers alone: a reader in another language has nothing else. */
    @Test
    void shouldLayTheHeaderOutAsDrawn() throws Exception {
        final long before = System.currentTimeMillis();
        final CountersFile file = CountersFile.create(path(), SPEC);
        file.close();

        final ByteBuffer bytes = bytes(path());
        assertThat(text(bytes, 0, 8)).isEqualTo("RINGMCTR");
        assertThat(bytes.getInt(8)).as("layout version").isEqualTo(1);
        assertThat(bytes.getInt(12)).as("header's length").isEqualTo(256);
        assertThat(bytes.getLong(16)).as("file's length").isEqualTo(bytes.capacity());
        assertThat(bytes.getLong(24))
                .as("pid")
                .isEqualTo(ProcessHandle.current().pid());
        assertThat(bytes.getLong(32)).as("process's start").isBetween(0L, before);
        assertThat(bytes.getLong(40)).as("engine's start").isBetween(before, System.currentTimeMillis());
        assertThat(System.nanoTime() - bytes.getLong(48)).as("the same, ago").isPositive();
        assertThat(bytes.getLong(56)).as("interval").isEqualTo(33_333_333);
        assertThat(bytes.getInt(64)).as("metadata").isEqualTo(384);
        assertThat(bytes.getInt(68)).as("records").isEqualTo(EngineCounter.values().length);
        assertThat(bytes.getInt(76)).as("kinds of owners").isEqualTo(3);
        assertThat(bytes.getInt(80)).as("engines").isEqualTo(1);
        assertThat(bytes.getInt(92)).as("partitions").isEqualTo(2);
        assertThat(bytes.getInt(104)).as("threads").isEqualTo(1);
        assertThat(text(bytes, 120, bytes.getInt(116))).isEqualTo("master-1");
        assertThat(text(bytes, 128, 128)).as("rest of the name").isEqualTo("\0".repeat(128));

        final int engine = bytes.getInt(84);
        final int partitions = bytes.getInt(96);
        final int threads = bytes.getInt(108);
        assertThat(engine).as("behind the metadata").isEqualTo((384 + bytes.getInt(72) + 127) / 128 * 128);
        assertThat(partitions).isEqualTo(engine + bytes.getInt(88));
        assertThat(threads).isEqualTo(partitions + 2 * bytes.getInt(100));
        assertThat(bytes.capacity()).isEqualTo(threads + bytes.getInt(112));
        for (final int at : new int[] {88, 100, 112}) {
            assertThat(bytes.getInt(at)).as("group's length").isPositive().matches(length -> length % 128 == 0);
        }
    }

    @Test
    void shouldDescribeEachCounterInARecord() throws Exception {
        CountersFile.create(path(), SPEC).close();

        final ByteBuffer bytes = bytes(path());
        int at = 384;
        final int[] slots = new int[3];
        for (final EngineCounter each : EngineCounter.values()) {
            assertThat(bytes.getInt(at) % 8).as("record's length").isZero();
            assertThat(bytes.getInt(at + 4)).isEqualTo(each.id());
            assertThat(bytes.getInt(at + 8)).isEqualTo(each.owner().ordinal());
            assertThat(bytes.getInt(at + 12)).isEqualTo(each.type().ordinal() + 1);
            assertThat(bytes.getInt(at + 16)).isEqualTo(8 * slots[each.owner().ordinal()]++);
            assertThat(text(bytes, at + 24, bytes.getInt(at + 20))).isEqualTo(each.label());
            at += bytes.getInt(at);
        }
        assertThat(at - 384).isEqualTo(bytes.getInt(72));
    }

    @Test
    void shouldPutStatusAndValuesWhereTheHeaderSays() throws Exception {
        final CountersFile file = CountersFile.create(path(), SPEC);
        final ByteBuffer first = bytes(path());
        assertThat(first.getLong(256)).as("version").isEqualTo(2);
        assertThat(first.getLong(264)).as("STARTING").isEqualTo(1);

        file.begin();
        file.set(EngineCounter.ACCEPTED, 0, 0x0102030405060708L);
        file.set(EngineCounter.FINALIZED, 0, -1);
        file.set(EngineCounter.PARTITION_ACCEPTED, 1, 77);
        file.set(EngineCounter.THREAD_REPLACED, 0, 5);
        assertThat(bytes(path()).getLong(256))
                .as("version while a copy is made")
                .isEqualTo(3);
        final long before = System.currentTimeMillis();
        file.lasted(1_234);
        file.end(EngineState.DRAINING);
        file.close();

        final ByteBuffer bytes = bytes(path());
        assertThat(bytes.getLong(256)).isEqualTo(4);
        assertThat(bytes.getLong(264)).as("DRAINING").isEqualTo(3);
        assertThat(bytes.getLong(272)).isBetween(before, System.currentTimeMillis());
        assertThat(System.nanoTime() - bytes.getLong(280)).isNotNegative();
        assertThat(bytes.getLong(288)).isEqualTo(1_234);
        assertThat(bytes.get(bytes.getInt(84)))
                .as("the lowest byte comes first")
                .isEqualTo((byte) 8);
        assertThat(bytes.getLong(bytes.getInt(84))).isEqualTo(0x0102030405060708L);
        assertThat(bytes.getLong(bytes.getInt(84) + 8)).isEqualTo(-1);
        assertThat(bytes.getLong(bytes.getInt(96) + bytes.getInt(100))).isEqualTo(77);
        assertThat(bytes.getLong(bytes.getInt(108) + 16)).isEqualTo(5);
    }

    @Test
    void shouldCutALongNameBetweenTwoCharacters() throws Exception {
        CountersFile.create(path(), new CountersFile.Spec("x" + "\uD83D\uDE80".repeat(50), 1, 0, 1))
                .close();
        try (CountersReader reader = CountersReader.open(path())) {
            assertThat(reader.header().engine()).isEqualTo("x" + "\uD83D\uDE80".repeat(33));
            assertThat(reader.header().threads()).isZero();
        }
    }

    @Test
    void shouldReplaceWhatAClosedEngineHasLeft() throws Exception {
        final CountersFile old = CountersFile.create(path(), SPEC);
        old.begin();
        old.end(EngineState.CLOSED);
        old.close();

        CountersFile.create(path(), new CountersFile.Spec("next", 1, 1, 1)).close();

        try (CountersReader reader = CountersReader.open(path())) {
            assertThat(reader.header().engine()).isEqualTo("next");
        }
        assertThat(names()).containsExactly("engine.counters");
    }

    @Test
    void shouldReplaceWhatWasCutShort() throws Exception {
        CountersFile.create(path(), SPEC).close();
        final byte[] whole = Files.readAllBytes(path());
        for (final int length : new int[] {0, 1, 8, 11, 100, 384, whole.length - 1}) {
            Files.write(path(), java.util.Arrays.copyOf(whole, length));
            CountersFile.create(path(), SPEC).close();
            assertThat(Files.size(path())).isEqualTo(whole.length);
            Files.delete(path());
        }
    }

    @Test
    void shouldRefuseThePlaceOfALiveEngine() throws Exception {
        final CountersFile live = CountersFile.create(path(), SPEC);
        try {
            assertThatThrownBy(() -> CountersFile.create(path(), SPEC))
                    .isInstanceOf(CountersFileException.class)
                    .hasMessage("must not be that of a live engine: " + path() + " is written by process "
                            + ProcessHandle.current().pid() + ", engine 'master-1'");
        } finally {
            live.close();
        }
        assertThat(names()).containsExactly("engine.counters");
    }

    @Test
    void shouldLeaveAloneWhatIsNoCountersFile() throws Exception {
        Files.writeString(path(), "a thesis");

        assertThatThrownBy(() -> CountersFile.create(path(), SPEC))
                .isInstanceOf(CountersFileException.class)
                .hasMessage("must be new or a counters file: " + path() + ": not a counters file");

        assertThat(path()).hasContent("a thesis");
        assertThat(names()).containsExactly("engine.counters");
    }

    @Test
    void shouldLeaveAloneWhatALaterVersionHasMade() throws Exception {
        CountersFile.create(path(), SPEC).close();
        final byte[] bytes = Files.readAllBytes(path());
        bytes[8] = 2;
        Files.write(path(), bytes);

        assertThatThrownBy(() -> CountersFile.create(path(), SPEC))
                .isInstanceOf(CountersFileException.class)
                .hasMessageStartingWith("must be new or a counters file: " + path() + ": has layout version 2");

        assertThat(path()).hasBinaryContent(bytes);
    }

    @Test
    void shouldRefuseAPlaceThatTakesNoFile() throws Exception {
        final Path missing = folder.resolve("missing").resolve("engine.counters");
        assertThatThrownBy(() -> CountersFile.create(missing, SPEC))
                .hasMessage("must be in a folder that exists: " + missing);
        assertThatThrownBy(() -> CountersFile.create(folder, SPEC)).hasMessage("must be a regular file: " + folder);
        assertThatThrownBy(() -> CountersFile.create(Path.of("/"), SPEC))
                .hasMessage("must be in a folder that exists: /");
        assertThat(names()).isEmpty();
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void shouldSayWhatTheSystemSays() throws Exception {
        final Path longName = folder.resolve("n".repeat(300));
        assertThatThrownBy(() -> CountersFile.create(longName, SPEC))
                .isInstanceOf(CountersFileException.class)
                .hasMessage("must be a file that can be written: " + longName + ": File name too long");
        assertThat(names()).isEmpty();
        final Path longest = folder.resolve("n".repeat(255));
        CountersFile.create(longest, SPEC).close();
        assertThat(longest).exists();
    }

    @Test
    void shouldRefuseMorePartitionsThanAFileCanHold() throws Exception {
        assertThatThrownBy(() -> CountersFile.create(path(), new CountersFile.Spec("large", 10_000_000, 1, 1)))
                .isInstanceOf(CountersFileException.class)
                .hasMessage("must have room for its partitions in 2 GB: 10000000");
        assertThat(names()).isEmpty();
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void shouldReplaceTheTargetOfALink() throws Exception {
        final Path target = folder.resolve("target");
        final CountersFile old = CountersFile.create(target, SPEC);
        old.begin();
        old.end(EngineState.CLOSED);
        old.close();
        Files.createSymbolicLink(path(), target);

        CountersFile.create(path(), new CountersFile.Spec("next", 1, 1, 1)).close();

        assertThat(path()).isSymbolicLink();
        try (CountersReader reader = CountersReader.open(target)) {
            assertThat(reader.header().engine()).isEqualTo("next");
        }
    }

    @Test
    void shouldBeMadeByAnInterruptedThread() throws Exception {
        Thread.currentThread().interrupt();
        final CountersFile file = CountersFile.create(path(), SPEC);
        assertThat(file.isWhole()).isTrue();
        assertThat(Thread.interrupted()).as("still interrupted").isTrue();
        file.close();
        assertThat(path()).exists();
    }

    @Test
    void shouldKnowWhenItWasCutShort() throws Exception {
        final CountersFile file = CountersFile.create(path(), SPEC);
        assertThat(file.isWhole()).isTrue();
        Files.write(path(), new byte[10]);
        assertThat(file.isWhole()).isFalse();
        file.close();
    }

    @Test
    void shouldTakeTheFileAway() throws Exception {
        CountersFile.create(path(), SPEC).delete();
        assertThat(names()).isEmpty();
    }
}
