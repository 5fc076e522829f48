package io.ringmaster.report;

import io.ringmaster.report.GanttResult.Occupancy;
import io.ringmaster.report.GanttResult.Task;
import io.ringmaster.report.plot.Axis;
import io.ringmaster.report.plot.Chart;
import io.ringmaster.report.plot.GanttChart;
import io.ringmaster.report.plot.GanttChart.Stretch;
import io.ringmaster.report.plot.Panel;
import io.ringmaster.report.plot.Point;
import io.ringmaster.report.plot.Quantity;
import io.ringmaster.report.plot.Series;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * The workflow over time: a bar for each task while they are few, else how many ran and waited; and the tasks that the end
 * was waiting for.
 */
final class GanttSection {

    private static final int MOST_BARS = 400;
    private static final int MOST_LANES = 120;
    private static final int MOST_CRITICAL = 400;
    private static final int RUNNING_HEIGHT = 190;
    private static final int WAITING_HEIGHT = 80;

    private GanttSection() {}

    static Section of(final String prefix, final Run run) {
        final GanttResult gantt = run.gantt();
        if (gantt == null || gantt.tasks().isEmpty()) {
            return null;
        }
        final List<Task> tasks = gantt.tasks().stream()
                .sorted(Comparator.comparingDouble(Task::startSeconds))
                .toList();
        final List<Task> critical = tasks.stream().filter(Task::onCriticalPath).toList();
        final double leftOut = gantt.tasksLeftOut() == null ? 0 : gantt.tasksLeftOut();
        final double end = gantt.makespanSeconds() != null && gantt.makespanSeconds() > 0
                ? gantt.makespanSeconds()
                : tasks.stream().mapToDouble(Task::endSeconds).max().orElse(1);
        final Axis x = Axis.between("time since the start", Quantity.SECONDS, 0, end);
        final List<Block> blocks = new ArrayList<>();
        final boolean areFew = leftOut == 0
                && tasks.size() <= MOST_BARS
                && tasks.stream().mapToInt(Task::lane).max().orElse(0) < MOST_LANES;
        if (areFew) {
            blocks.add(lanes(prefix, tasks, critical, x));
        } else {
            if (gantt.occupancy() != null && !gantt.occupancy().running().isEmpty()) {
                blocks.add(occupancy(prefix, gantt.occupancy(), gantt, x));
            }
            if (!critical.isEmpty()) {
                blocks.add(criticalPath(prefix, critical, x));
            }
        }
        return blocks.isEmpty() ? null : new Section(prefix + "workflow", "The workflow over time", blocks);
    }

    private static Block.Figure lanes(
            final String prefix, final List<Task> tasks, final List<Task> critical, final Axis x) {
        final String title = "Tasks and the critical path";
        final List<Stretch> stretches =
                tasks.stream().map(task -> stretch(task, task.lane())).toList();
        return Block.Figure.of(
                prefix + "gantt",
                title,
                "A lane is not a thread: each task takes the first lane that is free. The critical path is the chain of "
                        + critical.size() + " tasks that the end was waiting for.",
                new GanttChart(title, describe(tasks.size(), critical.size(), x), x, stretches));
    }

    private static String describe(final long tasks, final int critical, final Axis x) {
        return tasks + " tasks over " + Quantity.SECONDS.format(x.high()) + ", " + critical
                + " of them on the critical path.";
    }

    private static Stretch stretch(final Task task, final int lane) {
        final StringBuilder text = new StringBuilder(task.task());
        if (!task.type().isEmpty() && !task.type().equals(task.task())) {
            text.append("\ntype ").append(task.type());
        }
        if (!task.workflow().isEmpty()) {
            text.append("\nworkflow ").append(task.workflow());
        }
        text.append("\nran ")
                .append(Quantity.SECONDS.format(task.endSeconds() - task.startSeconds()))
                .append(", from ")
                .append(Quantity.SECONDS.format(task.startSeconds()));
        if (task.readySeconds() != null) {
            text.append("\nready to running ")
                    .append(Quantity.SECONDS.format(Math.max(0, task.startSeconds() - task.readySeconds())));
        }
        if (task.onCriticalPath()) {
            text.append("\non the critical path");
        }
        return new Stretch(
                lane,
                task.readySeconds() == null ? Double.NaN : task.readySeconds(),
                task.startSeconds(),
                task.endSeconds(),
                task.onCriticalPath(),
                text.toString());
    }

    private static Block.Figure occupancy(
            final String prefix, final Occupancy occupancy, final GanttResult gantt, final Axis x) {
        final String title = "Tasks running and waiting";
        final List<Point> running = points(occupancy, occupancy.running());
        final List<Point> peak = points(occupancy, occupancy.peak());
        final List<Point> waiting = points(occupancy, occupancy.waiting());
        final Chart.Builder chart = Chart.builder(
                        title,
                        "Tasks running at once over time; at most "
                                + Quantity.COUNT.format(peak.stream()
                                        .mapToDouble(Point::y)
                                        .max()
                                        .orElse(0))
                                + ".",
                        x)
                .panel(Panel.of(
                        Axis.fromZero(
                                "running at once",
                                Quantity.COUNT,
                                peak.stream().mapToDouble(Point::y).toArray()),
                        RUNNING_HEIGHT,
                        Series.area("mean", 0, running),
                        Series.line("most", 2, peak).markedAt(List.of())));
        if (waiting.stream().anyMatch(point -> point.y() > 0)) {
            chart.panel(Panel.of(
                    Axis.fromZero(
                            "ready, waiting to run",
                            Quantity.COUNT,
                            waiting.stream().mapToDouble(Point::y).toArray()),
                    WAITING_HEIGHT,
                    Series.area("mean", 1, waiting)));
        }
        final String tasks = gantt.taskCount() == null
                ? ""
                : Quantity.COUNT.plain(gantt.taskCount()) + " tasks, too many for a bar each: ";
        return Block.Figure.of(
                prefix + "occupancy",
                title,
                tasks + "how many ran at once, in intervals of " + Quantity.SECONDS.format(occupancy.binSeconds())
                        + ".",
                chart.build());
    }

    private static List<Point> points(final Occupancy occupancy, final List<Double> values) {
        final List<Point> points = new ArrayList<>();
        for (int i = 0; i < values.size(); i++) {
            final Double value = values.get(i);
            points.add(new Point((i + 0.5) * occupancy.binSeconds(), value == null ? Double.NaN : value));
        }
        return points;
    }

    /** Alternating between two lanes, so that one task can be told from the next. */
    private static Block.Figure criticalPath(final String prefix, final List<Task> critical, final Axis x) {
        final List<Task> shown = critical.size() <= MOST_CRITICAL
                ? critical
                : critical.stream()
                        .sorted(Comparator.comparingDouble(task -> task.startSeconds() - task.endSeconds()))
                        .limit(MOST_CRITICAL)
                        .sorted(Comparator.comparingDouble(Task::startSeconds))
                        .toList();
        final List<Stretch> stretches = new ArrayList<>();
        for (int i = 0; i < shown.size(); i++) {
            stretches.add(stretch(shown.get(i), i % 2));
        }
        final String title = "The critical path";
        return Block.Figure.of(
                prefix + "critical-path",
                title,
                "The chain of " + critical.size() + " tasks that the end was waiting for"
                        + (shown.size() < critical.size() ? ", the " + shown.size() + " longest of them" : "") + ".",
                new GanttChart(title, describe(critical.size(), critical.size(), x), x, stretches));
    }
}
