package io.ringmaster.metrics;

import java.util.Map;

/** One look at a counters file: all values are of one copy that the engine made, unless {@link #isTorn()}. */
public final class CountersSnapshot {
    private final CountersHeader header;
    private final CountersHeader.Places places;
    private final Map<Integer, CounterDescriptor> byId;
    private final long[] values;
    private final boolean torn;
    private final long version;
    private final EngineState state;
    private final long epochMillis;
    private final long nanos;
    private final long lastedNanos;

    /** Takes what a reader has loaded; the values are those of the file from {@code places.valuesOffset()} on. */
    CountersSnapshot(
            final CountersHeader header,
            final CountersHeader.Places places,
            final Map<Integer, CounterDescriptor> byId,
            final long version,
            final boolean torn,
            final long[] status,
            final long[] values) {
        this.header = header;
        this.places = places;
        this.byId = byId;
        this.version = version;
        this.torn = torn;
        this.state = EngineState.of(status[0]);
        this.epochMillis = status[1];
        this.nanos = status[2];
        this.lastedNanos = status[3];
        this.values = values;
    }

    /** Returns what of the file never changes. */
    public CountersHeader header() {
        return header;
    }

    /**
     * Returns whether the last copy was cut off, by a kill or by a fault, or never came to its end while it was looked at:
     * then the values are of two copies.
     */
    public boolean isTorn() {
        return torn;
    }

    /** Returns how many copies the engine has begun. */
    public long copies() {
        return (version + 1) / 2;
    }

    /** Returns what the engine is up to; null if the file has a state of a later version. */
    public EngineState state() {
        return state;
    }

    /** Returns when the copy was made, in milliseconds since 1970. */
    public long epochMillis() {
        return epochMillis;
    }

    /** Returns when the copy was made by its process's {@link System#nanoTime()}: for the time between two looks. */
    public long nanos() {
        return nanos;
    }

    /** Returns how long the copy before this one took, in nanoseconds. */
    public long lastedNanos() {
        return lastedNanos;
    }

    /**
     * Returns whether the file has a counter: one of an earlier version may lack it.
     *
     * @param counter the counter.
     */
    public boolean has(final EngineCounter counter) {
        return find(counter) != null;
    }

    /**
     * Returns a value of the engine.
     *
     * @param counter which.
     * @return the value; 0 if the file has no such counter.
     */
    public long value(final EngineCounter counter) {
        return value(counter, 0);
    }

    /**
     * Returns a value of one owner.
     *
     * @param counter which.
     * @param index   the partition or thread, from 0.
     * @return the value; 0 if the file has no such counter.
     * @throws IndexOutOfBoundsException if there is no such owner.
     */
    public long value(final EngineCounter counter, final int index) {
        final CounterDescriptor descriptor = find(counter);
        return descriptor == null ? 0 : value(descriptor, index);
    }

    private CounterDescriptor find(final EngineCounter counter) {
        final CounterDescriptor found = byId.get(counter.id());
        return found != null && found.owner() == counter.owner() ? found : null;
    }

    /**
     * Returns a value of one owner.
     *
     * @param counter which, one of {@link CountersHeader#counters()}.
     * @param index   the partition or thread, from 0; 0 for the engine.
     * @return the value.
     * @throws IndexOutOfBoundsException if there is no such owner.
     */
    public long value(final CounterDescriptor counter, final int index) {
        final int owner = counter.owner().code();
        if (index < 0 || index >= places.counts()[owner]) {
            throw new IndexOutOfBoundsException(counter.owner() + " " + index + " of " + places.counts()[owner]
                    + " has no '" + counter.label() + "'");
        }
        final int offset = places.offsets()[owner] + index * places.groups()[owner] + counter.offset();
        return values[(offset - places.valuesOffset()) / CountersLayout.VALUE_BYTES];
    }
}
