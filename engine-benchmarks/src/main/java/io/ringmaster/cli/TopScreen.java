package io.ringmaster.cli;

import io.ringmaster.metrics.CounterDescriptor;
import io.ringmaster.metrics.CounterOwner;
import io.ringmaster.metrics.CounterType;
import io.ringmaster.metrics.EngineCounter;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/** A look in words and tables for people, in lines of at most 80 characters. */
final class TopScreen {

    static final int WIDTH = 80;

    /** Rows of partitions; of more the busiest are shown. */
    private static final int MOST_ROWS = 20;

    private static final String INDENT = " ".repeat(12);
    private static final String LIVE = "live.";
    private static final String REFUSED = "refused.";
    private static final String EVENTS = "engineEvents.";
    private static final double MICRO = 1e3;
    private static final double MILLI = 1e6;
    private static final double SECOND = 1e9;
    private static final long MEGABYTE = 1 << 20;
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm:ss", Locale.ROOT);
    private static final DateTimeFormatter DAY_AND_TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss", Locale.ROOT);

    private final ZoneId zone;

    /**
     * A screen.
     *
     * @param zone where its reader's clock is.
     */
    TopScreen(final ZoneId zone) {
        this.zone = zone;
    }

    /**
     * Renders a look.
     *
     * @param look the look.
     * @return its lines.
     */
    List<String> render(final TopLook look) {
        final List<String> lines = new ArrayList<>();
        addEngine(look, lines);
        addTasks(look, lines);
        addDetails(look, lines);
        addPartitions(look, lines);
        lines.replaceAll(TopScreen::fitting);
        return lines;
    }

    /** Names come from a file that anybody may have written: they must not move the cursor. */
    private static String fitting(final String line) {
        final String text = line.stripTrailing().replaceAll("\\p{Cc}", "?");
        return text.length() <= WIDTH ? text : text.substring(0, WIDTH);
    }

    // ---- the engine ----------------------------------------------------------------------------------------------

    private void addEngine(final TopLook look, final List<String> lines) {
        lines.add("engine '" + look.header().engine() + "', process "
                + look.header().pid() + ": " + status(look) + ", up " + time(look.upMillis()));
        switch (look.liveness()) {
            case BEATING -> lines.add("as of " + moment(look) + ", " + look.ageMillis() + " ms ago");
            case SILENT ->
                lines.add("no sign of life for " + time(look.ageMillis()) + " though the process lives; as of "
                        + moment(look));
            case GONE -> lines.add("killed, or ended without a close, at about " + moment(look) + ", its last copy");
            case CLOSED -> lines.add("closed at " + moment(look) + ": these are its last figures");
            default -> throw new AssertionError(look.liveness());
        }
        if (look.now().isTorn()) {
            lines.add("its last copy was cut off: the figures may be of two moments");
        }
        lines.add("");
        final List<String> parts = new ArrayList<>();
        if (!Double.isNaN(look.cpus())) {
            parts.add(String.format(Locale.ROOT, "%.2f CPUs", look.cpus()));
        }
        parts.add("heap " + look.value(EngineCounter.HEAP_USED_BYTES) / MEGABYTE + " of "
                + look.value(EngineCounter.HEAP_MAX_BYTES) / MEGABYTE + " MB");
        parts.add(plural(look.value(EngineCounter.GC_COLLECTIONS), "collection") + " in "
                + look.value(EngineCounter.GC_MILLIS) + " ms");
        final long pauses = look.value(EngineCounter.ENGINE_PAUSES);
        parts.add(plural(pauses, "pause")
                + (pauses == 0
                        ? ""
                        : " (last " + nanos(look.value(EngineCounter.LAST_PAUSE_NANOS)) + " at "
                                + at(look.value(EngineCounter.LAST_PAUSE_EPOCH_MILLIS), TIME) + ")"));
        addList("jvm", parts, "", lines);
    }

    private static String status(final TopLook look) {
        final String state = look.now().state() == null
                ? "in a later version's state"
                : look.now().state().name();
        return switch (look.liveness()) {
            case SILENT -> "SILENT, was " + state;
            case GONE -> "GONE, was " + state;
            default -> state;
        };
    }

    private String moment(final TopLook look) {
        return at(look.now().epochMillis(), look.ageMillis() < 12 * 3_600_000L ? TIME : DAY_AND_TIME);
    }

    private String at(final long epochMillis, final DateTimeFormatter format) {
        return format.format(Instant.ofEpochMilli(epochMillis).atZone(zone));
    }

    // ---- tasks ---------------------------------------------------------------------------------------------------

    private static void addTasks(final TopLook look, final List<String> lines) {
        final EngineCounter[] columns = {
            EngineCounter.ACCEPTED,
            EngineCounter.SUCCEEDED,
            EngineCounter.FAILED,
            EngineCounter.KILLED,
            EngineCounter.ABANDONED
        };
        final StringBuilder names = new StringBuilder(cell("", -10));
        final StringBuilder totals = new StringBuilder(cell("total", -10));
        final StringBuilder rates = new StringBuilder(cell(look.isSinceStart() ? "mean per s" : "per second", -10));
        for (final EngineCounter each : columns) {
            names.append(cell(each.label(), 11));
            totals.append(cell(count(look.value(each)), 11));
            rates.append(cell(rate(look.rate(each)), 11));
        }
        names.append(cell("live", 11));
        totals.append(cell(count(look.live()), 11));
        lines.add("");
        lines.add(names.toString());
        lines.add(totals.toString());
        lines.add(rates.toString());
    }

    // ---- details, where there are any ----------------------------------------------------------------------------

    private static void addDetails(final TopLook look, final List<String> lines) {
        lines.add("");
        addList("live", live(look), "none", lines);
        addList("refused", growing(look, REFUSED), "none", lines);
        addList("events", growing(look, EVENTS), "none", lines);
        addList(
                "exclusive",
                List.of(
                        look.value(EngineCounter.EXCLUSIVE_RUNNING) + " of "
                                + look.value(EngineCounter.EXCLUSIVE_MAX_THREADS) + " threads in use",
                        look.value(EngineCounter.EXCLUSIVE_IDLE_THREADS) + " idle",
                        look.value(EngineCounter.EXCLUSIVE_WAITING) + " waiting",
                        look.value(EngineCounter.EXCLUSIVE_RESERVED) + " of "
                                + look.value(EngineCounter.EXCLUSIVE_PLACES) + " places",
                        look.value(EngineCounter.QUARANTINED) + " quarantined"),
                "",
                lines);
        if (look.value(EngineCounter.OUTBOX_DESTINATIONS) > 0) {
            addList(
                    "reports",
                    List.of(
                            plural(look.value(EngineCounter.OUTBOX_DESTINATIONS), "destination"),
                            look.value(EngineCounter.OUTBOX_SILENT) + " silent",
                            count(look.value(EngineCounter.OUTBOX_UNACKNOWLEDGED)) + " unacknowledged",
                            rate(look.rate(EngineCounter.OUTBOX_SENT)) + "/s sent",
                            rate(look.rate(EngineCounter.OUTBOX_RESENT)) + "/s again"),
                    "",
                    lines);
        }
        addList("threads", threads(look), "turned by the caller", lines);
        addList(
                "spares",
                List.of(
                        look.value(EngineCounter.SPARE_THREADS_HELD) + " of " + look.value(EngineCounter.SPARE_THREADS)
                                + " held",
                        plural(look.value(EngineCounter.SLOW_CALLS), "slow call"),
                        plural(look.value(EngineCounter.FOREIGN_ERRORS), "error") + " of foreign code"),
                "",
                lines);
    }

    private static List<String> live(final TopLook look) {
        final List<String> parts = new ArrayList<>();
        long atRest = 0;
        for (final CounterDescriptor each : look.header().counters()) {
            if (each.owner() == CounterOwner.ENGINE && each.label().startsWith(LIVE)) {
                final long value = look.now().value(each, 0);
                atRest += value;
                if (value != 0) {
                    parts.add(count(value) + " " + words(each.label().substring(LIVE.length())));
                }
            }
        }
        if (look.live() > atRest) {
            parts.add(count(look.live() - atRest) + " to be taken up");
        }
        return parts;
    }

    /** Counters that are not 0, with their rates where these are not. */
    private static List<String> growing(final TopLook look, final String prefix) {
        final List<String> parts = new ArrayList<>();
        for (final CounterDescriptor each : look.header().counters()) {
            if (each.owner() == CounterOwner.ENGINE
                    && each.type() == CounterType.COUNTER
                    && each.label().startsWith(prefix)) {
                final long value = look.now().value(each, 0);
                if (value != 0) {
                    final double rate = look.rate(each, 0);
                    parts.add(count(value) + " " + each.label().substring(prefix.length())
                            + (rate > 0 && !look.isSinceStart() ? " (" + rate(rate) + "/s)" : ""));
                }
            }
        }
        return parts;
    }

    private static List<String> threads(final TopLook look) {
        final List<String> parts = new ArrayList<>();
        for (int i = 0; i < look.header().threads() && i < MOST_ROWS; i++) {
            final long handOvers = look.value(EngineCounter.THREAD_REPLACED, i);
            parts.add(i + ": " + percent(look.share(EngineCounter.THREAD_BUSY_NANOS, i)) + " busy"
                    + (handOvers == 0 ? "" : " (" + plural(handOvers, "hand-over") + ")"));
        }
        if (look.header().threads() > MOST_ROWS) {
            parts.add((look.header().threads() - MOST_ROWS) + " more");
        }
        return parts;
    }

    private static void addList(
            final String name, final List<String> parts, final String otherwise, final List<String> lines) {
        StringBuilder line = new StringBuilder(cell(name, -INDENT.length()));
        if (parts.isEmpty()) {
            line.append(otherwise);
        }
        for (int i = 0; i < parts.size(); i++) {
            final String part = parts.get(i) + (i < parts.size() - 1 ? ", " : "");
            if (line.length() + part.stripTrailing().length() > WIDTH && line.length() > INDENT.length()) {
                lines.add(line.toString());
                line = new StringBuilder(INDENT);
            }
            line.append(part);
        }
        lines.add(line.toString());
    }

    // ---- partitions ----------------------------------------------------------------------------------------------

    private static void addPartitions(final TopLook look, final List<String> lines) {
        final int partitions = look.header().partitions();
        final List<Integer> rows = IntStream.range(0, partitions)
                .boxed()
                .sorted(Comparator.comparingDouble(i -> -orZero(look.share(EngineCounter.PARTITION_BUSY_NANOS, i))))
                .limit(MOST_ROWS)
                .sorted()
                .toList();
        lines.add("");
        lines.add(row("part", "thr", "live", "ring", "events/s", "steps/s", "busy", "waited", "timers", "in call"));
        for (final int i : rows) {
            final long thread = look.value(EngineCounter.PARTITION_THREAD, i);
            lines.add(row(
                    String.valueOf(i),
                    thread < 0 ? "-" : String.valueOf(thread),
                    count(look.live(i)),
                    percent(look.value(EngineCounter.PARTITION_OCCUPIED, i)
                            / (double) Math.max(1, look.value(EngineCounter.PARTITION_RING_CAPACITY, i))),
                    rate(look.rate(EngineCounter.PARTITION_HANDLED, i)),
                    rate(look.rate(EngineCounter.PARTITION_STEPS, i)),
                    percent(look.share(EngineCounter.PARTITION_BUSY_NANOS, i)),
                    nanos(look.value(EngineCounter.PARTITION_QUEUED_NANOS, i)),
                    count(look.value(EngineCounter.PARTITION_TIMERS, i)),
                    call(look, i)));
            final long blocked = look.value(EngineCounter.PARTITION_BLOCKED, i);
            if (blocked != 0) {
                lines.add("     refuses submissions: " + EngineCounter.blockedName(blocked));
            }
        }
        if (rows.size() < partitions) {
            lines.add("     and " + (partitions - rows.size()) + " that are less busy");
        }
    }

    private static String row(final String... cells) {
        final int[] widths = {4, 4, 9, 6, 9, 8, 6, 7, 7};
        final StringBuilder line = new StringBuilder();
        for (int i = 0; i < widths.length; i++) {
            line.append(cell(cells[i], widths[i]));
        }
        return line.append("  ").append(cells[widths.length]).toString();
    }

    private static String call(final TopLook look, final int partition) {
        final String name = words(EngineCounter.callName(look.value(EngineCounter.PARTITION_CALL, partition)));
        final long held = look.value(EngineCounter.PARTITION_HELD_NANOS, partition);
        return held == 0 ? name : name + " " + nanos(held);
    }

    // ---- texts ---------------------------------------------------------------------------------------------------

    private static String cell(final String text, final int width) {
        return String.format(Locale.ROOT, "%" + width + "s", text);
    }

    private static String plural(final long number, final String noun) {
        return number + " " + noun + (number == 1 ? "" : "s");
    }

    private static double orZero(final double value) {
        return Double.isNaN(value) ? 0 : value;
    }

    private static String words(final String constant) {
        return constant.toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static String percent(final double share) {
        return Double.isNaN(share) ? "-" : String.format(Locale.ROOT, "%.0f%%", share * 100);
    }

    /** As it is, as long as it has at most eight digits. */
    static String count(final long value) {
        return Math.abs(value) < 100_000_000 ? String.valueOf(value) : large(value);
    }

    static String rate(final double perSecond) {
        if (Double.isNaN(perSecond)) {
            return "-";
        }
        final double size = Math.abs(perSecond);
        return size >= 99_999.5
                ? large(perSecond)
                : String.format(Locale.ROOT, size > 0 && size < 9.95 ? "%.1f" : "%.0f", perSecond);
    }

    private static String large(final double value) {
        final double size = Math.abs(value);
        if (size >= 999.5e9) {
            return String.format(Locale.ROOT, "%.1fT", value / 1e12);
        }
        if (size >= 999.5e6) {
            return String.format(Locale.ROOT, "%.2fG", value / 1e9);
        }
        return size >= 999.5e3
                ? String.format(Locale.ROOT, "%.2fM", value / 1e6)
                : String.format(Locale.ROOT, "%.0fk", value / 1e3);
    }

    static String nanos(final long nanos) {
        if (nanos < MILLI) {
            return nanos <= 0 ? "0" : String.format(Locale.ROOT, "%.0fus", nanos / MICRO);
        }
        return nanos < SECOND
                ? String.format(Locale.ROOT, nanos < 10 * MILLI ? "%.1fms" : "%.0fms", nanos / MILLI)
                : String.format(Locale.ROOT, nanos < 100 * SECOND ? "%.1fs" : "%.0fs", nanos / SECOND);
    }

    static String time(final long millis) {
        final long seconds = millis / 1_000;
        final long days = seconds / 86_400;
        return (days == 0 ? "" : days + "d ")
                + String.format(Locale.ROOT, "%d:%02d:%02d", seconds / 3_600 % 24, seconds / 60 % 60, seconds % 60);
    }
}
