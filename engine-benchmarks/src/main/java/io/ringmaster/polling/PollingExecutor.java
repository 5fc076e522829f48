package io.ringmaster.polling;

import java.util.concurrent.DelayQueue;
import java.util.concurrent.atomic.AtomicReference;

/** One live task: its state, its context and the bus of its events. */
final class PollingExecutor {
    private final Long id;
    private final PollingTask task;
    private final PollingLog log;
    private final DispatchContext context;
    private final PollingContainer container;
    private final DelayQueue<PollingEvent> bus = new DelayQueue<>();
    private final AtomicReference<PollingState> state = new AtomicReference<>(PollingState.INITIALIZED);
    /** The worker thread's. */
    private boolean started;
    /** The worker thread's; 0 before the first time. */
    private long trackedMillis;

    PollingExecutor(
            final long id,
            final PollingTask task,
            final PollingContainer container,
            final PollingLog log,
            final long nowMillis) {
        this.id = id;
        this.task = task;
        this.container = container;
        this.log = log;
        this.context = new DispatchContext(id, nowMillis);
    }

    /** Returns the id, boxed once for all maps. */
    Long id() {
        return id;
    }

    PollingState state() {
        return state.get();
    }

    PollingContainer container() {
        return container;
    }

    void publish(final PollingEventType type) {
        final PollingEvent event = new PollingEvent(type, this);
        bus.add(event);
        log.raised(event);
    }

    /** Returns the first event of the bus, or null. */
    PollingEvent poll() {
        return bus.isEmpty() ? null : bus.poll();
    }

    boolean isStarted() {
        return started;
    }

    void start(final long nowMillis) throws Exception {
        started = true;
        context.started(nowMillis);
        log.starting(context);
        state.set(PollingState.RUNNING);
        publish(PollingEventType.STARTED);
        task.trigger();
    }

    /** Returns in how many milliseconds the task is to be asked for its state; not positive: now. */
    long trackDelayMillis(final long nowMillis, final long intervalMillis) {
        return trackedMillis == 0 ? 0 : trackedMillis + intervalMillis - nowMillis;
    }

    PollingState track(final long nowMillis) {
        trackedMillis = nowMillis;
        final PollingState now = task.track();
        state.set(now);
        if (now.isFinal()) {
            context.ended(nowMillis);
        }
        return now;
    }

    void failed(final long nowMillis) {
        state.set(PollingState.FAILED);
        context.ended(nowMillis);
    }

    void kill() {
        task.kill();
    }
}
