package io.ringmaster.workflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The recorded traces against the facts that came with them. They lie outside of the project, in the folder that the
 * property {@code ringmaster.traces} names; without it these tests are skipped.
 */
class RecordedTracesTest {

    private Path folder;

    @BeforeEach
    void findTraces() {
        folder = Path.of(System.getProperty("ringmaster.traces", "traces"));
        assumeTrue(Files.isDirectory(folder), () -> "no recorded traces in " + folder);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "1000genome-chameleon-18ch-250k-001.json.gz,           738,   954, 468, 252, 329.974,     3, 42669.182,    0",
        "airrflow-dirt02-001.json.gz,                          212,   327,  13,  12, 438.061,    25, 3329.878,     0",
        "atacseq-dirt02-001.json.gz,                           265,   593,  22,  15, 936.159,    15, 7799.574,     56",
        "blast-chameleon-medium-001.schema-1.4.json.gz,        303,   900,   1,   2, 119.34868,   3, 31513.114385, 0",
        "bwa-chameleon-large-001.json.gz,                     1004,  4000,   2,   2, 1655.530557, 3, 13276.74808,  0",
        "cycles-chameleon-5l-2c-9p-001.json.gz,                662,   970, 160,  12, 413.348,     4, 22375.753,    0",
        "ensemble-epigenomics-26.json.gz,                    15242, 18860,  98,  26, 1084.123,    9, 301051.807,   0",
        "epigenomics-chameleon-ilmn-6seq-50k-001.json.gz,     1695,  2108,   6,   1, 1084.123,    9, 26059.999,    0",
        "montage-chameleon-2mass-005d-001.json,                 58,   114,  12,   4, 21.385,      8, 221.726,      0",
        "montage-chameleon-dss-15d-001.json.gz,               2122,  6114, 108,   4, 989.458,     8, 78087.502,    0",
        "seismology-chameleon-1000p-001.json.gz,              1001,  1000,1000,   1, 5.437,       2, 538.433,      0",
        "soykb-chameleon-30fastq-20ch-001.json.gz,             416,  1014,  15,   3, 22435.624,   8, 69114.171,    0"
    })
    void shouldFindTheFactsOfAnExecution(
            final String file,
            final int tasks,
            final long edges,
            final int roots,
            final int leaves,
            final BigDecimal criticalPathSeconds,
            final int criticalPathTasks,
            final BigDecimal totalSeconds,
            final int zeroRuntimes)
            throws WorkflowFormatException {
        final Workflow workflow = WorkflowReader.read(folder.resolve(file));

        expect(workflow, tasks, edges, roots, leaves, totalSeconds);
        assertThat(workflow.instanceCount()).isEqualTo(1);
        final CriticalPath path = CriticalPath.of(workflow);
        assertThat(path.longestNanos()).isEqualTo(nanos(criticalPathSeconds));
        assertThat(path.longestTasks()).isEqualTo(criticalPathTasks);
        assertThat(path.makespanNanos()).isEqualTo(nanos(criticalPathSeconds));
        assertThat(IntStream.range(0, tasks)
                        .filter(task -> workflow.runtimeNanos(task) == 0)
                        .count())
                .isEqualTo(zeroRuntimes);
        assertThat(IntStream.range(0, tasks).mapToObj(workflow::type))
                .allSatisfy(type -> assertThat(type).isNotEmpty());
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "flowbench-montage.csv.gz,        100, 53900, 283800,  100, 5200, 1555,   3987,   9882,   12, 41518453,  857673",
        "flowbench-predict-sales.csv.gz,  150, 24750,  87150,  300, 1050, 1957,   2093,   5327,   14, 2618568,   575019",
        "flowbench-somospie-pycbc.csv.gz,1007, 38834, 106477, 1007, 6553,  214,    419,  16863,    9, 3731753,  1120428",
        "wta-shell-a.csv.gz,             2269,  6807,   4538, 2269, 2269, 15.497, 25.403, 42.649,  3, 59454.656,    417"
    })
    void shouldFindTheFactsOfArrivals(
            final String file,
            final int instances,
            final int tasks,
            final long edges,
            final int roots,
            final int leaves,
            final BigDecimal shortestSeconds,
            final BigDecimal medianSeconds,
            final BigDecimal longestSeconds,
            final int longestTasks,
            final BigDecimal totalSeconds,
            final BigDecimal arrivalSpanSeconds)
            throws WorkflowFormatException {
        final Workflow workflow = WorkflowReader.read(folder.resolve("arrivals").resolve(file));

        expect(workflow, tasks, edges, roots, leaves, totalSeconds);
        assertThat(workflow.instanceCount()).isEqualTo(instances);
        final CriticalPath path = CriticalPath.of(workflow);
        final long[] lengths =
                IntStream.range(0, instances).mapToLong(path::nanos).sorted().toArray();
        assertThat(lengths[0]).isEqualTo(nanos(shortestSeconds));
        assertThat(lengths[instances / 2]).isEqualTo(nanos(medianSeconds));
        assertThat(path.longestNanos()).isEqualTo(nanos(longestSeconds));
        assertThat(path.longestTasks()).isEqualTo(longestTasks);
        final long[] arrivals =
                IntStream.range(0, instances).mapToLong(workflow::arrivalNanos).toArray();
        assertThat(arrivals).startsWith(0).endsWith(nanos(arrivalSpanSeconds)).isSorted();
    }

    private static void expect(
            final Workflow workflow,
            final int tasks,
            final long edges,
            final int roots,
            final int leaves,
            final BigDecimal totalSeconds) {
        assertThat(workflow.taskCount()).isEqualTo(tasks);
        assertThat(workflow.edgeCount()).isEqualTo(edges);
        assertThat(IntStream.range(0, tasks)
                        .filter(task -> workflow.parentCount(task) == 0)
                        .count())
                .isEqualTo(roots);
        assertThat(IntStream.range(0, tasks)
                        .filter(task -> workflow.childCount(task) == 0)
                        .count())
                .isEqualTo(leaves);
        assertThat(workflow.totalRuntimeNanos()).isEqualTo(nanos(totalSeconds));
        assertThat(LongStream.range(0, tasks)
                        .map(task -> workflow.parentCount((int) task))
                        .sum())
                .isEqualTo(edges);
    }

    private static long nanos(final BigDecimal seconds) {
        return seconds.movePointRight(9).longValueExact();
    }
}
