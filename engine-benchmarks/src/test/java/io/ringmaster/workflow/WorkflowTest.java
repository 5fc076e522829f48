package io.ringmaster.workflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class WorkflowTest {

    private final Workflow workflow = twoInstances();

    @Test
    void shouldRepeatInstancesTasksAndEdges() {
        final Workflow repeated = workflow.repeat(3);

        assertThat(repeated.copies()).isEqualTo(3);
        assertThat(repeated.instanceCount()).isEqualTo(6);
        assertThat(repeated.taskCount()).isEqualTo(12);
        assertThat(repeated.edgeCount()).isEqualTo(6);
        assertThat(repeated.totalRuntimeNanos()).isEqualTo(3 * workflow.totalRuntimeNanos());
        assertThat(IntStream.range(0, 6).mapToObj(repeated::instanceId))
                .containsExactly("one#1", "two#1", "one#2", "two#2", "one#3", "two#3");
        assertThat(IntStream.range(0, 6).map(repeated::firstTask)).containsExactly(0, 3, 4, 7, 8, 11);
        assertThat(IntStream.range(0, 6).map(repeated::endTask)).containsExactly(3, 4, 7, 8, 11, 12);
        assertThat(IntStream.range(0, 12).map(repeated::instanceOf))
                .containsExactly(0, 0, 0, 1, 2, 2, 2, 3, 4, 4, 4, 5);
    }

    @Test
    void shouldKeepTheEdgesOfACopyWithinIt() {
        final Workflow repeated = workflow.repeat(2).repeat(2);

        for (int task = 0; task < repeated.taskCount(); task++) {
            final int copy = task / 4 * 4;
            final int base = task % 4;
            assertThat(repeated.taskId(task)).isEqualTo(workflow.taskId(base));
            assertThat(repeated.type(task)).isEqualTo(workflow.type(base));
            assertThat(repeated.runtimeNanos(task)).isEqualTo(workflow.runtimeNanos(base));
            assertThat(repeated.parentCount(task)).isEqualTo(workflow.parentCount(base));
            assertThat(repeated.childCount(task)).isEqualTo(workflow.childCount(base));
            for (int i = 0; i < repeated.parentCount(task); i++) {
                assertThat(repeated.parent(task, i)).isEqualTo(copy + workflow.parent(base, i));
            }
            for (int i = 0; i < repeated.childCount(task); i++) {
                assertThat(repeated.child(task, i)).isEqualTo(copy + workflow.child(base, i));
            }
        }
    }

    @Test
    void shouldListInstancesByArrival() {
        final Workflow repeated = workflow.repeat(2);

        assertThat(IntStream.range(0, 4).map(repeated::instanceByArrival)).containsExactly(0, 2, 1, 3);
        assertThat(IntStream.range(0, 4).map(repeated::instanceByArrival).mapToLong(repeated::arrivalNanos))
                .containsExactly(0L, 0L, 5L, 5L);
    }

    @Test
    void shouldBeItselfOnceOver() {
        assertThat(workflow.repeat(1)).isSameAs(workflow);
        assertThat(workflow.instanceId(0)).isEqualTo("one");
    }

    @Test
    void shouldRefuseCopiesThatCannotBeNumbered() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> workflow.repeat(0))
                .withMessage("copies must be 1 to 536870911 for 4 tasks: 0");
        assertThatIllegalArgumentException().isThrownBy(() -> workflow.repeat(536_870_912));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> workflow.repeat(1_000).repeat(1_000_000));
        final Workflow most = workflow.repeat(536_870_911);
        assertThat(most.taskId(most.taskCount() - 1)).isEqualTo("a");
        assertThat(most.instanceOf(most.taskCount() - 1)).isEqualTo(most.instanceCount() - 1);
        assertThat(most.edgeCount()).isEqualTo(2L * 536_870_911);
    }

    @Test
    void shouldRefuseIndexesOutOfRange() {
        assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> workflow.taskId(4));
        assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> workflow.taskId(-1));
        assertThatExceptionOfType(IndexOutOfBoundsException.class)
                .isThrownBy(() -> workflow.repeat(2).taskId(8));
        assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> workflow.instanceId(2));
        assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> workflow.instanceByArrival(2));
        assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> workflow.parent(0, 2));
        assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> workflow.child(0, -1));
    }

    @Test
    void shouldSayWhatItIs() {
        assertThat(workflow).hasToString("Workflow[two, 2 instances, 4 tasks, 2 edges]");
    }

    private static Workflow twoInstances() {
        try {
            return new WorkflowBuilder("two")
                    .instance("two", 15)
                    .task("a", "late", 7)
                    .instance("one", 10)
                    .task("c", "x", 3, "a", "b")
                    .task("a", "y", 1)
                    .task("b", "", 2)
                    .build();
        } catch (final WorkflowFormatException e) {
            throw new AssertionError(e);
        }
    }
}
