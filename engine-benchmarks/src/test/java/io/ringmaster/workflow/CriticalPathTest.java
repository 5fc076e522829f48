package io.ringmaster.workflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CriticalPathTest {

    private static final long CENTURY = TimeUnit.DAYS.toNanos(36_525);

    @Test
    void shouldAddUpTheLongestPath() throws WorkflowFormatException {
        final CriticalPath path = CriticalPath.of(new WorkflowBuilder("diamond")
                .task("d", "", 4, "b", "c")
                .task("a", "", 1)
                .task("b", "", 10, "a")
                .task("c", "", 11, "a")
                .task("alone", "", 15)
                .build());

        assertThat(path.longestNanos()).isEqualTo(16);
        assertThat(path.longestTasks()).isEqualTo(3);
        assertThat(path.makespanNanos()).isEqualTo(16);
    }

    @Test
    void shouldKeepInstancesApart() throws WorkflowFormatException {
        final Workflow workflow = new WorkflowBuilder("w")
                .instance("early", 100)
                .task("a", "", 50)
                .task("b", "", 20, "a")
                .instance("late", 160)
                .task("a", "", 30)
                .build();
        final CriticalPath path = CriticalPath.of(workflow.repeat(2));

        assertThat(IntStream.range(0, 4).mapToLong(path::nanos)).containsExactly(70L, 30L, 70L, 30L);
        assertThat(IntStream.range(0, 4).map(path::tasks)).containsExactly(2, 1, 2, 1);
        assertThat(path.longestNanos()).isEqualTo(70);
        assertThat(path.makespanNanos()).isEqualTo(90);
        assertThat(path.makespanNanos(10, 1)).isEqualTo(9);
        assertThat(path.makespanNanos(1, 6)).isEqualTo(70);
        assertThat(path.makespanNanos(0, 1)).isZero();
        assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> path.nanos(4));
    }

    @Test
    void shouldNotBeStretchedByTasksOfNoLength() throws WorkflowFormatException {
        final CriticalPath path = CriticalPath.of(new WorkflowBuilder("w")
                .task("zero", "", 0)
                .task("a", "", 5, "zero")
                .task("z", "", 0, "a")
                .task("b", "", 5, "z", "a")
                .task("end", "", 0, "b")
                .build());

        assertThat(path.longestNanos()).isEqualTo(10);
        assertThat(path.longestTasks()).isEqualTo(2);
        assertThat(CriticalPath.of(new WorkflowBuilder("w").task("zero", "", 0).build())
                        .longestTasks())
                .isEqualTo(1);
    }

    @Test
    void shouldStopAtTheLongestDurationThereIs() throws WorkflowFormatException {
        final Workflow workflow = new WorkflowBuilder("w")
                .instance("i", 0)
                .task("a", "", CENTURY)
                .task("b", "", CENTURY, "a")
                .task("c", "", CENTURY, "b")
                .instance("j", Long.MAX_VALUE)
                .task("a", "", 1)
                .build();

        assertThat(CriticalPath.of(workflow).longestNanos()).isEqualTo(Long.MAX_VALUE);
        assertThat(CriticalPath.of(workflow).makespanNanos()).isEqualTo(Long.MAX_VALUE);
        assertThat(CriticalPath.of(workflow).makespanNanos(1e-9, 1)).isEqualTo(Long.MAX_VALUE);
        assertThat(workflow.totalRuntimeNanos()).isEqualTo(Long.MAX_VALUE);
        assertThat(workflow.repeat(3).totalRuntimeNanos()).isEqualTo(Long.MAX_VALUE);
    }

    @ParameterizedTest
    @ValueSource(doubles = {-1, Double.NaN, Double.POSITIVE_INFINITY})
    void shouldRefuseSpeedsThatAreNone(final double speed) throws WorkflowFormatException {
        final CriticalPath path =
                CriticalPath.of(new WorkflowBuilder("w").task("a", "", 1).build());

        assertThatIllegalArgumentException()
                .isThrownBy(() -> path.makespanNanos(speed, 1))
                .withMessageStartingWith("speedup must be");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> path.makespanNanos(1, speed))
                .withMessageStartingWith("arrivalFactor must be");
        assertThatIllegalArgumentException().isThrownBy(() -> path.makespanNanos(1, 0));
    }

    @Test
    void shouldAgreeWithAWalkOfEveryPath() {
        TestSeed.forEach(300, random -> {
            final Workflow workflow = randomDag(random);
            long longest = 0;
            int fewest = 0;
            for (int task = 0; task < workflow.taskCount(); task++) {
                final long[] best = walk(workflow, task);
                if (best[0] > longest || best[0] == longest && (fewest == 0 || best[1] < fewest)) {
                    longest = best[0];
                    fewest = (int) best[1];
                }
            }
            assertThat(CriticalPath.of(workflow).longestNanos()).isEqualTo(longest);
            assertThat(CriticalPath.of(workflow).longestTasks()).isEqualTo(fewest);
        });
    }

    /** Length and number of tasks of the best path that ends in a task: longest first, then fewest. */
    private static long[] walk(final Workflow workflow, final int task) {
        final long[] best = {0, 0};
        for (int i = 0; i < workflow.parentCount(task); i++) {
            final long[] before = walk(workflow, workflow.parent(task, i));
            if (before[0] > best[0]) {
                best[0] = before[0];
                best[1] = before[1];
            } else if (before[0] == best[0]) {
                best[1] = Math.min(best[1], before[1]);
            }
        }
        return new long[] {best[0] + workflow.runtimeNanos(task), best[1] + 1};
    }

    /** Up to 12 tasks in random order of listing, so that the walk of every path ends soon. */
    private static Workflow randomDag(final SplittableRandom random) {
        final int tasks = 1 + random.nextInt(12);
        final WorkflowBuilder builder = new WorkflowBuilder("random");
        for (int i = tasks - 1; i >= 0; i--) {
            final int child = i;
            final String[] parents = IntStream.range(0, i)
                    .filter(parent -> random.nextInt(3) == 0)
                    .mapToObj(parent -> "t" + parent)
                    .toArray(String[]::new);
            builder.task("t" + child, "", random.nextInt(4), parents);
        }
        try {
            return builder.build();
        } catch (final WorkflowFormatException e) {
            throw new AssertionError(e);
        }
    }
}
