package io.ringmaster.client;

import io.ringmaster.TaskEngine;
import io.ringmaster.client.TaskExecutorClientEvent.Kind;
import io.ringmaster.lifecycle.LifecycleEventType;
import io.ringmaster.lifecycle.TaskExecutorLifecycleEvent;
import io.ringmaster.task.Refusal;
import io.ringmaster.task.TaskHandle;
import io.ringmaster.task.TaskSpec;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A client with its engine in the same process. A dispatch never waits: a full engine refuses it with the reason. */
public final class InProcessTaskExecutorClient implements TaskExecutorClient {
    private static final Logger LOG = LoggerFactory.getLogger(InProcessTaskExecutorClient.class);

    private final ConcurrentHashMap<String, TaskExecutorClientListener> listeners = new ConcurrentHashMap<>();
    private final ConcurrentHashMap<Long, Dispatch> dispatches = new ConcurrentHashMap<>();
    private final TaskExecutorClientListener fallback;
    private final TaskEngine engine;

    private static final class Dispatch {
        private final long correlationId;
        private volatile String destination;

        Dispatch(final long correlationId, final String destination) {
            this.correlationId = correlationId;
            this.destination = destination;
        }
    }

    private InProcessTaskExecutorClient(final TaskEngine.Context context, final TaskExecutorClientListener fallback) {
        this.fallback = Objects.requireNonNull(fallback, "fallback must not be null");
        this.engine = TaskEngine.launch(context.listener(this::onLifecycle));
    }

    /**
     * Launches an engine and connects a client to it.
     *
     * @param context  the engine's settings; used up.
     * @param fallback told of answers to requests for tasks or destinations that are not known.
     * @return the client, which owns the engine.
     */
    public static InProcessTaskExecutorClient launch(
            final TaskEngine.Context context, final TaskExecutorClientListener fallback) {
        return new InProcessTaskExecutorClient(context, fallback);
    }

    /** Returns the engine, to look at; tasks submitted to it directly are not reported here. */
    public TaskEngine engine() {
        return engine;
    }

    @Override
    public void subscribe(final String destination, final TaskExecutorClientListener listener) {
        listeners.put(
                Objects.requireNonNull(destination, "destination must not be null"),
                Objects.requireNonNull(listener, "listener must not be null"));
    }

    @Override
    public void dispatch(final long correlationId, final String destination, final TaskSpec spec) {
        final long id = Objects.requireNonNull(spec, "spec must not be null").id();
        if (destination == null || !listeners.containsKey(destination)) {
            answer(correlationId, id, destination, Refusal.UNKNOWN_DESTINATION);
            return;
        }
        final Dispatch dispatch = new Dispatch(correlationId, destination);
        if (dispatches.putIfAbsent(id, dispatch) != null) {
            answer(correlationId, id, destination, Refusal.DUPLICATE_ID);
            return;
        }
        final TaskHandle handle = engine.trySubmit(spec);
        if (!handle.isAccepted()) {
            dispatches.remove(id, dispatch);
            answer(correlationId, id, destination, handle.refusal());
        }
        // accepted: the SUBMIT event says so, before every other event of the task
    }

    @Override
    public void pause(final long correlationId, final long taskId) {
        answer(correlationId, taskId, destinationOf(taskId), engine.pause(taskId));
    }

    @Override
    public void resume(final long correlationId, final long taskId) {
        answer(correlationId, taskId, destinationOf(taskId), engine.resume(taskId));
    }

    @Override
    public void kill(final long correlationId, final long taskId) {
        answer(correlationId, taskId, destinationOf(taskId), engine.kill(taskId));
    }

    @Override
    public void reassign(final long correlationId, final long taskId, final String destination) {
        final Dispatch dispatch = dispatches.get(taskId);
        if (dispatch == null) {
            answer(correlationId, taskId, destination, Refusal.NOT_LIVE);
        } else if (destination == null || !listeners.containsKey(destination)) {
            answer(correlationId, taskId, destination, Refusal.UNKNOWN_DESTINATION);
        } else {
            dispatch.destination = destination;
            answer(correlationId, taskId, destination, null);
        }
    }

    private String destinationOf(final long taskId) {
        final Dispatch dispatch = dispatches.get(taskId);
        return dispatch == null ? null : dispatch.destination;
    }

    private void answer(final long correlationId, final long taskId, final String destination, final Refusal refusal) {
        final Kind kind = refusal == null ? Kind.ACCEPTED : Kind.REFUSED;
        try {
            deliver(new TaskExecutorClientEvent(kind, correlationId, taskId, destination, refusal, null));
        } catch (final Exception e) {
            LOG.warn("the listener of destination '{}' failed on {}", destination, kind, e);
        }
    }

    private void onLifecycle(final TaskExecutorLifecycleEvent event) throws Exception {
        final long id = event.taskId();
        final Dispatch dispatch = dispatches.get(id);
        if (dispatch == null) {
            return; // submitted to the engine directly
        }
        final String destination = dispatch.destination;
        final boolean ended = event.to().isFinal();
        if (ended) {
            dispatches.remove(id, dispatch);
        }
        if (event.type() == LifecycleEventType.SUBMIT) {
            deliver(new TaskExecutorClientEvent(Kind.ACCEPTED, dispatch.correlationId, id, destination, null, null));
        }
        try {
            deliver(new TaskExecutorClientEvent(Kind.LIFECYCLE, dispatch.correlationId, id, destination, null, event));
        } finally {
            if (ended) {
                deliver(new TaskExecutorClientEvent(Kind.DONE, dispatch.correlationId, id, destination, null, event));
            }
        }
    }

    private void deliver(final TaskExecutorClientEvent event) throws Exception {
        final TaskExecutorClientListener listener =
                event.destination() == null ? fallback : listeners.getOrDefault(event.destination(), fallback);
        listener.onEvent(event);
    }

    @Override
    public void close() {
        engine.close();
    }
}
