package io.ringmaster.metrics;

import io.ringmaster.task.InternalApi;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.UUID;

/**
 * An engine's counters in a memory-mapped file, for other processes to look at; see {@link CountersReader}. One thread at
 * a time makes a copy: {@link #begin}, {@link #set} for each value, {@link #end}. That allocates nothing and calls the
 * operating system once, for the file's length.
 *
 * <p>The file is written as a whole beside its place, zeros included, so that a full disk is met here and not by a store
 * into the mapped memory; then it is renamed, so that nobody ever sees a part of a header.
 */
@InternalApi
public final class CountersFile {
    private final Path path;
    private final RandomAccessFile file;
    private final long length;
    private final CountersMemory memory;
    /** By ordinal of the counter: where it stands in the first group of its owners. */
    private final int[] offsets;
    /** By ordinal of the owner. */
    private final int[] groups;

    private long lasted;

    /**
     * What an engine's file is made for.
     *
     * @param engine        the engine's name.
     * @param partitions    how many it has.
     * @param threads       how many fire-worker threads it has; 0 in invoker mode.
     * @param intervalNanos how often copies will be made.
     */
    public record Spec(String engine, int partitions, int threads, long intervalNanos) {}

    private CountersFile(
            final Path path, final RandomAccessFile file, final ByteBuffer mapped, final CountersPlan plan) {
        this.path = path;
        this.file = file;
        this.length = plan.fileLength();
        this.memory = new CountersMemory(mapped, CountersLayout.VERSION);
        this.offsets = plan.firstOffsets();
        this.groups = plan.groupLengths();
    }

    /**
     * Makes a file, in place of one that an engine has left behind.
     *
     * @param wanted where.
     * @param spec   for what.
     * @return the file, in the state STARTING, with all values 0.
     * @throws CountersFileException if it can't be made, or its place is taken: by a live engine, or by something else.
     */
    public static CountersFile create(final Path wanted, final Spec spec) throws CountersFileException {
        final boolean interrupted = Thread.interrupted(); // it would close the channel
        try {
            final Path path = resolve(wanted);
            checkPlace(path);
            return createAt(path, spec);
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** A link stays one: its target is replaced. */
    private static Path resolve(final Path wanted) throws CountersFileException {
        if (wanted.getFileSystem() != FileSystems.getDefault()) {
            throw new CountersFileException("must be a file of the system: " + wanted);
        }
        try {
            return Files.exists(wanted) ? wanted.toRealPath() : wanted.toAbsolutePath();
        } catch (final IOException e) {
            throw unwritable(wanted, e);
        }
    }

    private static void checkPlace(final Path path) throws CountersFileException {
        final Path folder = path.getParent();
        if (folder == null || !Files.isDirectory(folder)) {
            throw new CountersFileException("must be in a folder that exists: " + path);
        }
        if (!Files.exists(path)) {
            return;
        }
        if (!Files.isRegularFile(path)) {
            throw new CountersFileException("must be a regular file: " + path);
        }
        final CountersReader.Place place = CountersReader.look(path);
        if (place.liveness() == CountersReader.Liveness.BEATING || place.liveness() == CountersReader.Liveness.SILENT) {
            throw new CountersFileException("must not be that of a live engine: " + path + " is written by process "
                    + place.pid() + ", engine '" + place.engine() + "'");
        }
        if (place.problem() != null) {
            throw new CountersFileException("must be new or a counters file: " + place.problem());
        }
    }

    private static CountersFile createAt(final Path path, final Spec spec) throws CountersFileException {
        final CountersPlan plan = new CountersPlan(spec);
        final Path beside = path.resolveSibling(".ringmaster-" + UUID.randomUUID() + ".tmp");
        RandomAccessFile file = null;
        boolean made = false;
        try {
            Files.createFile(beside);
            file = new RandomAccessFile(beside.toFile(), "rw");
            file.write(plan.image());
            file.getFD().sync(); // where room is only promised before that
            final ByteBuffer mapped = file.getChannel()
                    .map(FileChannel.MapMode.READ_WRITE, 0, plan.fileLength())
                    .order(ByteOrder.LITTLE_ENDIAN);
            final CountersFile counters = new CountersFile(path, file, mapped, plan);
            counters.begin();
            counters.end(EngineState.STARTING);
            Files.move(beside, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            made = true;
            return counters;
        } catch (final IOException e) {
            throw unwritable(path, e);
        } finally {
            if (!made) {
                discard(file, beside);
            }
        }
    }

    private static CountersFileException unwritable(final Path path, final IOException cause) {
        return new CountersFileException("must be a file that can be written: " + path + ": " + reason(cause), cause);
    }

    private static String reason(final IOException cause) {
        if (cause instanceof AccessDeniedException) {
            return "permission denied";
        }
        final String reason = cause instanceof FileSystemException system ? system.getReason() : cause.getMessage();
        return reason == null ? cause.getClass().getSimpleName() : reason;
    }

    private static void discard(final RandomAccessFile file, final Path path) {
        try {
            if (file != null) {
                file.close();
            }
            Files.deleteIfExists(path);
        } catch (final IOException e) {
            // it could not be written either: that is what is told
        }
    }

    /** Returns where it is. */
    public Path path() {
        return path;
    }

    /**
     * Whether the file is still as long as it was made. Where it was cut short, a store would hit no memory: it must not be
     * written any more.
     */
    public boolean isWhole() {
        try {
            return file.length() >= length;
        } catch (final IOException e) {
            return false;
        }
    }

    // ---- a copy ----------------------------------------------------------------------------------------------------

    /** A copy begins. */
    public void begin() {
        memory.begin();
    }

    /**
     * Stores a value of the copy.
     *
     * @param counter which.
     * @param index   the owner's index; 0 for the engine's.
     * @param value   the value.
     */
    public void set(final EngineCounter counter, final int index, final long value) {
        memory.set(offsets[counter.ordinal()] + index * groups[counter.owner().ordinal()], value);
    }

    /**
     * The copy is complete.
     *
     * @param state the engine's state.
     */
    public void end(final EngineState state) {
        memory.set(CountersLayout.STATE, state.code());
        memory.set(CountersLayout.COPY_MILLIS, System.currentTimeMillis());
        memory.set(CountersLayout.COPY_NANOS, System.nanoTime());
        memory.set(CountersLayout.COPY_LASTED, lasted);
        memory.end();
    }

    /**
     * Says how long a copy took; told with the next one.
     *
     * @param nanos how long.
     */
    public void lasted(final long nanos) {
        lasted = nanos;
    }

    // ---- the end ---------------------------------------------------------------------------------------------------

    /** Writes no more; the file stays. */
    public void close() {
        try {
            file.close();
        } catch (final IOException e) {
            // what was stored is in the mapped memory already
        }
    }

    /** Writes no more and takes the file away: of a launch that was refused. */
    public void delete() {
        discard(file, path);
    }
}
