package io.ringmaster.resilience;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringmaster.TaskEngine;
import io.ringmaster.task.Container;
import io.ringmaster.task.RetryPolicy;
import io.ringmaster.task.Step;
import io.ringmaster.task.Task;
import io.ringmaster.task.TaskSpec;
import io.ringmaster.task.TaskState;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What an operator is told of a task in each state it can be found in. */
@Timeout(60)
class ExplainTest {
    private final VirtualEngine virtual = new VirtualEngine(new TaskEngine.Context()
            .fireWorkers(1)
            .killInterruptMillis(10)
            .killHookMillis(10)
            .killAbandonMillis(10));

    @AfterEach
    void close() {
        virtual.close();
    }

    private void submit(final long id, final Container container, final Task task) {
        virtual.engine()
                .submit(TaskSpec.builder(id)
                        .container(container)
                        .tenant("a")
                        .task(task)
                        .retryPolicy(RetryPolicy.fixed(2, TimeUnit.SECONDS.toNanos(1)))
                        .build());
    }

    private void expect(final long id, final TaskState state, final String words) {
        assertThat(virtual.engine().get(id).state()).isEqualTo(state);
        assertThat(virtual.engine().explain(id)).startsWith(state + " ").contains(words);
    }

    @Test
    void shouldExplainASharedTask() {
        submit(1, Container.SHARED, context -> switch (context.attempt()) {
            case 1 -> throw new IllegalStateException("the disk\n  is full");
            default -> virtual.now() < 0 ? context.againAfter(10, TimeUnit.SECONDS) : Step.WHEN_SIGNALLED;
        });
        expect(1, TaskState.INITIALIZED, ": waits for fire-worker 0");
        virtual.settle();
        virtual.pass(250, TimeUnit.MILLISECONDS);
        expect(
                1,
                TaskState.RETRY_WAIT,
                "250.0 ms: attempt 2 of 2 in 750.0 ms after java.lang.IllegalStateException: the disk is full");
        virtual.pass(1, TimeUnit.SECONDS);
        expect(1, TaskState.RUNNING, " on fire-worker 0: next step in 9.8 s");
        virtual.engine().pause(1);
        virtual.settle();
        expect(1, TaskState.PAUSED, ": holds no thread");
        virtual.engine().resume(1);
        virtual.pass(10, TimeUnit.SECONDS);
        expect(1, TaskState.RUNNING, " on fire-worker 0: waits for a signal");
        virtual.engine().kill(1);
        virtual.settle();
        assertThat(virtual.engine().explain(1)).isEqualTo("NOT_LIVE: no live task has id 1");
    }

    @Test
    void shouldExplainAnExclusiveTask() {
        virtual.engine().quotas().tenant("a").exclusiveThreads(0);
        submit(1, Container.EXCLUSIVE, context -> {
            virtual.stopBody();
            context.pausePoint();
            while (!Thread.currentThread().isInterrupted()) {
                virtual.stopBody();
            }
            while (true) {
                virtual.stopBody(); // whatever is asked of it
            }
        });
        virtual.settle();
        expect(1, TaskState.SCHEDULED, "number 1 in line, tenant 'a' has 0 of 0 exclusive threads");
        virtual.engine().quotas().tenant("a").exclusiveThreads(Quota.NO_EXCLUSIVE_LIMIT);
        virtual.settle();
        expect(1, TaskState.RUNNING, " on an exclusive thread, attempt 1");
        virtual.engine().pause(1);
        virtual.settle();
        expect(1, TaskState.PAUSING, ": until the current step ends or its pause point is reached");
        virtual.pass(1, TimeUnit.MILLISECONDS);
        expect(1, TaskState.PAUSED, ": parked at its pause point");
        virtual.engine().resume(1);
        virtual.pass(1, TimeUnit.MILLISECONDS);
        expect(1, TaskState.RUNNING, " on an exclusive thread, attempt 1");
        virtual.engine().kill(1);
        virtual.settle();
        expect(1, TaskState.KILLING, ": waits for the end of its code, asked to end");
        virtual.pass(11, TimeUnit.MILLISECONDS);
        expect(1, TaskState.KILLING, ": waits for the end of its code, interrupted");
        virtual.pass(10, TimeUnit.MILLISECONDS);
        expect(1, TaskState.KILLING, ": waits for the end of its code, its onKill was called");
        virtual.pass(20, TimeUnit.MILLISECONDS);
        assertThat(virtual.engine().explain(1)).isEqualTo("NOT_LIVE: no live task has id 1");
    }

    /** The error is the task's own code. */
    @Test
    void shouldExplainATaskWhoseErrorCanNotBePrinted() {
        submit(1, Container.SHARED, context -> {
            throw new IllegalStateException() {
                @Override
                public String getMessage() {
                    throw new UnsupportedOperationException("no message");
                }
            };
        });
        virtual.settle();
        expect(1, TaskState.RETRY_WAIT, "attempt 2 of 2 in 1.0 s after " + ExplainTest.class.getName() + "$");
    }
}
