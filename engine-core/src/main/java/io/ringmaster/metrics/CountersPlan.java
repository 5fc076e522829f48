package io.ringmaster.metrics;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Where each counter of an engine stands in its file, and what the file holds before the first copy. */
final class CountersPlan {
    /** The name is cut to what there is room for. */
    private static final int NAME_BYTES = CountersLayout.HEADER_END - CountersLayout.NAME;

    private final CountersFile.Spec spec;
    private final byte[] metadata;
    private final int[] offsetsInGroup = new int[EngineCounter.values().length];
    private final int[] ownerCounts = new int[CounterOwner.values().length];
    private final int[] ownerOffsets = new int[ownerCounts.length];
    private final int[] groupLengths = new int[ownerCounts.length];
    private final int fileLength;

    /**
     * Lays a file out.
     *
     * @param spec for what.
     * @throws CountersFileException if it would be longer than 2 GB.
     */
    CountersPlan(final CountersFile.Spec spec) throws CountersFileException {
        this.spec = spec;
        ownerCounts[CounterOwner.ENGINE.ordinal()] = 1;
        ownerCounts[CounterOwner.PARTITION.ordinal()] = spec.partitions();
        ownerCounts[CounterOwner.THREAD.ordinal()] = spec.threads();
        for (final EngineCounter each : EngineCounter.values()) {
            final int owner = each.owner().ordinal();
            offsetsInGroup[each.ordinal()] = groupLengths[owner];
            groupLengths[owner] += CountersLayout.VALUE_BYTES;
        }
        this.metadata = metadata();
        long end = CountersLayout.align(CountersLayout.STATUS_END + metadata.length, CountersLayout.GROUP_ALIGNMENT);
        for (int i = 0; i < ownerCounts.length; i++) {
            groupLengths[i] = CountersLayout.align(groupLengths[i], CountersLayout.GROUP_ALIGNMENT);
            ownerOffsets[i] = (int) end;
            end += (long) ownerCounts[i] * groupLengths[i];
            if (end > Integer.MAX_VALUE) {
                throw new CountersFileException("must have room for its partitions in 2 GB: " + spec.partitions());
            }
        }
        this.fileLength = (int) end;
    }

    private byte[] metadata() {
        final List<byte[]> records = new ArrayList<>();
        int length = 0;
        for (final EngineCounter each : EngineCounter.values()) {
            final byte[] label = each.label().getBytes(StandardCharsets.UTF_8);
            final byte[] bytes = new byte[CountersLayout.align(CountersLayout.RECORD_LABEL + label.length, 8)];
            littleEndian(bytes)
                    .putInt(CountersLayout.RECORD_LENGTH, bytes.length)
                    .putInt(CountersLayout.RECORD_ID, each.id())
                    .putInt(CountersLayout.RECORD_OWNER, each.owner().code())
                    .putInt(CountersLayout.RECORD_TYPE, each.type().code())
                    .putInt(CountersLayout.RECORD_OFFSET, offsetsInGroup[each.ordinal()])
                    .putInt(CountersLayout.RECORD_LABEL_LENGTH, label.length)
                    .put(CountersLayout.RECORD_LABEL, label);
            records.add(bytes);
            length += bytes.length;
        }
        final ByteBuffer all = ByteBuffer.allocate(length);
        records.forEach(all::put);
        return all.array();
    }

    private static ByteBuffer littleEndian(final byte[] bytes) {
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** Returns the whole file, with the status and the values 0. */
    byte[] image() {
        final byte[] image = new byte[fileLength];
        final byte[] name = name();
        final ProcessIdentity process = ProcessIdentity.current();
        final ByteBuffer header = littleEndian(image)
                .put(0, CountersLayout.MAGIC)
                .putInt(CountersLayout.VERSION_OF_LAYOUT, CountersLayout.LAYOUT_VERSION)
                .putInt(CountersLayout.HEADER_LENGTH, CountersLayout.HEADER_END)
                .putLong(CountersLayout.FILE_LENGTH, fileLength)
                .putLong(CountersLayout.PID, process.pid())
                .putLong(CountersLayout.PROCESS_START, process.startEpochMillis())
                .putLong(CountersLayout.ENGINE_START, System.currentTimeMillis())
                .putLong(CountersLayout.ENGINE_START_NANOS, System.nanoTime())
                .putLong(CountersLayout.INTERVAL, spec.intervalNanos())
                .putInt(CountersLayout.METADATA_OFFSET, CountersLayout.STATUS_END)
                .putInt(CountersLayout.METADATA_RECORDS, offsetsInGroup.length)
                .putInt(CountersLayout.METADATA_LENGTH, metadata.length)
                .putInt(CountersLayout.OWNER_KINDS, ownerCounts.length)
                .putInt(CountersLayout.NAME_LENGTH, name.length)
                .put(CountersLayout.NAME, name)
                .put(CountersLayout.STATUS_END, metadata);
        for (int i = 0; i < ownerCounts.length; i++) {
            final int at = CountersLayout.OWNERS + i * CountersLayout.OWNER_BYTES;
            header.putInt(at + CountersLayout.OWNER_COUNT, ownerCounts[i]);
            header.putInt(at + CountersLayout.OWNER_OFFSET, ownerOffsets[i]);
            header.putInt(at + CountersLayout.OWNER_GROUP, groupLengths[i]);
        }
        return image;
    }

    /** The engine's name in as many whole characters as there is room for. */
    private byte[] name() {
        String name = spec.engine();
        byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
        while (bytes.length > NAME_BYTES) {
            name = name.substring(0, name.offsetByCodePoints(name.length(), -1));
            bytes = name.getBytes(StandardCharsets.UTF_8);
        }
        return bytes;
    }

    int fileLength() {
        return fileLength;
    }

    /** Returns by ordinal of the counter where it stands in the first group of its owners. */
    int[] firstOffsets() {
        final int[] offsets = new int[offsetsInGroup.length];
        for (final EngineCounter each : EngineCounter.values()) {
            offsets[each.ordinal()] = ownerOffsets[each.owner().ordinal()] + offsetsInGroup[each.ordinal()];
        }
        return offsets;
    }

    /** Returns by ordinal of the owner how long its group is. */
    int[] groupLengths() {
        return groupLengths.clone();
    }
}
