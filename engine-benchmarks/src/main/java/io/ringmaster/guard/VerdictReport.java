package io.ringmaster.guard;

import com.fasterxml.jackson.core.JsonEncoding;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * A comparison as people and programs read it.
 *
 * @param base       the old build.
 * @param next       the new build.
 * @param noise      what A against A showed.
 * @param settings   how was decided.
 * @param judgements each benchmark's.
 */
record VerdictReport(Build base, Build next, Noise noise, Settings settings, List<Judgement> judgements) {
    VerdictReport {
        judgements = List.copyOf(judgements);
    }

    Outcome outcome() {
        return Outcome.of(judgements, settings);
    }

    /** A table for a terminal, and the sum in its last line. */
    String text() {
        final StringBuilder text = new StringBuilder(String.format(
                "%-24s %-14s %-30s %-19s %s%n",
                "benchmark", "time", "new / base [interval] pairs", "ns/op base -> new", "B/op base -> new"));
        for (final Judgement each : judgements) {
            if (each.ratio() == null) {
                text.append(String.format("%-24s %-14s %s%n", each.benchmark(), each.time(), each.remark()));
                continue;
            }
            text.append(String.format(
                    Locale.ROOT,
                    "%-24s %-14s %-30s %-19s %s%s%n",
                    each.benchmark(),
                    each.time(),
                    ratio(each),
                    arrow("%.2f", each.baseNanos(), each.newNanos()),
                    bytes(each),
                    each.remark().isEmpty() ? "" : "  (" + each.remark() + ')'));
        }
        return text.append(outcome().describe(judgements))
                .append(System.lineSeparator())
                .toString();
    }

    /** The same as Markdown, for a job's summary or a comment. */
    String markdown() {
        final StringBuilder text = new StringBuilder();
        text.append(String.format("## %s against %s: %s%n%n", title(next), title(base), outcome()));
        text.append(outcome().describe(judgements)).append(String.format(".%n%n"));
        text.append(String.format("| benchmark | time | new / base [interval] pairs | ns/op | B/op |%n"));
        text.append(String.format("|---|---|---|---|---|%n"));
        for (final Judgement each : judgements) {
            text.append(String.format(
                    Locale.ROOT,
                    "| %s | %s | %s | %s | %s |%n",
                    each.benchmark(),
                    bold(each.time()),
                    each.ratio() == null ? each.remark() : ratio(each),
                    each.ratio() == null ? "" : arrow("%.2f", each.baseNanos(), each.newNanos()),
                    each.ratio() == null ? "" : bytes(each)));
        }
        text.append(String.format(
                Locale.ROOT,
                "%nMachine `%s`. Ratios are of times in units of the raw Disruptor's in the same process. Together the intervals"
                        + " hold with a probability of %.0f %%. Noise was measured at %s with commit %s.%n",
                noise.machine(),
                100 * (1 - settings.familyError()),
                noise.time(),
                noise.commit()));
        return text.toString();
    }

    private static String title(final Build build) {
        return build.name().equals(build.revision())
                ? build.name()
                : String.format("%s (%s)", build.name(), build.revision());
    }

    private static String bold(final Verdict verdict) {
        return verdict.isAlarm() ? "**" + verdict + "**" : verdict.toString();
    }

    private static String ratio(final Judgement judgement) {
        return String.format(
                Locale.ROOT,
                "%.3f [%.3f .. %.3f] %d",
                judgement.ratio().ratio(),
                judgement.ratio().low(),
                judgement.ratio().high(),
                judgement.ratio().pairs());
    }

    private static String bytes(final Judgement judgement) {
        final String arrow = arrow("%.1f", judgement.baseBytes(), judgement.newBytes());
        return judgement.allocation() == Verdict.SAME ? arrow : arrow + ' ' + judgement.allocation();
    }

    private static String arrow(final String format, final double from, final double to) {
        return String.format(Locale.ROOT, format, from) + " -> " + String.format(Locale.ROOT, format, to);
    }

    /**
     * Writes {@code verdict.json} and {@code verdict.md}.
     *
     * @param folder where to.
     * @throws IOException if they can't be written.
     */
    void write(final Path folder) throws IOException {
        Files.writeString(folder.resolve("verdict.md"), markdown());
        try (JsonGenerator json = new JsonFactory()
                .createGenerator(folder.resolve("verdict.json").toFile(), JsonEncoding.UTF8)
                .useDefaultPrettyPrinter()) {
            json.writeStartObject();
            json.writeStringField("outcome", outcome().name());
            json.writeStringField("base", base.name());
            json.writeStringField("baseRevision", base.revision());
            json.writeStringField("new", next.name());
            json.writeStringField("newRevision", next.revision());
            json.writeStringField("machine", noise.machine());
            json.writeNumberField("familyError", settings.familyError());
            json.writeNumberField("margin", settings.margin());
            json.writeNumberField("allocationTolerance", settings.allocationBytes());
            json.writeArrayFieldStart("benchmarks");
            for (final Judgement each : judgements) {
                write(json, each);
            }
            json.writeEndArray();
            json.writeEndObject();
        }
    }

    private void write(final JsonGenerator json, final Judgement judgement) throws IOException {
        json.writeStartObject();
        json.writeStringField("benchmark", judgement.benchmark());
        json.writeStringField("time", judgement.time().name());
        json.writeStringField("allocation", judgement.allocation().name());
        if (!judgement.remark().isEmpty()) {
            json.writeStringField("remark", judgement.remark());
        }
        if (judgement.ratio() != null) {
            json.writeNumberField("ratio", judgement.ratio().ratio());
            json.writeNumberField("low", judgement.ratio().low());
            json.writeNumberField("high", judgement.ratio().high());
            json.writeNumberField("pairs", judgement.ratio().pairs());
            json.writeNumberField("baseNanos", judgement.baseNanos());
            json.writeNumberField("newNanos", judgement.newNanos());
            json.writeNumberField("baseBytes", judgement.baseBytes());
            json.writeNumberField("newBytes", judgement.newBytes());
        }
        final Noise.Entry entry = noise.benchmarks().get(judgement.benchmark());
        if (entry != null) {
            json.writeNumberField("noiseLow", entry.low());
            json.writeNumberField("noiseHigh", entry.high());
        }
        json.writeEndObject();
    }
}
