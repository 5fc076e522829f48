package io.ringmaster.workflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.IntUnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class WorkflowGeneratorTest {

    @Test
    void shouldMakeASampleOfAllShapesThatTakesFourSeconds() {
        final Workflow sample = WorkflowGenerator.sample();

        assertThat(sample.taskCount()).isBetween(200, 500);
        assertThat(CriticalPath.of(sample).longestNanos())
                .isBetween(TimeUnit.MILLISECONDS.toNanos(3_990), TimeUnit.MILLISECONDS.toNanos(4_000));
        assertThat(types(sample)).contains("link", "fork", "map", "reduce", "project", "difference", "begin", "end");
        assertThat(roots(sample)).isEqualTo(1);
        assertThat(leaves(sample)).isEqualTo(1);
    }

    @Test
    void shouldMakeTheSameSampleOnEveryMachine() throws IOException {
        final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        WfFormatWriter.write(WorkflowGenerator.sample(), bytes);
        final CRC32 sum = new CRC32();
        sum.update(bytes.toByteArray());

        assertThat(Long.toHexString(sum.getValue())).isEqualTo("b46eab7b");
    }

    @ParameterizedTest
    @EnumSource
    void shouldRepeatItselfForASeedAndDifferForAnother(final WorkflowShape shape) {
        assertThat(WfFormatReaderTest.tasks(new WorkflowGenerator(1).generate(shape, 50)))
                .isEqualTo(WfFormatReaderTest.tasks(new WorkflowGenerator(1).generate(shape, 50)))
                .isNotEqualTo(WfFormatReaderTest.tasks(new WorkflowGenerator(2).generate(shape, 50)));
    }

    @ParameterizedTest
    @EnumSource
    void shouldComeCloseToTheNumberOfTasksAskedFor(final WorkflowShape shape) {
        TestSeed.forEach(200, random -> {
            final int tasks = 13 + random.nextInt(2_000);
            final Workflow workflow = new WorkflowGenerator(random.nextLong()).generate(shape, tasks);

            assertThat(workflow.taskCount()).isBetween(tasks - 6, tasks + 2);
            for (int task = 0; task < workflow.taskCount(); task++) {
                assertThat(workflow.runtimeNanos(task))
                        .isBetween(TimeUnit.MILLISECONDS.toNanos(1), TimeUnit.MILLISECONDS.toNanos(2_048));
            }
        });
    }

    @ParameterizedTest
    @EnumSource
    void shouldMakeTheSmallestOfEachShape(final WorkflowShape shape) {
        for (int tasks = 1; tasks < 13; tasks++) {
            assertThat(new WorkflowGenerator(tasks).generate(shape, tasks).taskCount())
                    .isBetween(1, 13);
        }
    }

    @Test
    void shouldFormAChain() {
        final Workflow chain = new WorkflowGenerator(3).generate(WorkflowShape.CHAIN, 100);

        assertThat(chain.taskCount()).isEqualTo(100);
        assertThat(chain.edgeCount()).isEqualTo(99);
        assertThat(roots(chain)).isEqualTo(1);
        assertThat(leaves(chain)).isEqualTo(1);
    }

    @Test
    void shouldForkAndJoin() {
        final Workflow forkJoin = new WorkflowGenerator(3).generate(WorkflowShape.FORK_JOIN, 100);

        assertThat(roots(forkJoin)).isEqualTo(1);
        assertThat(leaves(forkJoin)).isEqualTo(1);
        for (int task = 0; task < forkJoin.taskCount(); task++) {
            if ("branch".equals(forkJoin.type(task))) {
                assertThat(forkJoin.type(forkJoin.parent(task, 0))).isEqualTo("fork");
                assertThat(forkJoin.type(forkJoin.child(task, 0))).isEqualTo("join");
            }
        }
    }

    @Test
    void shouldLetEachReducerWaitForEachMapper() {
        final Workflow mapReduce = new WorkflowGenerator(3).generate(WorkflowShape.MAP_REDUCE, 200);
        final long mappers = countOf(mapReduce, "map");

        assertThat(mappers + countOf(mapReduce, "reduce") + 2).isEqualTo(200);
        for (int task = 0; task < mapReduce.taskCount(); task++) {
            if ("reduce".equals(mapReduce.type(task))) {
                assertThat(mapReduce.parentCount(task)).isEqualTo((int) mappers);
            }
        }
    }

    @Test
    void shouldCorrectEachImageByItsProjectionAndTheModel() {
        final Workflow montage = new WorkflowGenerator(3).generate(WorkflowShape.MONTAGE, 206);

        assertThat(countOf(montage, "project")).isEqualTo(50);
        assertThat(countOf(montage, "difference")).isEqualTo(99);
        assertThat(roots(montage)).isEqualTo(50);
        assertThat(leaves(montage)).isEqualTo(1);
        for (int task = 0; task < montage.taskCount(); task++) {
            if ("background".equals(montage.type(task))) {
                assertThat(IntStream.range(0, 2).map(parent(montage, task)).mapToObj(montage::type))
                        .containsExactly("project", "background_model");
            } else if ("difference".equals(montage.type(task))) {
                assertThat(montage.parentCount(task)).isEqualTo(2);
            }
        }
    }

    @Test
    void shouldRefuseSizesOutOfBounds() {
        final WorkflowGenerator generator = new WorkflowGenerator(0);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> generator.generate(WorkflowShape.CHAIN, 0))
                .withMessage("tasks must be 1 to 1000000: 0");
        assertThatIllegalArgumentException().isThrownBy(() -> generator.generate(WorkflowShape.CHAIN, 1_000_001));
    }

    private static IntUnaryOperator parent(final Workflow workflow, final int task) {
        return index -> workflow.parent(task, index);
    }

    private static TreeSet<String> types(final Workflow workflow) {
        return IntStream.range(0, workflow.taskCount())
                .mapToObj(workflow::type)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static long countOf(final Workflow workflow, final String type) {
        return IntStream.range(0, workflow.taskCount())
                .filter(task -> type.equals(workflow.type(task)))
                .count();
    }

    private static long roots(final Workflow workflow) {
        return IntStream.range(0, workflow.taskCount())
                .filter(task -> workflow.parentCount(task) == 0)
                .count();
    }

    private static long leaves(final Workflow workflow) {
        return IntStream.range(0, workflow.taskCount())
                .filter(task -> workflow.childCount(task) == 0)
                .count();
    }
}
