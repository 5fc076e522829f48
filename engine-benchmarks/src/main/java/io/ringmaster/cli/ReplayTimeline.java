package io.ringmaster.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.SequenceWriter;
import io.ringmaster.Ledger;
import io.ringmaster.benchmarks.HiccupMeter;
import io.ringmaster.benchmarks.MachineSample;
import io.ringmaster.event.EngineEvent;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * What each second of a run had: counts of that second, gauges at its end. One thread looks; engine events may come on any.
 */
final class ReplayTimeline {

    private static final long SECOND_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final double NANOS_PER_MICRO = 1e3;

    /** Totals up to a moment. */
    private record Totals(
            long submitted, long completed, long refused, long stalls, long handOvers, MachineSample machine) {}

    private final List<Map<String, Number>> lines = new ArrayList<>();
    private final LongAdder stalls = new LongAdder();
    private final LongAdder handOvers = new LongAdder();
    private Supplier<Ledger> ledger;
    private LongSupplier refusals;
    private HiccupMeter hiccups;
    private Totals last;
    private long nextNanos = SECOND_NANOS;

    /** Counts an engine event. Any thread. */
    void happened(final EngineEvent event) {
        if (event instanceof EngineEvent.Stall) {
            stalls.increment();
        } else if (event instanceof EngineEvent.HandOver) {
            handOvers.increment();
        }
    }

    /**
     * Begins, at the run's start.
     *
     * @param books    the engine's books.
     * @param refused  refusals so far.
     * @param meter    the machine's delays.
     */
    void start(final Supplier<Ledger> books, final LongSupplier refused, final HiccupMeter meter) {
        ledger = books;
        refusals = refused;
        hiccups = meter;
        last = totals(books.get());
    }

    /**
     * How long until a second is over.
     *
     * @param elapsedNanos the time since the run's start.
     * @return nanoseconds, 0 if it is.
     */
    long nanosLeft(final long elapsedNanos) {
        return Math.max(0, nextNanos - elapsedNanos);
    }

    /**
     * Looks, if a second is over. After a pause of several seconds they are one line, at the first of them.
     *
     * @param elapsedNanos the time since the run's start.
     */
    void update(final long elapsedNanos) {
        if (elapsedNanos >= nextNanos) {
            look(nextNanos / SECOND_NANOS - 1);
            nextNanos = (elapsedNanos / SECOND_NANOS + 1) * SECOND_NANOS;
        }
    }

    /** Looks a last time, at the run's end, at what of a second it had. */
    void end() {
        look(nextNanos / SECOND_NANOS - 1);
    }

    private void look(final long second) {
        final Ledger books = ledger.get();
        final Totals now = totals(books);
        final MachineSample machine = now.machine.since(last.machine);
        final Map<String, Number> line = new LinkedHashMap<>();
        line.put("second", second);
        line.put("submitted", now.submitted - last.submitted);
        line.put("completed", now.completed - last.completed);
        line.put("refused", now.refused - last.refused);
        line.put("live", Math.max(0, books.live()));
        line.put("ringUsed", Math.max(0, books.live() - atRest(books)));
        line.put("gcMillis", machine.gcMillis());
        line.put("gcCount", machine.gcCount());
        line.put("stalls", now.stalls - last.stalls);
        line.put("handOvers", now.handOvers - last.handOvers);
        line.put("stolenMillis", machine.stolenMillis());
        line.put("throttledMillis", machine.throttledMillis());
        line.put("hiccupMaxMicros", hiccups.takeMaxNanos() / NANOS_PER_MICRO);
        line.put("heapUsedBytes", machine.heapUsedBytes());
        line.put("cpuMillis", machine.cpuMillis());
        lines.add(line);
        last = now;
    }

    /** Live tasks whose submission has been handled. The books' figures are of slightly different moments. */
    private static long atRest(final Ledger books) {
        return books.liveByState().values().stream().mapToLong(Long::longValue).sum();
    }

    private Totals totals(final Ledger books) {
        return new Totals(
                books.accepted(),
                books.finalized(),
                refusals.getAsLong(),
                stalls.sum(),
                handOvers.sum(),
                MachineSample.take());
    }

    /**
     * Writes what was seen.
     *
     * @param file the file, written over if it exists.
     * @throws IOException when it can't be written.
     */
    void write(final Path file) throws IOException {
        final ObjectWriter json = new ObjectMapper().writer();
        try (SequenceWriter out = json.withRootValueSeparator("\n").writeValues(file.toFile())) {
            for (final Map<String, Number> line : lines) {
                out.write(line);
            }
        }
    }
}
