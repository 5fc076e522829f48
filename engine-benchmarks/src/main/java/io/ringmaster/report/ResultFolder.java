package io.ringmaster.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Finds and reads result folders. */
public final class ResultFolder {

    private static final String ENVIRONMENT = "environment.json";
    private static final String CAPACITY = "capacity.json";
    private static final String SUMMARY = "summary.json";
    private static final String GANTT = "gantt.json";
    private static final String PEERS = "peers.json";
    private static final String JMH = "jmh.json";
    private static final String LATENCIES = "latency.hlog";
    private static final String TIMELINE = "timeline.jsonl";

    /** What makes a folder a result; a record of the machine alone doesn't. */
    private static final List<String> RESULTS = List.of(CAPACITY, SUMMARY, GANTT, PEERS, JMH, LATENCIES, TIMELINE);

    private static final Set<String> KNOWN =
            Set.of(ENVIRONMENT, CAPACITY, SUMMARY, GANTT, PEERS, JMH, LATENCIES, TIMELINE);
    /** Those of the second part of a measurement and of later ones. */
    private static final Pattern LATER_ENVIRONMENT = Pattern.compile("environment-\\d+\\.json");

    private ResultFolder() {}

    /**
     * Whether a file of this name in a result folder is something that a tool has measured.
     *
     * @param name the file's name.
     * @return whether a report must not write over it.
     */
    public static boolean isResult(final String name) {
        return KNOWN.contains(name) || LATER_ENVIRONMENT.matcher(name).matches();
    }

    /**
     * Reads folders, each of which is a result or holds results in folders of its own, or both.
     *
     * @param folders where to look, in the order in which to show them.
     * @return what was found, at least one.
     * @throws ResultFormatException if a folder is missing or holds no result, or a file in it is broken.
     */
    static List<Run> readAll(final List<Path> folders) throws ResultFormatException {
        final List<Path> found = new ArrayList<>();
        for (final Path folder : folders) {
            for (final Path each : results(folder)) {
                if (found.stream().noneMatch(other -> isSame(other, each))) {
                    found.add(each);
                }
            }
        }
        final List<String> names = names(found);
        final List<Run> runs = new ArrayList<>();
        for (int i = 0; i < found.size(); i++) {
            runs.add(read(names.get(i), found.get(i)));
        }
        return runs;
    }

    private static List<Path> results(final Path folder) throws ResultFormatException {
        if (!Files.exists(folder)) {
            throw new ResultFormatException(folder, "", "no such folder");
        } else if (!Files.isDirectory(folder)) {
            throw new ResultFormatException(folder, "", "is a file, not a folder of results");
        }
        final List<Path> found = new ArrayList<>();
        if (hasResult(folder)) {
            found.add(folder);
        }
        try (Stream<Path> children = Files.list(folder)) {
            children.filter(Files::isDirectory)
                    .filter(ResultFolder::hasResult)
                    .sorted()
                    .forEach(found::add);
        } catch (final IOException e) {
            throw new ResultFormatException(folder, "", "can't be read: " + e.getMessage());
        }
        if (found.isEmpty()) {
            throw new ResultFormatException(
                    folder, "", "holds no result, such as " + CAPACITY + ", " + SUMMARY + ", " + PEERS + " or " + JMH);
        }
        return found;
    }

    private static boolean hasResult(final Path folder) {
        return RESULTS.stream().anyMatch(name -> Files.exists(folder.resolve(name)));
    }

    private static boolean isSame(final Path one, final Path other) {
        try {
            return Files.isSameFile(one, other);
        } catch (final IOException e) {
            return false;
        }
    }

    /** The folders' own names, with as many of those above them as it takes to tell them apart. */
    private static List<String> names(final List<Path> folders) {
        final List<String> names = new ArrayList<>();
        for (final Path folder : folders) {
            final Path path = folder.toAbsolutePath().normalize();
            String name = "/";
            for (int depth = 1; depth <= path.getNameCount(); depth++) {
                final int from = path.getNameCount() - depth;
                name = path.subpath(from, path.getNameCount()).toString();
                if (isUnique(folders, path, depth)) {
                    break;
                }
            }
            names.add(name);
        }
        return names;
    }

    private static boolean isUnique(final List<Path> folders, final Path path, final int depth) {
        final Path tail = path.subpath(path.getNameCount() - depth, path.getNameCount());
        return folders.stream()
                        .map(each -> each.toAbsolutePath().normalize())
                        .filter(each -> each.endsWith(tail))
                        .count()
                == 1;
    }

    private static Run read(final String name, final Path folder) throws ResultFormatException {
        final List<JmhResult> jmh = benchmarks(folder.resolve(JMH));
        final Path latencies = folder.resolve(LATENCIES);
        final Path timeline = folder.resolve(TIMELINE);
        return new Run(
                name,
                folder,
                environment(folder, jmh),
                readIfThere(folder.resolve(CAPACITY), CapacityResult.class),
                readIfThere(folder.resolve(SUMMARY), ReplayResult.class),
                readIfThere(folder.resolve(GANTT), GanttResult.class),
                readIfThere(folder.resolve(PEERS), PeersResult.class),
                jmh,
                Files.exists(latencies) ? IntervalLog.read(latencies) : null,
                Files.exists(timeline) ? ResultJson.readLines(timeline, TimelineSecond.class) : List.of());
    }

    /** Benchmarks; none if there is no such file. An empty list is what JMH makes of benchmarks that have all failed. */
    private static List<JmhResult> benchmarks(final Path file) throws ResultFormatException {
        if (!Files.exists(file)) {
            return List.of();
        }
        final List<JmhResult> results = ResultJson.readList(file, JmhResult.class);
        if (results.isEmpty()) {
            throw new ResultFormatException(file, "", "no benchmark has a result in it: the measurement failed");
        }
        return results;
    }

    /** The machine's record. Where the parts of a measurement, or the forks of benchmarks, differ it has what each one had. */
    private static Map<String, Object> environment(final Path folder, final List<JmhResult> jmh)
            throws ResultFormatException {
        final List<Map<String, Object>> parts = new ArrayList<>();
        Path file = folder.resolve(ENVIRONMENT);
        while (Files.exists(file)) {
            parts.add(ResultJson.readMap(file, Object.class));
            file = folder.resolve("environment-" + (parts.size() + 1) + ".json");
        }
        final Map<String, Object> all = new LinkedHashMap<>();
        for (final Map<String, Object> part : parts) {
            for (final String field : part.keySet()) {
                final List<Object> values =
                        parts.stream().map(each -> each.get(field)).toList();
                all.putIfAbsent(
                        field, values.stream().distinct().count() == 1 ? values.get(0) : joined(values.stream()));
            }
        }
        if (!parts.isEmpty() && !jmh.isEmpty()) {
            all.put(
                    "flagsOfForks",
                    joined(jmh.stream()
                            .map(each -> String.join(" ", each.jvmArgs()))
                            .distinct()));
        }
        return all;
    }

    private static String joined(final Stream<?> values) {
        return values.map(MachineSection::text).collect(Collectors.joining("; "));
    }

    private static <T> T readIfThere(final Path file, final Class<T> type) throws ResultFormatException {
        return Files.exists(file) ? ResultJson.<T>read(file, type) : null;
    }
}
