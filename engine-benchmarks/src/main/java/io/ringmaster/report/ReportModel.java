package io.ringmaster.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.BiFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Decides what a page says about the runs that were found. */
final class ReportModel {

    private static final Pattern VERSION = Pattern.compile("\\d+(\\.\\d+)*");

    /** The sections of a run, in the order of the page; one that has nothing to show is null. */
    private static final List<BiFunction<String, Run, Section>> SECTIONS = List.of(
            HeadlineSection::of,
            LoadSection::of,
            PercentileSection::of,
            StageSection::of,
            TimelineSection::of,
            GanttSection::of,
            PeersSection::of,
            JmhSection::of,
            MachineSection::of);

    private ReportModel() {}

    /** A page about one run, or about several: their comparison first. */
    static Report of(final List<Run> runs) {
        final List<Chapter> chapters = new ArrayList<>();
        if (runs.size() > 1) {
            final Chapter comparison = ComparisonChapter.of("comparison", runs);
            if (comparison != null) {
                chapters.add(comparison);
            }
        }
        for (int i = 0; i < runs.size(); i++) {
            chapters.add(chapter(runs.size() == 1 ? "" : "run" + (i + 1) + '-', runs.get(i)));
        }
        final Run first = runs.get(0);
        return runs.size() == 1
                ? new Report(Report.FORMAT, title(first), subtitle(first), chapters)
                : new Report(
                        Report.FORMAT,
                        runs.size() + " runs compared",
                        String.join(" · ", runs.stream().map(Run::name).toList()),
                        chapters);
    }

    private static Chapter chapter(final String prefix, final Run run) {
        final List<Section> sections = SECTIONS.stream()
                .map(section -> section.apply(prefix, run))
                .filter(Objects::nonNull)
                .toList();
        return new Chapter(prefix + "run", run.name(), kind(run) + ", " + subtitle(run), sections);
    }

    private static String title(final Run run) {
        if (run.replay() != null && !run.replay().workflows().isEmpty()) {
            return "Replay of " + String.join(", ", run.replay().workflows());
        }
        return kind(run);
    }

    private static String kind(final Run run) {
        if (run.capacity() != null) {
            return "Capacity sweep";
        } else if (run.replay() != null || run.gantt() != null) {
            return "Replay";
        } else if (run.peers() != null) {
            return "Peers";
        }
        return run.jmh().isEmpty() ? "Latencies" : "Benchmarks";
    }

    private static String subtitle(final Run run) {
        final List<String> parts = new ArrayList<>();
        parts.add(run.name());
        for (final String field : List.of("time", "commit", "cpu", "jdk")) {
            final Object value = run.environment().get(field);
            if (value != null && !value.toString().isEmpty() && !"unknown".equals(value)) {
                parts.add(
                        switch (field) {
                            case "commit" -> "commit " + value;
                            case "jdk" -> "JDK " + version(value.toString());
                            default -> value.toString();
                        });
            }
        }
        return String.join(" · ", parts);
    }

    /** The number in a JDK's name; all of it if there is none. */
    private static String version(final String jdk) {
        final Matcher number = VERSION.matcher(jdk);
        return number.find() ? number.group() : jdk;
    }
}
