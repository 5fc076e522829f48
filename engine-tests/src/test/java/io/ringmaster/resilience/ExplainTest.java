package io.ringmaster.resilience;

import static io.ringmaster.resilience.VirtualEngine.assertEnded;
import static org.assertj.core.api.Assertions.assertThat;

import io.ringmaster.TaskEngine;
import io.ringmaster.task.Container;
import io.ringmaster.task.RetryPolicy;
import io.ringmaster.task.Step;
import io.ringmaster.task.Task;
import io.ringmaster.task.TaskHandle;
import io.ringmaster.task.TaskPlugin;
import io.ringmaster.task.TaskPolicy;
import io.ringmaster.task.TaskSpec;
import io.ringmaster.task.TaskState;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What an operator is told of a task in each state it can be found in. */
@Timeout(60)
class ExplainTest {
    private final VirtualEngine virtual = new VirtualEngine(new TaskEngine.Context()
            .fireWorkers(1)
            .exclusiveThreads(4)
            .killInterruptMillis(30)
            .killHookMillis(30)
            .killAbandonMillis(30)
            .plugin(new HangingPlugin()));

    /** What was said while a task's code ran. */
    private final List<String> said = new ArrayList<>();

    private final class HangingPlugin implements TaskPlugin {
        @Override
        public String type() {
            return "hangs";
        }

        @Override
        public Task create(final TaskSpec spec) {
            said.add(explain(1));
            said.add(explain(2));
            block(200);
            said.add(explain(1));
            return context -> Step.DONE;
        }
    }

    @AfterEach
    void close() {
        virtual.close();
    }

    private static TaskSpec.Builder spec(final long id, final Container container, final Task task) {
        return TaskSpec.builder(id).container(container).task(task);
    }

    private TaskHandle submit(final TaskSpec.Builder spec) {
        return virtual.engine().submit(spec.build());
    }

    /** What is said of a live task, which begins with its state. */
    private String explain(final long id) {
        final String words = virtual.engine().explain(id);
        assertThat(words).startsWith(virtual.engine().get(id).state() + " ");
        return words;
    }

    /** Passes time in the middle of a call. */
    private void block(final long millis) {
        for (long left = millis; left > 0; left -= VirtualEngine.STALL_MILLIS / 3) {
            virtual.suspend(VirtualEngine.STALL_MILLIS / 3, TimeUnit.MILLISECONDS);
            while (virtual.engine().invoker().invoke() > 0) {
                // the partition goes on, once it has been taken over
            }
        }
    }

    @Test
    void shouldSayWhatKeepsATaskFromItsStart() {
        submit(TaskSpec.builder(1).type("hangs").container(Container.SHARED));
        submit(spec(2, Container.SHARED, context -> Step.DONE));
        assertThat(explain(1)).isEqualTo("INITIALIZED 0.0 ms: waits for fire-worker 0");
        virtual.settle();
        assertThat(said)
                .containsExactly(
                        "INITIALIZED 0.0 ms: waits for fire-worker 0, which is in a PREPARE of task 1 (type 'hangs')",
                        "INITIALIZED 0.0 ms: waits for fire-worker 0, which is in a PREPARE of task 1 (type 'hangs')",
                        "INITIALIZED 200.0 ms: its plugin prepares it on a former fire-worker's thread, which it"
                                + " stalled");
    }

    @Test
    void shouldSayWhereInLineATaskIs() {
        virtual.engine().quotas().engine().exclusiveThreads(1);
        for (int i = 1; i <= 3; i++) {
            submit(spec(i, Container.EXCLUSIVE, context -> Step.WHEN_SIGNALLED));
        }
        virtual.pass(20, TimeUnit.MILLISECONDS);
        assertThat(explain(1)).isEqualTo("RUNNING 20.0 ms on an exclusive thread, attempt 1");
        assertThat(explain(3))
                .startsWith("SCHEDULED 20.0 ms: exclusive threads ")
                .contains(", number 2 in line");
    }

    @Test
    void shouldSayWhichTenantsQuotaATaskWaitsFor() {
        virtual.engine().quotas().tenant("a").exclusiveThreads(0);
        submit(spec(1, Container.EXCLUSIVE, context -> Step.WHEN_SIGNALLED).tenant("a"));
        virtual.settle();
        assertThat(explain(1))
                .startsWith("SCHEDULED ")
                .contains("number 1 in line, tenant 'a' has 0 of 0 exclusive threads");
        virtual.engine().quotas().tenant("a").exclusiveThreads(Quota.NO_EXCLUSIVE_LIMIT);
        virtual.settle();
        assertThat(explain(1)).isEqualTo("RUNNING 0.0 ms on an exclusive thread, attempt 1");
    }

    @Test
    void shouldSayWhatASharedTaskWaitsFor() {
        submit(spec(1, Container.SHARED, context -> context.againAfter(10, TimeUnit.SECONDS)));
        submit(spec(2, Container.SHARED, context -> Step.WHEN_SIGNALLED));
        final AtomicBoolean again = new AtomicBoolean();
        submit(spec(3, Container.SHARED, context -> again.getAndSet(true) ? Step.DONE : Step.AGAIN_NOW));
        submit(spec(4, Container.SHARED, context -> {
            said.add(explain(3));
            block(20);
            said.add(explain(4));
            block(180);
            said.add(explain(4));
            return Step.DONE;
        }));
        virtual.settle();
        assertThat(said)
                .containsExactly(
                        "RUNNING 0.0 ms on fire-worker 0: waits for its next turn",
                        "RUNNING 20.0 ms on fire-worker 0, step held for 20.0 ms",
                        "RUNNING 200.0 ms on a former fire-worker's thread, which its step stalled");
        assertThat(explain(1)).isEqualTo("RUNNING 200.0 ms on fire-worker 0: next step in 9.8 s");
        assertThat(explain(2)).isEqualTo("RUNNING 200.0 ms on fire-worker 0: waits for a signal");
    }

    @Test
    void shouldSayWhatAPauseWaitsForAndWhatIsLeftOfTheLimits() {
        final AtomicBoolean reach = new AtomicBoolean();
        final AtomicBoolean end = new AtomicBoolean();
        final TaskHandle body = submit(spec(1, Container.EXCLUSIVE, context -> {
                    while (!reach.get()) {
                        context.heartbeat();
                        virtual.stopBody();
                    }
                    context.pausePoint();
                    while (!end.get()) {
                        virtual.stopBody();
                    }
                    return Step.DONE;
                })
                .policy(TaskPolicy.builder()
                        .runTimeout(500, TimeUnit.MILLISECONDS)
                        .heartbeat(1, TimeUnit.SECONDS)
                        .build()));
        final TaskHandle shared = submit(spec(
                2,
                Container.SHARED,
                context -> virtual.now() < 0 ? context.againAfter(10, TimeUnit.SECONDS) : Step.WHEN_SIGNALLED));
        virtual.pass(20, TimeUnit.MILLISECONDS);
        assertThat(explain(1))
                .startsWith("RUNNING 20.0 ms on an exclusive thread, attempt 1, run timeout in 480.0 ms, last"
                        + " heartbeat ");
        body.pause();
        shared.pause();
        virtual.pass(20, TimeUnit.MILLISECONDS);
        assertThat(explain(1))
                .contains("PAUSING", ": until the current step ends or its pause point is reached", "in 460.0 ms");
        assertThat(explain(2)).isEqualTo("PAUSED 20.0 ms: holds no thread");
        reach.set(true);
        virtual.pass(50, TimeUnit.MILLISECONDS);
        assertThat(explain(1)).startsWith("PAUSED ").endsWith(" ms: parked at its pause point");
        body.resume();
        shared.resume();
        virtual.pass(1, TimeUnit.MILLISECONDS);
        assertThat(explain(1)).startsWith("RUNNING ").contains(" on an exclusive thread, attempt 1, run timeout in ");
        end.set(true);
        virtual.pass(10, TimeUnit.SECONDS);
        assertEnded(body, TaskState.SUCCEEDED, 1);
        assertThat(explain(2)).startsWith("RUNNING ").endsWith(" on fire-worker 0: waits for a signal");
    }

    @Test
    void shouldSayWhenTheNextAttemptIsAndWhy() {
        submit(spec(1, Container.SHARED, context -> switch (context.attempt()) {
                    case 1 -> throw new IllegalStateException("the disk\n  is full");
                    default -> context.failed(new IOException("no route"));
                })
                .retryPolicy(RetryPolicy.fixed(5, TimeUnit.MILLISECONDS.toNanos(800))));
        virtual.pass(200, TimeUnit.MILLISECONDS);
        assertThat(explain(1))
                .isEqualTo("RETRY_WAIT 200.0 ms: attempt 2 of 5 in 600.0 ms after java.lang.IllegalStateException: the"
                        + " disk is full");
        virtual.pass(800, TimeUnit.MILLISECONDS);
        assertThat(explain(1))
                .startsWith("RETRY_WAIT ")
                .contains(" ms: attempt 3 of 5 in ")
                .endsWith(" ms after java.io.IOException: no route");
    }

    /** The error is the task's own code. */
    @Test
    void shouldExplainATaskWhoseErrorCanNotBePrinted() {
        submit(spec(1, Container.SHARED, context -> {
                    throw new IllegalStateException() {
                        @Override
                        public String getMessage() {
                            throw new UnsupportedOperationException("no message");
                        }
                    };
                })
                .retryPolicy(RetryPolicy.fixed(2, TimeUnit.SECONDS.toNanos(1))));
        virtual.settle();
        assertThat(explain(1))
                .startsWith("RETRY_WAIT ")
                .contains("attempt 2 of 2 in 1.0 s after " + ExplainTest.class.getName() + "$");
    }

    @Test
    void shouldSayOnWhichRungOfTheLadderAnAttemptIsAndWhy() {
        final AtomicBoolean end = new AtomicBoolean();
        final Task deaf = context -> {
            while (!end.get()) {
                virtual.stopBody();
            }
            return Step.DONE;
        };
        final TaskHandle killed = submit(spec(1, Container.EXCLUSIVE, deaf));
        final TaskHandle late = submit(spec(2, Container.EXCLUSIVE, deaf)
                .policy(TaskPolicy.builder()
                        .runTimeout(10, TimeUnit.MILLISECONDS)
                        .build()));
        virtual.pass(10, TimeUnit.MILLISECONDS);
        killed.kill();
        final List<String> rungs = new ArrayList<>();
        for (int i = 0; i < 100 && !killed.isDone(); i++) {
            virtual.pass(1, TimeUnit.MILLISECONDS);
            if (!killed.isDone()) {
                final String rung = explain(1).replaceFirst("KILLING .* ms", "KILLING t");
                if (!rungs.contains(rung)) {
                    rungs.add(rung);
                }
                if (killed.state() == TaskState.KILLING && late.state() == TaskState.KILLING) {
                    assertThat(explain(2)).endsWith(", since task 2: its run timeout of 10.0 ms is over");
                }
            }
        }
        assertThat(rungs)
                .containsExactly(
                        "KILLING t: waits for the end of its code, asked to end",
                        "KILLING t: waits for the end of its code, interrupted",
                        "KILLING t: waits for the end of its code, its onKill was called");
        assertEnded(killed, TaskState.ABANDONED, 1);
        assertThat(virtual.engine().explain(1)).isEqualTo("NOT_LIVE: no live task has id 1");
        end.set(true);
        virtual.pass(1, TimeUnit.MILLISECONDS);
    }
}
