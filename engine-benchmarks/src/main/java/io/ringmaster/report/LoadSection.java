package io.ringmaster.report;

import io.ringmaster.report.CapacityResult.Burst;
import io.ringmaster.report.CapacityResult.Scaling;
import io.ringmaster.report.CapacityResult.Step;
import io.ringmaster.report.plot.Axis;
import io.ringmaster.report.plot.Chart;
import io.ringmaster.report.plot.DataTable;
import io.ringmaster.report.plot.Panel;
import io.ringmaster.report.plot.Point;
import io.ringmaster.report.plot.Quantity;
import io.ringmaster.report.plot.Rule;
import io.ringmaster.report.plot.Series;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;
import java.util.function.ToDoubleFunction;
import java.util.stream.DoubleStream;

/** What a sweep over offered rates found: latency and completions over the load, the burst, the overload and the scaling. */
final class LoadSection {

    private static final int HEIGHT = 280;
    private static final double LOG_BEYOND = 40;
    private static final double[] PERCENTS = {50, 99, 99.9};
    private static final String[] NAMES = {"p50", "p99", "p99.9"};
    private static final int REFERENCE_STYLE = 6;
    private static final double PERCENT = 100;
    /** How far two rates may lie apart by chance, as a share. */
    private static final double SAME_RATE = 0.01;

    private static final int CURVE_POINTS = 60;

    private LoadSection() {}

    static Section of(final String prefix, final Run run) {
        final CapacityResult capacity = run.capacity();
        if (capacity == null || capacity.steps().isEmpty()) {
            return null;
        }
        final List<Step> steps = capacity.stepsByRate();
        final List<Block> blocks = new ArrayList<>();
        if (steps.stream().anyMatch(Step::valid)) {
            blocks.add(latency(prefix, capacity, steps));
            blocks.add(completed(prefix, steps));
        } else {
            blocks.add(new Block.Notes(Block.Mood.BAD, "No step is valid, so there is no curve to draw.", List.of()));
        }
        blocks.add(new Block.Table("Every step, in the order measured", table(capacity)));
        if (capacity.burst() != null) {
            blocks.add(burst(capacity.burst()));
        }
        if (capacity.overload() != null) {
            blocks.add(overload(capacity.overload()));
        }
        if (capacity.usl() != null) {
            addScaling(prefix, capacity.usl(), blocks);
        }
        return new Section(prefix + "load", "Latency under load", blocks);
    }

    /** The axis of offered rates: those of the steps, and more that must fit. */
    static Axis offered(final List<Step> steps, final double... more) {
        return Axis.logBeyond(
                "offered",
                Quantity.PER_SECOND,
                LOG_BEYOND,
                DoubleStream.concat(steps.stream().mapToDouble(Step::offeredPerSecond), DoubleStream.of(more))
                        .toArray());
    }

    /** Valid steps in ascending order of their rate. One that isn't valid is a gap, unless its rate was measured again. */
    static List<Point> curve(final List<Step> steps, final ToDoubleFunction<Step> value) {
        final List<Point> points = new ArrayList<>();
        for (final Step step : steps) {
            final double x = step.offeredPerSecond();
            if (step.valid()) {
                points.add(new Point(x, value.applyAsDouble(step)));
            } else if (steps.stream().noneMatch(other -> other.valid() && isSameRate(x, other.offeredPerSecond()))) {
                points.add(new Point(x, Double.NaN));
            }
        }
        return points;
    }

    private static boolean isSameRate(final double one, final double other) {
        return Math.abs(one - other) <= SAME_RATE * Math.max(one, other);
    }

    private static Block.Figure latency(final String prefix, final CapacityResult capacity, final List<Step> steps) {
        final List<Series> series = new ArrayList<>();
        final List<Double> values = new ArrayList<>();
        for (int i = 0; i < PERCENTS.length; i++) {
            final double percent = PERCENTS[i];
            final List<Point> points = curve(steps, step -> step.micros("endToEnd", percent));
            if (points.stream().anyMatch(Point::isKnown)) {
                series.add(Series.line(NAMES[i], i, points));
                points.stream().filter(Point::isKnown).forEach(point -> values.add(point.y()));
            }
        }
        final List<Rule> objective = new ArrayList<>();
        if (capacity.slo() != null) {
            objective.add(new Rule(capacity.slo().micros(), "objective: " + objective(capacity.slo()), "slo"));
            values.add(capacity.slo().micros());
        }
        final double knee =
                capacity.knee() == null ? Double.NaN : capacity.knee().ratePerSecond();
        final String title = "Latency over offered load";
        final Chart.Builder chart = Chart.builder(title, describe(capacity, steps), offered(steps, knee))
                .panel(new Panel(
                        Axis.log(
                                "end to end, from the intended start",
                                Quantity.MICROS,
                                values.stream().mapToDouble(Double::doubleValue).toArray()),
                        HEIGHT,
                        series,
                        objective));
        addRules(chart, capacity);
        addInvalid(chart, steps);
        final String how = capacity.knee() == null || capacity.knee().how().isEmpty()
                ? ""
                : " Knee: " + capacity.knee().how() + ".";
        return Block.Figure.of(
                prefix + "load-latency",
                title,
                "Open loop: a task that starts late counts from when it should have started." + how,
                chart.build());
    }

    private static void addRules(final Chart.Builder chart, final CapacityResult capacity) {
        if (capacity.knee() != null) {
            final double knee = capacity.knee().ratePerSecond();
            chart.rule(new Rule(knee, "knee " + Quantity.PER_SECOND.format(knee), "knee"));
        }
        final double rate = capacity.withinSlo();
        if (Double.isFinite(rate)) {
            chart.rule(new Rule(rate, "within objective " + Quantity.PER_SECOND.format(rate), "best"));
        }
    }

    /** Marks the steps that are not valid. */
    static void addInvalid(final Chart.Builder chart, final List<Step> steps) {
        for (final Step step : steps) {
            if (!step.valid()) {
                chart.invalid(step.offeredPerSecond(), step.reason());
            }
        }
    }

    /** An objective in words. */
    static String objective(final CapacityResult.Slo slo) {
        return "p" + Quantity.PLAIN.plain(slo.percentile()) + " ≤ " + Quantity.MICROS.format(slo.micros());
    }

    private static String describe(final CapacityResult capacity, final List<Step> steps) {
        final long valid = steps.stream().filter(Step::valid).count();
        final StringBuilder text = new StringBuilder("Latency over offered load, ")
                .append(valid)
                .append(" of ")
                .append(steps.size())
                .append(" steps valid.");
        if (capacity.knee() != null) {
            text.append(" The knee is at ")
                    .append(Quantity.PER_SECOND.format(capacity.knee().ratePerSecond()))
                    .append('.');
        }
        if (capacity.slo() != null) {
            text.append(" The objective is ").append(objective(capacity.slo())).append('.');
        }
        return text.toString();
    }

    private static Block.Figure completed(final String prefix, final List<Step> steps) {
        final List<Point> completed = curve(steps, Step::completedPerSecond);
        final List<Point> refused = curve(steps, LoadSection::refusedPerSecond);
        final Axis x = offered(steps);
        final Axis y = new Axis("tasks a second", Quantity.PER_SECOND, x.kind(), x.low(), x.high());
        final List<Series> series = new ArrayList<>();
        series.add(Series.line(
                        "as offered",
                        REFERENCE_STYLE,
                        List.of(new Point(x.low(), x.low()), new Point(x.high(), x.high())))
                .markedAt(List.of()));
        series.add(Series.line("completed", 0, completed));
        if (refused.stream().anyMatch(point -> point.y() > 0)) {
            series.add(Series.line("refused", 1, refused));
        }
        final String title = "Completed over offered";
        final Chart.Builder chart = Chart.builder(
                        title,
                        "Completed tasks a second over offered ones; the highest rate completed is "
                                + Quantity.PER_SECOND.format(completed.stream()
                                        .mapToDouble(Point::y)
                                        .filter(Double::isFinite)
                                        .max()
                                        .orElse(Double.NaN))
                                + ".",
                        x)
                .panel(new Panel(y, HEIGHT, series, List.of()))
                .tableAt(steps.stream().map(Step::offeredPerSecond).distinct().toList());
        addInvalid(chart, steps);
        return Block.Figure.of(
                prefix + "completed-offered",
                title,
                "What completes, not what was submitted. Above the dotted line nothing can be; below it work is refused or"
                        + " piles up.",
                chart.build());
    }

    private static double refusedPerSecond(final Step step) {
        if (step.refusedPerSecond() != null) {
            return step.refusedPerSecond();
        }
        return step.refused() == null || step.seconds() == null || step.seconds() == 0
                ? Double.NaN
                : step.refused() / step.seconds();
    }

    private static DataTable table(final CapacityResult capacity) {
        final DataTable.Builder table = DataTable.builder()
                .number("offered", Quantity.PER_SECOND)
                .number("completed", Quantity.PER_SECOND)
                .number("refused", Quantity.COUNT)
                .number("p50", Quantity.MICROS)
                .number("p99", Quantity.MICROS)
                .number("p99.9", Quantity.MICROS)
                .number("max", Quantity.MICROS)
                .number("send lag p99", Quantity.MICROS)
                .number("hiccup max", Quantity.MICROS)
                .number("GC", Quantity.MILLIS)
                .number("stolen", Quantity.MILLIS)
                .number("throttled", Quantity.MILLIS)
                .number("allocated a task", Quantity.BYTES)
                .number("ring, most", Quantity.COUNT)
                .text("valid");
        for (final Step step : capacity.steps()) {
            final Percentiles latency = step.latencyMicros().get("endToEnd");
            table.row(
                    step.offeredPerSecond(),
                    step.completedPerSecond(),
                    step.refused(),
                    step.micros("endToEnd", 50),
                    step.micros("endToEnd", 99),
                    step.micros("endToEnd", 99.9),
                    latency == null ? null : latency.max(),
                    step.sendLagMicros() == null ? null : step.sendLagMicros().p99(),
                    step.hiccupMicros() == null ? null : step.hiccupMicros().max(),
                    step.gcMillis(),
                    step.stolenMillis(),
                    step.throttledMillis(),
                    step.bytesPerTask(),
                    step.maxRingUsed(),
                    step.valid() ? "yes" : "no: " + step.reason());
            if (!step.valid()) {
                table.mark(DataTable.Mark.INVALID);
            }
        }
        return table.build();
    }

    private static Block burst(final Burst burst) {
        final String recovered = burst.recoverySeconds() == null
                ? "It had not recovered by the end of the measurement."
                : "It had recovered " + Quantity.SECONDS.format(burst.recoverySeconds()) + " after the burst's end.";
        final String text = "A burst" + rate(" of ", burst.burstRatePerSecond())
                + seconds(" for ", burst.burstSeconds()) + rate(" amid ", burst.ratePerSecond()) + ". " + recovered;
        return burst.valid()
                ? new Block.Notes(Block.Mood.NEUTRAL, "Recovery after a burst", List.of(text))
                : new Block.Notes(
                        Block.Mood.BAD, "The burst is not valid and says nothing", List.copyOf(burst.complaints()));
    }

    private static String rate(final String before, final Double value) {
        return value == null ? "" : before + Quantity.PER_SECOND.format(value);
    }

    private static String seconds(final String before, final Double value) {
        return value == null ? "" : before + Quantity.SECONDS.format(value);
    }

    private static Block overload(final Step overload) {
        if (!overload.valid()) {
            return new Block.Notes(
                    Block.Mood.BAD, "The overload step is not valid and says nothing", List.of(overload.reason()));
        }
        final List<String> lines = new ArrayList<>();
        lines.add("Offered " + Quantity.PER_SECOND.format(overload.offeredPerSecond()) + ", completed "
                + Quantity.PER_SECOND.format(overload.completedPerSecond())
                + rate(", accepted ", overload.acceptedPerSecond()) + rate(", refused ", overload.refusedPerSecond())
                + ".");
        final double p99 = overload.micros("endToEnd", 99);
        if (Double.isFinite(p99)) {
            lines.add("p99 of the accepted tasks: " + Quantity.MICROS.format(p99) + ".");
        }
        lines.add(
                overload.recoverySeconds() == null
                        ? "It had not recovered by the end of the measurement."
                        : "It had recovered " + Quantity.SECONDS.format(overload.recoverySeconds())
                                + " after the overload's end.");
        final String factor =
                overload.factor() == null ? "" : " at " + Quantity.PLAIN.plain(overload.factor()) + "× the capacity";
        return new Block.Notes(Block.Mood.NEUTRAL, "Overload" + factor, lines);
    }

    private static void addScaling(final String prefix, final Scaling usl, final List<Block> blocks) {
        final List<String> lines = new ArrayList<>();
        if (!usl.fitted()) {
            lines.add(usl.reason() == null ? "No reason is given." : usl.reason());
            if (usl.perWorkerPerSecond() != null) {
                lines.add("One fire-worker completes " + Quantity.PER_SECOND.format(usl.perWorkerPerSecond()) + ".");
            }
            blocks.add(new Block.Notes(Block.Mood.NEUTRAL, "The Universal Scalability Law was not fitted", lines));
            return;
        }
        addParameter(lines, "λ, the rate of one fire-worker", usl.lambda(), Quantity.PER_SECOND, 1);
        addParameter(lines, "σ, contention", usl.sigma(), Quantity.PERCENT, PERCENT);
        addParameter(lines, "κ, coherency", usl.kappa(), Quantity.PERCENT, PERCENT);
        blocks.add(new Block.Notes(Block.Mood.NEUTRAL, "Universal Scalability Law", lines));
        final List<Point> points = usl.points().stream()
                .filter(each -> each.fireWorkers() != null && each.ratePerSecond() != null)
                .map(each -> new Point(each.fireWorkers(), each.ratePerSecond()))
                .sorted(Comparator.comparingDouble(Point::x))
                .toList();
        if (!points.isEmpty()) {
            blocks.add(scaling(prefix, usl, points));
        }
    }

    /** What was measured, and the law through it. */
    private static Block.Figure scaling(final String prefix, final Scaling usl, final List<Point> points) {
        final Axis x = Axis.fromZero(
                "fire-workers",
                Quantity.COUNT,
                points.stream().mapToDouble(Point::x).toArray());
        final List<Series> series = new ArrayList<>();
        final Double lambda = usl.lambda() == null ? null : usl.lambda().get("value");
        final Double sigma = usl.sigma() == null ? null : usl.sigma().get("value");
        final Double kappa = usl.kappa() == null ? null : usl.kappa().get("value");
        final List<Point> law = new ArrayList<>();
        if (lambda != null && sigma != null && kappa != null) {
            final TreeSet<Double> counts = new TreeSet<>();
            for (int i = 1; i <= CURVE_POINTS; i++) {
                counts.add(x.high() * i / CURVE_POINTS);
            }
            points.forEach(point -> counts.add(point.x()));
            for (final double n : counts) {
                law.add(new Point(n, lambda * n / (1 + sigma * (n - 1) + kappa * n * (n - 1))));
            }
            series.add(Series.line("law", REFERENCE_STYLE, law).markedAt(List.of()));
        }
        series.add(new Series("measured", 0, Series.Kind.LINE, points, points));
        final String title = "Rate over fire-workers";
        return Block.Figure.of(
                prefix + "scaling",
                title,
                "",
                Chart.builder(title, "Highest rate over the number of fire-workers, and the fitted law.", x)
                        .panel(new Panel(
                                Axis.fromZero(
                                        "tasks a second",
                                        Quantity.PER_SECOND,
                                        series.stream()
                                                .flatMap(each -> each.points().stream())
                                                .mapToDouble(Point::y)
                                                .toArray()),
                                HEIGHT,
                                series,
                                List.of()))
                        .tableAt(points.stream().map(Point::x).toList())
                        .build());
    }

    private static void addParameter(
            final List<String> lines,
            final String name,
            final java.util.Map<String, Double> values,
            final Quantity quantity,
            final double factor) {
        if (values == null) {
            return;
        }
        final StringBuilder text = new StringBuilder(name).append(": ");
        final Double value = values.get("value");
        if (value != null) {
            text.append(quantity.format(value * factor)).append(", ");
        }
        final Double low = values.get("low");
        final Double high = values.get("high");
        if (low != null && high != null) {
            text.append("95 % interval ")
                    .append(quantity.format(low * factor))
                    .append(" to ")
                    .append(quantity.format(high * factor));
        }
        lines.add(text.toString());
    }
}
