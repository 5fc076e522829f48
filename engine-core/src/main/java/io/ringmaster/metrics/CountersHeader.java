package io.ringmaster.metrics;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What of a counters file never changes: whose it is, and where the values stand.
 *
 * @param engine           the engine's name.
 * @param pid              its process.
 * @param processStart     when the process started, in milliseconds since 1970; 0 if the system did not say.
 * @param engineStart      when the engine started, in milliseconds since 1970.
 * @param engineStartNanos the same, by its process's {@link System#nanoTime()}.
 * @param intervalNanos    how often copies are made, about.
 * @param partitions       how many partitions it has.
 * @param threads          how many fire-worker threads it has; 0 in invoker mode.
 * @param counters         what is counted, in the order of the file.
 */
public record CountersHeader(
        String engine,
        long pid,
        long processStart,
        long engineStart,
        long engineStartNanos,
        long intervalNanos,
        int partitions,
        int threads,
        List<CounterDescriptor> counters) {

    /** Where the values stand. By code of the owner: how many, the first group, the length of a group. */
    record Places(long fileLength, int valuesOffset, int[] counts, int[] offsets, int[] groups) {}

    /** A header and where the values stand. */
    record Parsed(CountersHeader header, Places places) {}

    /**
     * Reads a file's beginning. Nothing is believed that could lead outside of the file.
     *
     * @param file   the file's name, for messages.
     * @param length how long it is.
     * @param bytes  the file up to its values, or more, in little-endian order.
     * @throws CountersFileException if it is none, one of a later version, cut short or damaged.
     */
    static Parsed parse(final String file, final long length, final ByteBuffer bytes) throws CountersFileException {
        final long fileLength = checkLength(file, length, bytes);
        final int owners = CounterOwner.values().length;
        require(file, bytes.getInt(CountersLayout.HEADER_LENGTH) >= CountersLayout.HEADER_END, "its header's length");
        require(file, bytes.getInt(CountersLayout.OWNER_KINDS) >= owners, "its kinds of owners");
        final int[] counts = new int[owners];
        final int[] offsets = new int[owners];
        final int[] groups = new int[owners];
        int valuesOffset = Integer.MAX_VALUE;
        for (int i = 0; i < owners; i++) {
            final int at = CountersLayout.OWNERS + i * CountersLayout.OWNER_BYTES;
            counts[i] = bytes.getInt(at + CountersLayout.OWNER_COUNT);
            offsets[i] = bytes.getInt(at + CountersLayout.OWNER_OFFSET);
            groups[i] = bytes.getInt(at + CountersLayout.OWNER_GROUP);
            require(
                    file,
                    counts[i] >= (i == CounterOwner.ENGINE.code() ? 1 : 0)
                            && groups[i] > 0
                            && groups[i] % CountersLayout.VALUE_BYTES == 0
                            && offsets[i] % CountersLayout.VALUE_BYTES == 0
                            && offsets[i] >= CountersLayout.STATUS_END
                            && offsets[i] + (long) counts[i] * groups[i] <= fileLength,
                    "its groups of values");
            valuesOffset = Math.min(valuesOffset, offsets[i]);
        }
        final int nameLength = bytes.getInt(CountersLayout.NAME_LENGTH);
        require(
                file,
                nameLength >= 0 && nameLength <= CountersLayout.HEADER_END - CountersLayout.NAME,
                "its engine's name");
        final CountersHeader header = new CountersHeader(
                text(bytes, CountersLayout.NAME, nameLength),
                bytes.getLong(CountersLayout.PID),
                bytes.getLong(CountersLayout.PROCESS_START),
                bytes.getLong(CountersLayout.ENGINE_START),
                bytes.getLong(CountersLayout.ENGINE_START_NANOS),
                bytes.getLong(CountersLayout.INTERVAL),
                counts[CounterOwner.PARTITION.code()],
                counts[CounterOwner.THREAD.code()],
                descriptors(file, bytes, valuesOffset, groups));
        return new Parsed(header, new Places(fileLength, valuesOffset, counts, offsets, groups));
    }

    private static long checkLength(final String file, final long length, final ByteBuffer bytes)
            throws CountersFileException {
        final byte[] begin = new byte[(int) Math.min(CountersLayout.MAGIC.length, length)];
        bytes.get(0, begin);
        if (begin.length == 0 || !Arrays.equals(begin, Arrays.copyOf(CountersLayout.MAGIC, begin.length))) {
            throw new CountersFileException(file + ": not a counters file");
        }
        if (length < CountersLayout.HEADER_LENGTH) {
            throw truncated(file, length, CountersLayout.STATUS_END);
        }
        final int version = bytes.getInt(CountersLayout.VERSION_OF_LAYOUT);
        if (version > CountersLayout.LAYOUT_VERSION) {
            throw new CountersFileException(
                    file + ": has layout version " + version + ", and this reader knows none above "
                            + CountersLayout.LAYOUT_VERSION + ": it needs a later ringmaster");
        }
        require(file, version >= 1, "its layout version");
        if (length < CountersLayout.STATUS_END) {
            throw truncated(file, length, CountersLayout.STATUS_END);
        }
        final long fileLength = bytes.getLong(CountersLayout.FILE_LENGTH);
        require(file, fileLength >= CountersLayout.STATUS_END && fileLength <= Integer.MAX_VALUE, "its length");
        if (length < fileLength) {
            throw truncated(file, length, fileLength);
        }
        return fileLength;
    }

    private static CountersFileException truncated(final String file, final long length, final long whole) {
        return CountersFileException.broken(file + ": cut short: it has " + length + " of " + whole + " bytes");
    }

    private static List<CounterDescriptor> descriptors(
            final String file, final ByteBuffer bytes, final int end, final int[] groups) throws CountersFileException {
        final List<CounterDescriptor> all = new ArrayList<>();
        final int records = bytes.getInt(CountersLayout.METADATA_RECORDS);
        long at = bytes.getInt(CountersLayout.METADATA_OFFSET);
        require(file, at >= CountersLayout.STATUS_END && records >= 0, "its metadata's place");
        for (int i = 0; i < records; i++) {
            require(file, at % Integer.BYTES == 0 && at + CountersLayout.RECORD_LABEL <= end, "its metadata");
            final int record = (int) at;
            final int length = bytes.getInt(record + CountersLayout.RECORD_LENGTH);
            final int label = bytes.getInt(record + CountersLayout.RECORD_LABEL_LENGTH);
            require(
                    file,
                    length >= CountersLayout.RECORD_LABEL
                            && at + length <= end
                            && label >= 0
                            && label <= length - CountersLayout.RECORD_LABEL,
                    "record " + i + " of its metadata");
            final CounterOwner owner = owner(bytes.getInt(record + CountersLayout.RECORD_OWNER));
            final CounterType type = type(bytes.getInt(record + CountersLayout.RECORD_TYPE));
            if (owner != null && type != null) { // else of a later version
                final int offset = bytes.getInt(record + CountersLayout.RECORD_OFFSET);
                require(
                        file,
                        offset >= 0
                                && offset % CountersLayout.VALUE_BYTES == 0
                                && offset <= groups[owner.code()] - CountersLayout.VALUE_BYTES,
                        "record " + i + " of its metadata");
                all.add(new CounterDescriptor(
                        bytes.getInt(record + CountersLayout.RECORD_ID),
                        owner,
                        type,
                        text(bytes, record + CountersLayout.RECORD_LABEL, label),
                        offset));
            }
            at += length;
        }
        return List.copyOf(all);
    }

    private static CounterOwner owner(final int code) {
        for (final CounterOwner each : CounterOwner.values()) {
            if (each.code() == code) {
                return each;
            }
        }
        return null;
    }

    private static CounterType type(final int code) {
        for (final CounterType each : CounterType.values()) {
            if (each.code() == code) {
                return each;
            }
        }
        return null;
    }

    private static String text(final ByteBuffer bytes, final int at, final int length) {
        final byte[] text = new byte[length];
        bytes.get(at, text);
        return new String(text, StandardCharsets.UTF_8);
    }

    private static void require(final String file, final boolean fulfilled, final String what)
            throws CountersFileException {
        if (!fulfilled) {
            throw CountersFileException.broken(file + ": damaged: " + what + " can't be right");
        }
    }

    /** Returns the counters by their ids; of two with the same id the last one. */
    Map<Integer, CounterDescriptor> byId() {
        final Map<Integer, CounterDescriptor> byId = new TreeMap<>();
        counters.forEach(each -> byId.put(each.id(), each));
        return byId;
    }

    /**
     * Whether another file is of the same engine.
     *
     * @param other the other file's header.
     */
    public boolean isSameEngine(final CountersHeader other) {
        return pid == other.pid && engineStart == other.engineStart && engineStartNanos == other.engineStartNanos;
    }
}
