package io.ringmaster.isolation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ringmaster.TaskEngine;
import io.ringmaster.task.Container;
import io.ringmaster.task.Step;
import io.ringmaster.task.Task;
import io.ringmaster.task.TaskHandle;
import io.ringmaster.task.TaskOutcome;
import io.ringmaster.task.TaskPlugin;
import io.ringmaster.task.TaskSpec;
import io.ringmaster.task.TaskState;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A plugin that does wrong harms only the tasks of its own type. */
@Timeout(120)
class BadPluginTest {
    private final CountDownLatch latch = new CountDownLatch(1);
    private TaskEngine engine;

    @AfterEach
    void release() {
        latch.countDown();
        if (engine != null) {
            engine.close();
        }
    }

    /** What a plugin's create does. */
    @FunctionalInterface
    interface Create {
        Task create(TaskSpec spec) throws Exception;
    }

    private static TaskPlugin plugin(final Create create) {
        return new TaskPlugin() {
            @Override
            public String type() {
                return "bad";
            }

            @Override
            public Task create(final TaskSpec spec) throws Exception {
                return create.create(spec);
            }
        };
    }

    private TaskHandle submit(final long id) {
        return engine.submit(TaskSpec.builder(id).type("bad").build());
    }

    /** Ways to fail. */
    enum Fault {
        EXCEPTION(spec -> {
            throw new IllegalArgumentException("thrown");
        }),
        CHECKED_EXCEPTION(spec -> {
            throw new IOException("thrown");
        }),
        ERROR(spec -> {
            throw new ExceptionInInitializerError("thrown");
        }),
        STACK_OVERFLOW(new Create() {
            @Override
            public Task create(final TaskSpec spec) throws Exception {
                return create(spec);
            }
        }),
        NULL(spec -> null),
        INTERRUPT_FLAG_AND_NULL(spec -> {
            Thread.currentThread().interrupt();
            return null;
        });

        private final Create create;

        Fault(final Create create) {
            this.create = create;
        }
    }

    @ParameterizedTest
    @EnumSource(Fault.class)
    void shouldFailAlone(final Fault fault) throws Exception {
        engine = TaskEngine.launch(Isolation.context().plugin(plugin(fault.create)));
        final List<TaskHandle> neighbours = Isolation.startNeighbours(engine);
        for (int id = 1; id <= 20; id++) {
            final TaskOutcome outcome = Isolation.end(submit(id));
            assertThat(outcome.state()).isEqualTo(TaskState.FAILED);
            assertThat(outcome.attempt()).as("no attempt was made").isZero();
            assertThat(outcome.failure()).isNotNull();
        }
        Isolation.assertWell(neighbours);
        Isolation.assertNeighboursDoWell(engine);
        Isolation.assertBalancedAndClose(engine);
    }

    @Test
    void shouldSayThatNoTaskWasMade() throws Exception {
        engine = TaskEngine.launch(Isolation.context().plugin(plugin(spec -> null)));
        assertThat(Isolation.end(submit(7)).failure()).hasMessage("task 7: the plugin for type 'bad' returned no task");
    }

    @Test
    void shouldGoOnBesideAPluginThatHangs() throws Exception {
        engine = TaskEngine.launch(Isolation.context().plugin(plugin(spec -> {
            latch.await();
            return context -> context.done("made late");
        })));
        final TaskHandle hung = submit(1);
        final TaskHandle another = submit(2);
        Isolation.assertNeighboursDoWell(engine);
        assertThat(hung.isDone()).isFalse();
        latch.countDown();
        assertThat(Isolation.end(hung).result()).isEqualTo("made late");
        assertThat(Isolation.end(another).result()).isEqualTo("made late");
        Isolation.assertBalancedAndClose(engine);
    }

    @Test
    void shouldKillATaskWhosePluginHangs() throws Exception {
        final CountDownLatch inside = new CountDownLatch(1);
        engine = TaskEngine.launch(Isolation.context().plugin(plugin(spec -> {
            inside.countDown();
            latch.await();
            return context -> Step.DONE;
        })));
        final TaskHandle hung = submit(1);
        assertThat(inside.await(60, TimeUnit.SECONDS)).isTrue();
        assertThat(hung.kill()).isNull();
        assertThat(Isolation.end(hung).state()).isEqualTo(TaskState.KILLED);
        Isolation.assertNeighboursDoWell(engine);
        Isolation.assertBalancedAndClose(engine);
    }

    @Test
    void shouldAbandonATaskWhosePluginNeverReturns() throws Exception {
        final Isolation.Spin spin = new Isolation.Spin();
        engine = TaskEngine.launch(Isolation.context().plugin(plugin(spec -> {
            spin.execute(null);
            return context -> Step.DONE;
        })));
        try {
            final TaskHandle hung = submit(1);
            spin.awaitRunning();
            hung.kill();
            assertThat(Isolation.end(hung).state()).isEqualTo(TaskState.ABANDONED);
            Isolation.assertNeighboursDoWell(engine);
            assertThat(engine.drain(60, TimeUnit.SECONDS)).isTrue();
            assertThat(engine.ledger().isBalanced()).isTrue();
            assertThat(engine.closeAndReport().stuckThreads())
                    .singleElement()
                    .asString()
                    .contains("Spin.execute");
        } finally {
            spin.release();
        }
    }

    /** A plugin whose type or container is wrong: its own code is asked for them once, before anything runs. */
    private static TaskPlugin plugin(final Supplier<String> type, final Supplier<Container> container) {
        return new TaskPlugin() {
            @Override
            public String type() {
                return type.get();
            }

            @Override
            public Task create(final TaskSpec spec) {
                return context -> Step.DONE;
            }

            @Override
            public Container container() {
                return container.get();
            }
        };
    }

    @Test
    void shouldRefuseTheLaunchWithABadPlugin() {
        assertThatThrownBy(() -> launch(() -> null, () -> Container.SHARED))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("plugin must have a type that is not empty: null ("
                        + getClass().getName());
        assertThatThrownBy(() -> launch(() -> "", () -> Container.SHARED))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("plugin must have a type that is not empty:  ("
                        + getClass().getName());
        assertThatThrownBy(() -> launch(() -> "bad", () -> null))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(
                        "plugin must name a container: null (" + getClass().getName());
        assertThatThrownBy(() -> launch(() -> "bad", () -> {
                    throw new IllegalStateException("thrown");
                }))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("thrown");
        assertThatThrownBy(() -> launch(
                        () -> {
                            throw new IllegalStateException("thrown");
                        },
                        () -> Container.SHARED))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("thrown");
        assertThat(Thread.getAllStackTraces().keySet()).as("no thread is left").noneMatch(each -> each.getName()
                .startsWith("refused-"));
    }

    private static void launch(final Supplier<String> type, final Supplier<Container> container) {
        TaskEngine.launch(Isolation.context().name("refused").plugin(plugin(type, container)));
    }

    @Test
    void shouldAskAPluginForItsContainerOnlyWhenTheEngineStarts() throws Exception {
        final AtomicBoolean started = new AtomicBoolean();
        engine = TaskEngine.launch(Isolation.context().plugin(plugin(() -> "bad", () -> {
            if (started.get()) {
                throw new IllegalStateException("thrown");
            }
            return Container.EXCLUSIVE;
        })));
        started.set(true);
        assertThat(Isolation.end(submit(1)).isSuccess()).isTrue();
        assertThat(engine.metrics().exclusiveThreads()).isEqualTo(1);
        Isolation.assertBalancedAndClose(engine);
    }
}
