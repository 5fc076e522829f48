package io.ringmaster.benchmarks;

import io.ringmaster.TaskEngine;
import io.ringmaster.eventbus.FireWorkerProbe;
import io.ringmaster.eventbus.WaitMode;
import io.ringmaster.lifecycle.ExclusiveAttempt;
import io.ringmaster.lifecycle.LifecycleEventType;
import io.ringmaster.lifecycle.TaskExecutor;
import io.ringmaster.lifecycle.TaskExecutorEventBus;
import io.ringmaster.task.Container;
import io.ringmaster.task.Step;
import io.ringmaster.task.Task;
import io.ringmaster.task.TaskHandle;
import io.ringmaster.task.TaskSpec;
import io.ringmaster.task.TaskState;
import java.util.concurrent.TimeUnit;

/**
 * The engine's event path: PROGRESS of exclusive attempts, handled by the table, with {@link #KEYS} executors in
 * RUNNING. Their bodies never run (but for one, which waits): nothing but the events moves.
 */
final class EngineEventTarget implements EventTarget {
    private static final int SUBMITTED_AT_ONCE = 1000;
    private static final long HELD_MILLIS = 60_000;

    private final EventKey[] byIndex = EventKey.create();
    private final ExclusiveAttempt[] attempts = new ExclusiveAttempt[KEYS];
    private final TaskEngine engine;
    private final TaskExecutorEventBus bus;
    private final boolean threaded;
    private final boolean listens;
    private final Hold hold;
    private final TaskHandle holder;

    EngineEventTarget(final Idle idle, final boolean listens) {
        this(idle, listens, null);
    }

    /**
     * An engine.
     *
     * @param idle    what the fire-worker does when there is nothing to do; null for invoker mode.
     * @param listens whether there is a listener, which counts.
     * @param hold    where the fire-worker stands still; null if it never does.
     */
    EngineEventTarget(final Idle idle, final boolean listens, final Hold hold) {
        this.hold = hold;
        this.threaded = idle != null;
        this.listens = listens;
        final TaskEngine.Context context = new TaskEngine.Context()
                .fireWorkers(1)
                .ringCapacity(CAPACITY)
                .reservedSlots(ROOM)
                .exclusiveThreads(1)
                .exclusiveQueue(KEYS);
        if (listens) {
            context.listener(event -> ((EventKey) event.spec().attachment()).handled++);
        }
        if (threaded) {
            context.waitMode(
                    switch (idle) {
                        case SPIN -> WaitMode.BUSY_SPIN;
                        case YIELD -> WaitMode.YIELD;
                        case PARK -> WaitMode.ADAPTIVE;
                    });
        } else {
            context.invokerMode(true).exclusiveRunner((taskId, attempt, body) -> {});
        }
        if (hold != null) {
            // A held fire-worker is no stalled one.
            context.stallThresholdMillis(HELD_MILLIS).closeTimeoutMillis(11 * HELD_MILLIS);
        }
        engine = TaskEngine.launch(context);
        final Task body = task -> {
            task.sleep(1, TimeUnit.DAYS);
            return Step.DONE;
        };
        final TaskExecutor[] executors = new TaskExecutor[KEYS];
        for (int i = 0; i < KEYS; i++) {
            executors[i] = (TaskExecutor) engine.submit(TaskSpec.builder(i + 1L)
                    .task(body)
                    .container(Container.EXCLUSIVE)
                    .attachment(byIndex[i])
                    .build());
            if (i % SUBMITTED_AT_ONCE == 0) {
                turn();
            }
        }
        bus = executors[0].bus();
        turn();
        for (int i = 0; i < KEYS; i++) {
            final TaskExecutor each = executors[i];
            Waiting.until("attempt made", () -> each.state() != TaskState.INITIALIZED && each.exclusive() != null);
            attempts[i] = each.exclusive();
            bus.publish(LifecycleEventType.START, attempts[i]);
        }
        turn();
        for (final TaskExecutor each : executors) {
            Waiting.until("attempt running", () -> each.state() == TaskState.RUNNING);
        }
        for (final EventKey each : byIndex) {
            each.handled = 0;
        }
        holder = hold == null ? null : engine.submit(holderSpec());
    }

    private TaskSpec holderSpec() {
        return TaskSpec.builder(KEYS + 1L)
                .task(context -> {
                    hold.stand();
                    return Step.WHEN_SIGNALLED;
                })
                .container(Container.SHARED)
                .attachment(new EventKey())
                .build();
    }

    /** Returns the engine, with {@link #KEYS} tasks in it, of the ids from 1 on. */
    TaskEngine engine() {
        return engine;
    }

    private void turn() {
        if (!threaded) {
            while (engine.invoker().invoke() > 0) {
                // until nothing moves
            }
        }
    }

    @Override
    public void publish(final int[] keys, final int from, final int to) {
        final TaskExecutorEventBus out = bus;
        for (int i = from; i < to; i++) {
            out.publish(LifecycleEventType.PROGRESS, attempts[keys[i]]);
        }
    }

    @Override
    public boolean hasRoom() {
        return FireWorkerProbe.hasRoom(bus);
    }

    @Override
    public int drain() {
        return FireWorkerProbe.drain(bus);
    }

    @Override
    public void awaitHandled(final long published) {
        Waiting.until("engine events handled", () -> FireWorkerProbe.occupied(bus) == 0);
        final long handled = EventKey.sum(byIndex);
        if (listens && handled != published) {
            throw new IllegalStateException("handled " + handled + " of " + published + " events");
        }
        if (FireWorkerProbe.misfits(bus) > 0) {
            throw new IllegalStateException(FireWorkerProbe.misfits(bus) + " events changed nothing");
        }
    }

    @Override
    public void hold() {
        hold.ask();
        holder.signal();
        hold.awaitHeld();
    }

    @Override
    public void resume() {
        hold.release();
    }

    @Override
    public void close() {
        engine.close();
    }
}
