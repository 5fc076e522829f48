package io.ringmaster.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ringmaster.metrics.CountersReader.Liveness;
import io.ringmaster.testing.Conditions;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(120)
class CountersReaderTest {
    private static final int PID = 24;
    private static final int PROCESS_START = 32;
    private static final int METADATA = 384;
    private static final int COPY_MILLIS = 272;

    @TempDir
    private Path folder;

    private Path path;
    private CountersFile file;

    @BeforeEach
    void create() throws Exception {
        path = folder.resolve("engine.counters");
        file = CountersFile.create(path, new CountersFile.Spec("master-1", 2, 1, 10_000_000));
    }

    @AfterEach
    void close() {
        file.close();
    }

    private void copy(final EngineState state) {
        file.begin();
        file.end(state);
    }

    private byte[] bytes() throws IOException {
        return Files.readAllBytes(path);
    }

    /** Another file with the same content: what was mapped stays as it is. */
    private Path write(final byte[] bytes) throws IOException {
        final Path other = folder.resolve("other.counters");
        Files.deleteIfExists(other);
        return Files.write(other, bytes);
    }

    private static ByteBuffer littleEndian(final byte[] bytes) {
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    // ---- values ------------------------------------------------------------------------------------------------

    @Test
    void shouldReadWhatWasCopied() throws Exception {
        file.begin();
        int value = 0;
        for (final EngineCounter each : EngineCounter.values()) {
            for (int i = 0; i < (each.owner() == CounterOwner.PARTITION ? 2 : 1); i++) {
                file.set(each, i, ++value);
            }
        }
        file.end(EngineState.RUNNING);
        try (CountersReader reader = CountersReader.open(path)) {
            final CountersSnapshot look = reader.read();
            int expected = 0;
            for (final EngineCounter each : EngineCounter.values()) {
                assertThat(look.has(each)).isTrue();
                for (int i = 0; i < (each.owner() == CounterOwner.PARTITION ? 2 : 1); i++) {
                    assertThat(look.value(each, i)).as(each.name()).isEqualTo(++expected);
                }
            }
            assertThat(look.isTorn()).isFalse();
            assertThat(look.state()).isEqualTo(EngineState.RUNNING);
            assertThat(look.copies()).isEqualTo(2);
            assertThat(look.header().pid()).isEqualTo(ProcessHandle.current().pid());
            assertThat(look.header().partitions()).isEqualTo(2);
            assertThat(look.header().counters()).hasSize(EngineCounter.values().length);
            assertThatThrownBy(() -> look.value(EngineCounter.PARTITION_ACCEPTED, 2))
                    .isInstanceOf(IndexOutOfBoundsException.class)
                    .hasMessage("PARTITION 2 of 2 has no 'accepted'");
        }
    }

    @Test
    void shouldSayThatACopyWasCutOff() throws Exception {
        copy(EngineState.RUNNING);
        file.begin();
        file.set(EngineCounter.ACCEPTED, 0, 7);
        try (CountersReader reader = CountersReader.open(path)) {
            final CountersSnapshot torn = reader.read();
            assertThat(torn.isTorn()).isTrue();
            assertThat(torn.value(EngineCounter.ACCEPTED)).isEqualTo(7);
            file.end(EngineState.RUNNING);
            assertThat(reader.read().isTorn()).isFalse();
        }
    }

    /** All values of a copy are the same number; a look that mixes two copies shows two. */
    @Test
    void shouldNeverMixTwoCopies() throws Exception {
        final AtomicBoolean stop = new AtomicBoolean();
        final Thread writer = new Thread(() -> {
            for (long n = 1; !stop.get(); n++) {
                file.begin();
                for (final EngineCounter each : EngineCounter.values()) {
                    file.set(each, 0, n);
                }
                file.end(EngineState.RUNNING);
                final long end = System.nanoTime() + 20_000;
                while (System.nanoTime() - end < 0) {
                    Thread.onSpinWait(); // so that readers find a moment without a copy
                }
            }
        });
        writer.start();
        try (CountersReader reader = CountersReader.open(path)) {
            final int[] looks = {0, 0};
            final long[] last = {0};
            Conditions.await("2000 looks at one copy, of which 50 found a new one", () -> {
                final CountersSnapshot look = reader.read();
                if (!look.isTorn()) {
                    final long number = look.value(EngineCounter.ACCEPTED);
                    for (final EngineCounter each : EngineCounter.values()) {
                        assertThat(look.value(each)).as(each.name()).isEqualTo(number);
                    }
                    looks[0]++;
                    looks[1] += number != last[0] ? 1 : 0;
                    last[0] = number;
                }
                return looks[0] >= 2_000 && looks[1] >= 50;
            });
        } finally {
            stop.set(true);
            writer.join();
        }
    }

    // ---- other versions ----------------------------------------------------------------------------------------

    @Test
    void shouldReadAFileThatHasOtherCounters() throws Exception {
        file.begin();
        file.set(EngineCounter.ACCEPTED, 0, 11);
        file.set(EngineCounter.FINALIZED, 0, 12);
        file.end(EngineState.RUNNING);
        final byte[] bytes = bytes();
        final ByteBuffer buffer = littleEndian(bytes);
        buffer.putInt(METADATA + 4, 9_999); // accepted has another id, and a label of the same length
        buffer.put(METADATA + 24, "acceptEd".getBytes(StandardCharsets.UTF_8));
        final int second = METADATA + buffer.getInt(METADATA);
        final int third = second + buffer.getInt(second);
        buffer.putInt(third + 8, 17); // succeeded has an owner, and failed a type, of a later version
        buffer.putInt(third + buffer.getInt(third) + 12, 17);

        try (CountersReader reader = CountersReader.open(write(bytes))) {
            final CountersSnapshot look = reader.read();
            assertThat(look.has(EngineCounter.ACCEPTED)).isFalse();
            assertThat(look.value(EngineCounter.ACCEPTED)).isZero();
            assertThat(look.value(EngineCounter.FINALIZED)).isEqualTo(12);
            assertThat(look.has(EngineCounter.SUCCEEDED)).isFalse();
            assertThat(look.has(EngineCounter.FAILED)).isFalse();
            final CounterDescriptor unknown = look.header().counters().get(0);
            assertThat(unknown.id()).isEqualTo(9_999);
            assertThat(unknown.label()).isEqualTo("acceptEd");
            assertThat(look.value(unknown, 0)).isEqualTo(11);
        }
    }

    @Test
    void shouldNotKnowAStateOfALaterVersion() throws Exception {
        final byte[] bytes = bytes();
        bytes[264] = 99;
        try (CountersReader reader = CountersReader.open(write(bytes))) {
            assertThat(reader.read().state()).isNull();
        }
    }

    @Test
    void shouldRefuseALaterLayout() throws Exception {
        final byte[] bytes = bytes();
        bytes[8] = 2;
        final Path other = write(bytes);
        assertThatThrownBy(() -> CountersReader.open(other))
                .isInstanceOf(CountersFileException.class)
                .hasMessage(other + ": has layout version 2, and this reader knows none above 1: it needs a later"
                        + " ringmaster");
    }

    // ---- what is no counters file ------------------------------------------------------------------------------

    @Test
    void shouldSayWhatIsWrongWithAFile() throws Exception {
        final Path missing = folder.resolve("missing");
        assertThatThrownBy(() -> CountersReader.open(missing)).hasMessage(missing + ": there is no such file");
        assertThatThrownBy(() -> CountersReader.open(folder)).hasMessage(folder + ": not a regular file");
        final Path empty = write(new byte[0]);
        assertThatThrownBy(() -> CountersReader.open(empty)).hasMessage(empty + ": not a counters file");
        final Path other = write("RINGMASTER".getBytes(StandardCharsets.UTF_8));
        assertThatThrownBy(() -> CountersReader.open(other)).hasMessage(other + ": not a counters file");
    }

    @Test
    void shouldSayWhereAFileWasCutShort() throws Exception {
        final byte[] bytes = bytes();
        for (int length = 1; length < bytes.length; length += length < 400 ? 1 : 97) {
            final Path other = write(Arrays.copyOf(bytes, length));
            final String whole = length < METADATA ? " of 384 bytes" : " of " + bytes.length + " bytes";
            assertThatThrownBy(() -> CountersReader.open(other))
                    .isInstanceOf(CountersFileException.class)
                    .hasMessage(other + ": cut short: it has " + length + whole);
        }
    }

    @Test
    void shouldNoticeThatAFileIsCutShortWhileItIsWatched() throws Exception {
        try (CountersReader reader = CountersReader.open(path)) {
            reader.read();
            Files.write(path, new byte[10]);
            assertThatThrownBy(reader::read)
                    .isInstanceOf(CountersFileException.class)
                    .hasMessageContaining(": cut short: it has 10 of ");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "12, 8, its header's length",
        "16, 100, its length",
        "64, 100, its metadata's place",
        "68, -1, its metadata's place",
        "68, 1000000, record 103 of its metadata",
        "76, 2, its kinds of owners",
        "80, 0, its groups of values",
        "84, 17, its groups of values",
        "92, 2147483647, its groups of values",
        "96, 2147483640, its groups of values",
        "100, -8, its groups of values",
        "116, 137, its engine's name",
        "384, 8, record 0 of its metadata",
        "384, 2147483640, record 0 of its metadata",
        "400, -8, record 0 of its metadata",
        "400, 4096, record 0 of its metadata",
        "404, 2147483647, record 0 of its metadata",
    })
    void shouldBelieveNoNumberThatCantBeRight(final int at, final int value, final String what) throws Exception {
        final byte[] bytes = bytes();
        littleEndian(bytes).putInt(at, value);
        final Path other = write(bytes);
        assertThatThrownBy(() -> CountersReader.open(other))
                .isInstanceOf(CountersFileException.class)
                .hasMessage(other + ": damaged: " + what + " can't be right");
    }

    @Test
    void shouldReadOrRefuseAnyDamagedFile() throws Exception {
        final long seed = Long.getLong("ringmaster.seed", System.nanoTime());
        final Random random = new Random(seed);
        final byte[] bytes = bytes();
        int refused = 0;
        for (int i = 0; i < 2_000; i++) {
            final byte[] damaged = bytes.clone();
            for (int n = 1 + random.nextInt(4); n > 0; n--) {
                // Most of it is metadata, and most of the rest are values, which may be anything.
                damaged[random.nextInt(random.nextBoolean() ? 260 : damaged.length)] = (byte) random.nextInt();
            }
            damaged[256] &= ~1; // else each look waits for the end of the copy
            final Path other = write(damaged);
            try (CountersReader reader = CountersReader.open(other)) {
                final CountersSnapshot look = reader.read();
                for (final CounterDescriptor each : look.header().counters()) {
                    if (each.owner() == CounterOwner.ENGINE) {
                        look.value(each, 0);
                    }
                }
            } catch (final CountersFileException e) {
                assertThat(e).hasMessageStartingWith(other + ": ");
                assertThat(e.getMessage()).doesNotContain("\n");
                refused++;
            } catch (final Throwable t) {
                throw new AssertionError("seed " + seed + ", file " + i, t);
            }
        }
        assertThat(refused).as("with seed " + seed).isBetween(100, 1_900);
    }

    // ---- whether the engine lives ------------------------------------------------------------------------------

    private Liveness liveness(final byte[] bytes) throws Exception {
        try (CountersReader reader = CountersReader.open(write(bytes))) {
            return reader.liveness();
        }
    }

    /** The id of a process that has ended. */
    private static long ended() throws Exception {
        final Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-version")
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return process.pid();
    }

    @Test
    void shouldTellALiveEngineFromOneThatIsGone() throws Exception {
        copy(EngineState.RUNNING);
        assertThat(liveness(bytes())).isEqualTo(Liveness.BEATING);

        final byte[] killed = bytes();
        littleEndian(killed).putLong(PID, ended());
        assertThat(liveness(killed)).as("killed a moment ago").isEqualTo(Liveness.GONE);
        littleEndian(killed).putLong(COPY_MILLIS, System.currentTimeMillis() - 3_600_000);
        assertThat(liveness(killed)).as("killed an hour ago").isEqualTo(Liveness.GONE);
    }

    @Test
    void shouldNotTakeAnotherProcessWithTheSameIdForTheEngines() throws Exception {
        copy(EngineState.RUNNING);
        final byte[] bytes = bytes();
        final ByteBuffer buffer = littleEndian(bytes);
        buffer.putLong(PROCESS_START, buffer.getLong(PROCESS_START) - 1_000);
        assertThat(liveness(bytes)).isEqualTo(Liveness.GONE);
    }

    @Test
    void shouldSayThatAnEngineIsSilent() throws Exception {
        copy(EngineState.RUNNING);
        final byte[] bytes = bytes();
        littleEndian(bytes).putLong(COPY_MILLIS, System.currentTimeMillis() - 60_000);
        assertThat(liveness(bytes)).isEqualTo(Liveness.SILENT);
    }

    @Test
    void shouldSayThatAnEngineIsClosed() throws Exception {
        copy(EngineState.CLOSED);
        assertThat(liveness(bytes())).isEqualTo(Liveness.CLOSED);
    }

    /** Its process can't be seen from another container; its copies can. */
    @Test
    void shouldBelieveCopiesThatCome() throws Exception {
        final byte[] bytes = bytes();
        littleEndian(bytes).putLong(PID, ended());
        final Path other = write(bytes);
        final AtomicBoolean stop = new AtomicBoolean();
        final Thread elsewhere = new Thread(() -> {
            for (long version = 4; !stop.get(); version += 2) {
                try (RandomAccessFile out = new RandomAccessFile(other.toFile(), "rw")) {
                    out.seek(256);
                    out.writeLong(Long.reverseBytes(version));
                } catch (final IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
        });
        elsewhere.start();
        try (CountersReader reader = CountersReader.open(other)) {
            assertThat(reader.liveness()).isEqualTo(Liveness.BEATING);
        } finally {
            stop.set(true);
            elsewhere.join();
        }
    }

    @Test
    void shouldNoticeThatTheFileOfAnotherLaunchIsInItsPlace() throws Exception {
        copy(EngineState.CLOSED);
        try (CountersReader reader = CountersReader.open(path)) {
            assertThat(reader.isReplaced()).isFalse();
            CountersFile.create(path, new CountersFile.Spec("master-1", 2, 1, 10_000_000))
                    .close();
            assertThat(reader.isReplaced()).isTrue();
            assertThat(reader.read().state()).as("the old one").isEqualTo(EngineState.CLOSED);
            Files.delete(path);
            assertThat(reader.isReplaced()).isFalse();
        }
    }
}
