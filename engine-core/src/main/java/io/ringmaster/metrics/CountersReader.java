package io.ringmaster.metrics;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Watches an engine through its counters file, from any process that may read the file, without touching the engine. One
 * thread at a time.
 *
 * <p>The engine's monitor copies all counters together with each of its ticks, so a look is at most about {@link
 * CountersHeader#intervalNanos()} behind; so is the file of an engine that was killed. In invoker mode a copy is made when
 * the monitor is turned and its tick has come.
 *
 * <pre>{@code
 * try (CountersReader reader = CountersReader.open(Path.of("/dev/shm/master.counters"))) {
 *     CountersSnapshot look = reader.read();
 *     long live = look.value(EngineCounter.ACCEPTED) - look.value(EngineCounter.FINALIZED);
 * }
 * }</pre>
 */
public final class CountersReader implements AutoCloseable {
    /** How long a reader tries to load one copy. A copy takes microseconds, if its thread keeps its CPU. */
    private static final long PATIENCE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private static final long PAUSE_NANOS = TimeUnit.MICROSECONDS.toNanos(50);
    /** A copy younger than so many intervals, or than so long, is fresh. */
    private static final int FRESH_INTERVALS = 10;

    private static final long FRESH_NANOS = TimeUnit.SECONDS.toNanos(2);
    /** Within so many intervals, or so long, a live engine makes another copy. */
    private static final int BEAT_INTERVALS = 5;

    private static final long BEAT_NANOS = TimeUnit.MILLISECONDS.toNanos(300);
    /** For intervals that are long, or can't be right. */
    private static final long MOST_INTERVAL_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** What no two launches have in common stands before that. */
    private static final int IDENTITY_BYTES = CountersLayout.INTERVAL;

    private static final int[] STATUS = {
        CountersLayout.STATE, CountersLayout.COPY_MILLIS, CountersLayout.COPY_NANOS, CountersLayout.COPY_LASTED
    };

    /** Whether the engine behind a file lives, as far as can be seen from here. */
    public enum Liveness {
        /** It makes copies: it lives. */
        BEATING,
        /** Its process lives and makes no copies: suspended, in a long collection, a monitor that stands still, or invoker mode. */
        SILENT,
        /** Its process is gone, and did not close the engine: killed, crashed, or ended without a close. */
        GONE,
        /** The engine was closed. */
        CLOSED
    }

    /**
     * What is at a place where a file is to be made.
     *
     * @param liveness of the engine that it is of.
     * @param pid      the engine's process.
     * @param engine   the engine's name.
     * @param problem  why it is no counters file that may be replaced, or null.
     */
    record Place(Liveness liveness, long pid, String engine, String problem) {}

    private final Path path;
    private final RandomAccessFile file;
    private final CountersHeader header;
    private final CountersHeader.Places places;
    private final Map<Integer, CounterDescriptor> byId;
    private final CountersMemory memory;
    private final byte[] identity = new byte[IDENTITY_BYTES];

    private CountersReader(final Path path, final RandomAccessFile file) throws IOException {
        this.path = path;
        this.file = file;
        final long length = file.length();
        final ByteBuffer mapped = file.getChannel()
                .map(FileChannel.MapMode.READ_ONLY, 0, Math.min(length, Integer.MAX_VALUE))
                .order(ByteOrder.LITTLE_ENDIAN);
        final CountersHeader.Parsed parsed = CountersHeader.parse(path.toString(), length, mapped);
        this.header = parsed.header();
        this.places = parsed.places();
        this.byId = header.byId();
        this.memory = new CountersMemory(mapped, CountersLayout.VERSION);
        mapped.get(0, identity);
    }

    /**
     * Opens a file.
     *
     * @param path the file.
     * @return a reader of it, to be closed.
     * @throws CountersFileException if it is missing, can't be read, is no counters file, one of a later layout, cut short
     *                               or damaged.
     */
    public static CountersReader open(final Path path) throws CountersFileException {
        if (!Files.exists(path)) {
            throw new CountersFileException(path + ": there is no such file");
        }
        if (!Files.isRegularFile(path)) {
            throw new CountersFileException(path + ": not a regular file");
        }
        RandomAccessFile file = null;
        try {
            if (!Files.isReadable(path)) {
                throw new AccessDeniedException(path.toString());
            }
            file = new RandomAccessFile(path.toFile(), "r");
            return new CountersReader(path, file);
        } catch (final CountersFileException e) {
            close(file);
            throw e;
        } catch (final AccessDeniedException e) {
            throw new CountersFileException(path + ": may not be read", e);
        } catch (final IOException e) {
            close(file);
            throw new CountersFileException(path + ": can't be read: " + e.getMessage(), e);
        }
    }

    private static void close(final RandomAccessFile file) {
        try {
            if (file != null) {
                file.close();
            }
        } catch (final IOException e) {
            // nothing was written
        }
    }

    /** Looks at what is where a file is to be made. */
    static Place look(final Path path) {
        try {
            if (Files.size(path) == 0) {
                return new Place(Liveness.GONE, 0, "", null);
            }
        } catch (final IOException e) {
            return new Place(Liveness.GONE, 0, "", path + ": can't be read: " + e.getMessage());
        }
        try (CountersReader reader = open(path)) {
            return new Place(reader.liveness(), reader.header.pid(), reader.header.engine(), null);
        } catch (final CountersFileException e) {
            return new Place(Liveness.GONE, 0, "", e.isBroken() ? null : e.getMessage());
        }
    }

    /** Returns what of the file never changes. */
    public CountersHeader header() {
        return header;
    }

    /**
     * Loads the last copy. Waits for up to 100 ms while one is being made.
     *
     * @return a look, consistent unless it says that it is torn.
     * @throws CountersFileException if the file was cut short meanwhile.
     */
    public CountersSnapshot read() throws CountersFileException {
        final long[] status = new long[STATUS.length];
        final long[] values =
                new long[(int) (places.fileLength() - places.valuesOffset()) / CountersLayout.VALUE_BYTES];
        final long start = System.nanoTime();
        while (true) {
            requireWhole();
            final long version = memory.version();
            load(status, values);
            final boolean whole = memory.isOf(version);
            if (whole || System.nanoTime() - start > PATIENCE_NANOS) {
                return new CountersSnapshot(header, places, byId, version, !whole, status, values);
            }
            LockSupport.parkNanos(this, PAUSE_NANOS);
        }
    }

    private void load(final long[] status, final long[] values) throws CountersFileException {
        try {
            for (int i = 0; i < STATUS.length; i++) {
                status[i] = memory.get(STATUS[i]);
            }
            for (int i = 0; i < values.length; i++) {
                values[i] = memory.get(places.valuesOffset() + i * CountersLayout.VALUE_BYTES);
            }
        } catch (final InternalError e) {
            requireWhole(); // it was cut short since the last look at its length
            throw e;
        }
    }

    /** Memory behind the end of a file that was cut short can't be loaded. */
    private void requireWhole() throws CountersFileException {
        final long length;
        try {
            length = file.length();
        } catch (final IOException e) {
            throw new CountersFileException(path + ": can't be read: " + e.getMessage(), e);
        }
        if (length < places.fileLength()) {
            throw CountersFileException.broken(
                    path + ": cut short: it has " + length + " of " + places.fileLength() + " bytes");
        }
    }

    /**
     * Says whether the engine lives. Where that is not plain, since its process is not seen (killed a moment ago, or in
     * another container) or its last copy is old, waits for another copy, for five intervals or 0.3 s.
     *
     * @return whether it does.
     * @throws CountersFileException if the file was cut short meanwhile.
     */
    public Liveness liveness() throws CountersFileException {
        final CountersSnapshot look = read();
        if (look.state() == EngineState.CLOSED) {
            return Liveness.CLOSED;
        }
        final long interval = Math.max(0, Math.min(MOST_INTERVAL_NANOS, header.intervalNanos()));
        final long age = TimeUnit.MILLISECONDS.toNanos(Math.abs(System.currentTimeMillis() - look.epochMillis()));
        final boolean fresh = age < Math.max(FRESH_NANOS, FRESH_INTERVALS * interval);
        final boolean seen = new ProcessIdentity(header.pid(), header.processStart()).isSeen();
        if (fresh == seen) {
            return seen ? Liveness.BEATING : Liveness.GONE;
        }
        final Liveness later = awaitBeat(look.copies(), Math.max(BEAT_NANOS, BEAT_INTERVALS * interval));
        return later != null ? later : seen ? Liveness.SILENT : Liveness.GONE;
    }

    private Liveness awaitBeat(final long copies, final long patienceNanos) throws CountersFileException {
        final long start = System.nanoTime();
        do {
            LockSupport.parkNanos(this, PAUSE_NANOS * 100);
            final CountersSnapshot look = read();
            if (look.copies() != copies) {
                return look.state() == EngineState.CLOSED ? Liveness.CLOSED : Liveness.BEATING;
            }
        } while (System.nanoTime() - start < patienceNanos
                && !Thread.currentThread().isInterrupted());
        return null;
    }

    /** Returns whether the file of another engine is in the place of the one that was opened, or of another launch. */
    public boolean isReplaced() {
        final byte[] now = new byte[IDENTITY_BYTES];
        try (RandomAccessFile there = new RandomAccessFile(path.toFile(), "r")) {
            there.readFully(now);
        } catch (final IOException e) {
            return false; // nothing, or nothing whole
        }
        return !Arrays.equals(now, identity)
                && Arrays.equals(Arrays.copyOf(now, CountersLayout.MAGIC.length), CountersLayout.MAGIC);
    }

    /** Lets go of the file. */
    @Override
    public void close() {
        close(file);
    }
}
