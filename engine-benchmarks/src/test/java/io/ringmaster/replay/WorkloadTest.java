package io.ringmaster.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.ringmaster.workflow.Workflow;
import io.ringmaster.workflow.WorkflowBuilder;
import io.ringmaster.workflow.WorkflowFormatException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class WorkloadTest {

    private static Workflow workflow(final String name, final long... arrivals) {
        final WorkflowBuilder builder = new WorkflowBuilder(name);
        for (int i = 0; i < arrivals.length; i++) {
            builder.instance(name + i, arrivals[i]).task("a", "t", 10).task("b", "", 7, "a");
        }
        try {
            return builder.build();
        } catch (final WorkflowFormatException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void shouldNumberTasksAndInstancesThrough() {
        final Workload workload = new Workload(List.of(workflow("x", 0, 5).repeat(2), workflow("y", 0)), 1, 1);

        assertThat(workload.taskCount()).isEqualTo(10);
        assertThat(workload.edgeCount()).isEqualTo(5);
        assertThat(workload.instanceCount()).isEqualTo(5);
        assertThat(workload.firstTask(4)).isEqualTo(8);
        assertThat(workload.endTask(4)).isEqualTo(10);
        assertThat(workload.instanceOf(8)).isEqualTo(4);
        assertThat(workload.instanceOf(7)).isEqualTo(3);
        assertThat(workload.instanceId(3)).isEqualTo("x1#2");
        assertThat(workload.instanceId(4)).isEqualTo("y0");
        assertThat(workload.taskId(9)).isEqualTo("b");
        assertThat(workload.type(8)).isEqualTo("t");
        assertThat(workload.parentCount(9)).isEqualTo(1);
        assertThat(workload.durationNanos(9)).isEqualTo(7);
    }

    @Test
    void shouldTellInstancesOfTheSameIdApart() {
        final Workflow twice = workflow("x", 0);
        final Workload workload = new Workload(List.of(twice, workflow("y", 0), twice), 1, 1);

        assertThat(List.of(0, 1, 2)).extracting(workload::instanceId).containsExactly("x0", "y0", "x0@3");
    }

    @Test
    void shouldNeverMakeATaskShorterThanItsShare() {
        final Workflow workflow = workflow("x", 0);

        assertThat(new Workload(List.of(workflow), 3, 1).durationNanos(0)).isEqualTo(4);
        assertThat(new Workload(List.of(workflow), 0.5, 1).durationNanos(0)).isEqualTo(20);
        assertThat(new Workload(List.of(workflow), 1e9, 1).durationNanos(0)).isEqualTo(1);
        assertThat(new Workload(List.of(workflow), 0, 1).durationNanos(0)).isZero();
    }

    @Test
    void shouldBringInstancesInTheOrderOfTheirArrival() {
        final Workload workload =
                new Workload(List.of(workflow("x", 0, 100, 200).repeat(2), workflow("y", 0, 150)), 5, 2);
        final ArrivalSchedule schedule = new ArrivalSchedule(workload);
        final List<String> order = new ArrayList<>();
        while (!schedule.isEmpty()) {
            final long due = schedule.nextNanos();
            order.add(due + " " + workload.instanceId(schedule.take()));
        }

        assertThat(order)
                .containsExactly("0 x0#1", "0 x0#2", "0 y0", "10 x1#1", "10 x1#2", "15 y1", "20 x2#1", "20 x2#2");
        assertThat(workload.hasArrivals()).isTrue();
        assertThat(workload.idealNanos()).isEqualTo(20 + 3);
        assertThat(workload.longestPathNanos()).isEqualTo(17);
    }

    @Test
    void shouldLetEverythingArriveAtOnceWithoutTime() {
        final Workload workload = new Workload(List.of(workflow("x", 0, 100)), 0, 1);

        assertThat(workload.arrivalNanos(1)).isZero();
        assertThat(workload.idealNanos()).isZero();
    }

    @Test
    void shouldRefuseWhatIsNoWorkload() {
        assertThatIllegalArgumentException().isThrownBy(() -> new Workload(List.of(), 1, 1));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Workload(List.of(workflow("x", 0)), -1, 1))
                .withMessage("speedup must be a finite number of 0 or more: -1.0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Workload(List.of(workflow("x", 0)), 1, 0))
                .withMessage("arrivalFactor must be a finite number above 0: 0.0");
        final Workflow large = workflow("x", 0).repeat(Integer.MAX_VALUE / 4);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Workload(List.of(large, large, large), 1, 1))
                .withMessageStartingWith("tasks must be at most 2147483647: ");
    }
}
