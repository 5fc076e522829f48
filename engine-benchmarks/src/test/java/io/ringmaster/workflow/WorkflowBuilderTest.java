package io.ringmaster.workflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class WorkflowBuilderTest {

    private static final int MANY = 1_000_000;

    @Test
    void shouldAcceptParentsBeforeTheyAreAdded() throws WorkflowFormatException {
        final Workflow workflow = new WorkflowBuilder("w")
                .task("b", "", 1, "a", "a")
                .task("a", "", 2)
                .build();

        assertThat(WfFormatReaderTest.tasks(workflow)).containsExactly("b::1:[a]", "a::2:[]");
        assertThat(workflow.instanceId(0)).isEqualTo("w");
    }

    @Test
    @Timeout(60)
    void shouldTakeAChainOfAMillionTasksListedChildrenFirst() throws WorkflowFormatException {
        final WorkflowBuilder builder = new WorkflowBuilder("chain");
        for (int i = MANY; i > 1; i--) {
            builder.task("t" + i, "", 1, "t" + (i - 1));
        }
        final Workflow chain = builder.task("t1", "", 1).build();

        assertThat(CriticalPath.of(chain).longestNanos()).isEqualTo(MANY);
        assertThat(CriticalPath.of(chain).longestTasks()).isEqualTo(MANY);
    }

    @Test
    @Timeout(60)
    void shouldRefuseACycleOfAMillionTasks() {
        final WorkflowBuilder builder = new WorkflowBuilder("ring").task("t0", "", 1, "t" + (MANY - 1));
        for (int i = 1; i < MANY; i++) {
            builder.task("t" + i, "", 1, "t" + (i - 1));
        }

        assertThatExceptionOfType(WorkflowFormatException.class)
                .isThrownBy(builder::build)
                .withMessage("ring: task \"t1\": is on a cycle of 1000000 tasks:"
                        + " \"t1\" -> \"t2\" -> \"t3\" -> \"t4\" -> ... -> \"t1\"");
    }

    @Test
    void shouldRefuseWhatIsNoWorkflow() {
        assertThatExceptionOfType(WorkflowFormatException.class)
                .isThrownBy(new WorkflowBuilder("empty")::build)
                .withMessage("empty: the workflow has no tasks");
        assertThatExceptionOfType(WorkflowFormatException.class)
                .isThrownBy(new WorkflowBuilder("w").task("a", "", 1).instance("none", 0)::build)
                .withMessage("w: workflow \"none\": has no tasks");
    }

    @Test
    void shouldRefuseBadArguments() {
        final WorkflowBuilder builder = new WorkflowBuilder("w").instance("one", 0);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.instance("one", 1))
                .withMessage("instance ids must be unique: one");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.instance("two", -1))
                .withMessage("arrivalNanos must be 0 or more: -1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.task("a", "", -1))
                .withMessage("runtimeNanos must be 0 to 36525 days: -1");
        assertThatIllegalArgumentException().isThrownBy(() -> builder.task("a", "", Long.MAX_VALUE));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.task("", "", 1))
                .withMessage("a task's id must not be empty");
    }
}
