package io.ringmaster.cli;

import io.ringmaster.metrics.CounterOwner;
import io.ringmaster.metrics.CountersFile;
import io.ringmaster.metrics.CountersReader;
import io.ringmaster.metrics.CountersSnapshot;
import io.ringmaster.metrics.EngineCounter;
import io.ringmaster.metrics.EngineState;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.function.ToLongBiFunction;

/** Counters files of engines that never were, with the figures and at the times that a test wants. */
final class CountedFiles {

    /** When all their engines start: 2026-02-03 04:05:06 UTC. */
    static final long START_MILLIS = 1_770_091_506_000L;

    private static final int PID = 24;
    private static final int ENGINE_START = 40;
    private static final int ENGINE_START_NANOS = 48;
    private static final int COPY_MILLIS = 272;
    private static final int COPY_NANOS = 280;

    private CountedFiles() {}

    /**
     * Makes a file with one copy and reads it.
     *
     * @param path       where.
     * @param partitions how many partitions the engine has; as many threads.
     * @param state      its state.
     * @param upMillis   how long after its start the copy was made.
     * @param values     the value of each counter, by its owner's index.
     * @return a look at it.
     */
    static CountersSnapshot snapshot(
            final Path path,
            final int partitions,
            final EngineState state,
            final long upMillis,
            final ToLongBiFunction<EngineCounter, Integer> values)
            throws IOException {
        Files.deleteIfExists(path);
        final CountersFile file =
                CountersFile.create(path, new CountersFile.Spec("master-1", partitions, partitions, 33_333_333));
        file.begin();
        for (final EngineCounter each : EngineCounter.values()) {
            for (int i = 0; i < (each.owner() == CounterOwner.ENGINE ? 1 : partitions); i++) {
                file.set(each, i, values.applyAsLong(each, i));
            }
        }
        file.end(state);
        file.close();
        final byte[] bytes = Files.readAllBytes(path);
        ByteBuffer.wrap(bytes)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(PID, 4_711)
                .putLong(ENGINE_START, START_MILLIS)
                .putLong(ENGINE_START_NANOS, Long.MAX_VALUE)
                .putLong(COPY_MILLIS, START_MILLIS + upMillis)
                .putLong(COPY_NANOS, Long.MAX_VALUE + TimeUnit.MILLISECONDS.toNanos(upMillis));
        Files.delete(path);
        Files.write(path, bytes);
        try (CountersReader reader = CountersReader.open(path)) {
            return reader.read();
        }
    }
}
