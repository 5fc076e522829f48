package io.ringmaster.isolation;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringmaster.CloseReport;
import io.ringmaster.TaskEngine;
import io.ringmaster.lifecycle.TaskExecutorLifecycleEvent;
import io.ringmaster.lifecycle.TaskExecutorLifecycleEventListener;
import io.ringmaster.task.Container;
import io.ringmaster.task.Refusal;
import io.ringmaster.task.Step;
import io.ringmaster.task.TaskHandle;
import io.ringmaster.task.TaskState;
import io.ringmaster.testing.Conditions;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A listener that does wrong harms only itself: tasks end, and other listeners are told of everything. */
@Timeout(120)
class BadListenerTest {
    private final CountDownLatch latch = new CountDownLatch(1);
    private final Isolation.Witness before = new Isolation.Witness();
    private final Isolation.Witness after = new Isolation.Witness();
    private TaskEngine engine;

    @AfterEach
    void release() {
        latch.countDown();
        engine.close();
    }

    private void launch(final TaskEngine.Context context, final TaskExecutorLifecycleEventListener bad) {
        engine = TaskEngine.launch(context.listener(before).listener(bad).listener(after));
    }

    /** Ways to throw. */
    enum Fault implements TaskExecutorLifecycleEventListener {
        EXCEPTION {
            @Override
            public void onEvent(final TaskExecutorLifecycleEvent event) {
                throw new IllegalStateException("thrown");
            }
        },
        CHECKED_EXCEPTION {
            @Override
            public void onEvent(final TaskExecutorLifecycleEvent event) throws IOException {
                throw new IOException("thrown");
            }
        },
        ERROR {
            @Override
            public void onEvent(final TaskExecutorLifecycleEvent event) {
                throw new OutOfMemoryError("thrown");
            }
        },
        STACK_OVERFLOW {
            @Override
            public void onEvent(final TaskExecutorLifecycleEvent event) {
                throw new StackOverflowError("thrown");
            }
        },
        INTERRUPT_FLAG {
            @Override
            public void onEvent(final TaskExecutorLifecycleEvent event) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Fault.class)
    void shouldFailAlone(final Fault fault) throws Exception {
        launch(Isolation.context(), fault);
        final List<TaskHandle> neighbours = Isolation.startNeighbours(engine);
        Isolation.assertWell(neighbours);
        before.assertToldOf(neighbours);
        after.assertToldOf(neighbours);
        if (fault != Fault.INTERRUPT_FLAG) {
            assertThat(engine.metrics().foreignErrors()).isGreaterThan(neighbours.size());
        }
        Isolation.assertBalancedAndClose(engine);
    }

    @Test
    void shouldNotHandAListenersInterruptFlagToASharedStep() throws Exception {
        launch(Isolation.context(), Fault.INTERRUPT_FLAG);
        final AtomicInteger greeted = new AtomicInteger();
        final List<TaskHandle> handles = new ArrayList<>();
        for (int id = 1; id <= 100; id++) {
            handles.add(engine.submit(Isolation.spec(id, Container.SHARED, context -> {
                greeted.addAndGet(Thread.currentThread().isInterrupted() ? 1 : 0);
                return Step.DONE;
            })));
        }
        for (final TaskHandle each : handles) {
            assertThat(Isolation.end(each).isSuccess()).isTrue();
        }
        assertThat(greeted).hasValue(0);
    }

    // ---- listeners that do not return -------------------------------------------------------------------------

    @Test
    void shouldGoOnBesideAListenerThatHangsAndTellItEverythingLater() throws Exception {
        final Isolation.Witness slow = new Isolation.Witness();
        final AtomicBoolean hung = new AtomicBoolean();
        launch(Isolation.context(), event -> {
            if (hung.compareAndSet(false, true)) {
                latch.await();
            }
            slow.onEvent(event);
        });
        final List<TaskHandle> neighbours = Isolation.startNeighbours(engine);
        Isolation.assertWell(neighbours);
        before.assertToldOf(neighbours);
        after.assertToldOf(neighbours);
        latch.countDown();
        slow.assertToldOf(neighbours);
        final List<TaskHandle> more = Isolation.startNeighbours(engine);
        Isolation.assertWell(more);
        slow.assertToldOf(more);
        Isolation.assertBalancedAndClose(engine);
    }

    /** Each event takes longer than the threshold. */
    @Test
    void shouldGoOnBesideAListenerThatIsAlwaysSlow() throws Exception {
        final Isolation.Witness slow = new Isolation.Witness();
        final CountDownLatch never = new CountDownLatch(1);
        launch(Isolation.context(), event -> {
            if (event.taskId() <= 3) {
                assertThat(never.await(100, TimeUnit.MILLISECONDS)).isFalse();
            }
            slow.onEvent(event);
        });
        final List<TaskHandle> handles = new ArrayList<>();
        for (int id = 1; id <= 3; id++) {
            handles.add(engine.submit(Isolation.spec(id, Container.SHARED, context -> Step.DONE)));
        }
        handles.addAll(Isolation.startNeighbours(engine));
        for (final TaskHandle each : handles) {
            assertThat(Isolation.end(each).isSuccess()).isTrue();
        }
        before.assertToldOf(handles);
        after.assertToldOf(handles);
        slow.assertToldOf(handles);
        Isolation.assertBalancedAndClose(engine);
    }

    @Test
    void shouldCloseInBoundedTimeBesideAListenerThatNeverReturns() throws Exception {
        final CountDownLatch inside = new CountDownLatch(1);
        final AtomicBoolean released = new AtomicBoolean();
        launch(Isolation.context(), event -> {
            inside.countDown();
            while (!released.get()) {
                Thread.onSpinWait();
            }
        });
        try {
            final List<TaskHandle> neighbours = Isolation.startNeighbours(engine);
            assertThat(inside.await(60, TimeUnit.SECONDS)).isTrue();
            Isolation.assertWell(neighbours);
            final CloseReport report = engine.closeAndReport();
            assertThat(report.unfinished()).isEmpty();
            assertThat(report.clean()).isFalse();
            assertThat(report.stuckThreads()).singleElement().asString().contains("BadListenerTest");
            assertThat(engine.ledger().isBalanced()).isTrue();
            before.assertToldOf(neighbours);
            after.assertToldOf(neighbours);
        } finally {
            released.set(true);
        }
    }

    /** Events are never dropped: when a listener is too far behind, the intake stops until it has caught up. */
    @Test
    void shouldStopTheIntakeWhenADetachedListenerIsTooFarBehind() throws Exception {
        final Isolation.Witness slow = new Isolation.Witness();
        final AtomicBoolean hung = new AtomicBoolean();
        launch(Isolation.context().listenerBacklog(50), event -> {
            if (hung.compareAndSet(false, true)) {
                latch.await();
            }
            slow.onEvent(event);
        });
        final List<TaskHandle> accepted = new ArrayList<>();
        Conditions.await("the intake stops", () -> {
            final TaskHandle handle =
                    engine.trySubmit(Isolation.spec(accepted.size() + 1, Container.SHARED, context -> Step.DONE));
            if (handle.isAccepted()) {
                accepted.add(handle);
            }
            return handle.refusal() == Refusal.LISTENER_BEHIND;
        });
        for (final TaskHandle each : accepted) {
            assertThat(Isolation.end(each).isSuccess()).isTrue();
        }
        latch.countDown();
        slow.assertToldOf(accepted);
        Isolation.assertNeighboursDoWell(engine);
        Isolation.assertBalancedAndClose(engine);
    }

    @Test
    void shouldGoOnWhenSeveralListenersHang() throws Exception {
        final Isolation.Witness[] slow = {new Isolation.Witness(), new Isolation.Witness(), new Isolation.Witness()};
        final TaskEngine.Context context = Isolation.context().fireWorkers(2);
        for (final Isolation.Witness each : slow) {
            final AtomicInteger calls = new AtomicInteger();
            context.listener(event -> {
                if (calls.incrementAndGet() == 5) {
                    latch.await();
                }
                each.onEvent(event);
            });
        }
        engine = TaskEngine.launch(context.listener(after));
        final List<TaskHandle> neighbours = Isolation.startNeighbours(engine);
        Isolation.assertWell(neighbours);
        after.assertToldOf(neighbours);
        latch.countDown();
        for (final Isolation.Witness each : slow) {
            each.assertToldOf(neighbours);
        }
        Isolation.assertBalancedAndClose(engine);
    }

    /** What a listener that hung was told of stays what it was, whatever has happened to the task meanwhile. */
    @Test
    void shouldNotChangeTheEventThatAListenerHangsOn() throws Exception {
        final List<String> seen = new CopyOnWriteArrayList<>();
        launch(Isolation.context(), event -> {
            if (event.taskId() == 1 && seen.isEmpty()) {
                seen.add(event.attempt() + " " + event.to() + " " + event.failure());
                latch.await();
                seen.add(event.attempt() + " " + event.to() + " " + event.failure());
            }
        });
        final TaskHandle handle = engine.submit(Isolation.spec(1, Container.SHARED, context -> {
            throw new IOException("thrown");
        }));
        assertThat(Isolation.end(handle).state()).isEqualTo(TaskState.FAILED);
        latch.countDown();
        Conditions.await("the listener has come back", () -> seen.size() == 2);
        assertThat(seen).containsExactly("0 INITIALIZED null", "0 INITIALIZED null");
    }
}
