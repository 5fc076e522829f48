package io.ringmaster.event;

import io.ringmaster.task.InternalApi;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;
import org.jctools.queues.varhandle.MpscVarHandleArrayQueue;
import org.slf4j.Logger;

/**
 * Where engine events go: counted at once by any thread, told, logged and recorded by the monitor. So nobody who notices
 * something waits for a log, and a storm of events costs memory for {@value #CAPACITY} of them and no more; what does not
 * fit is counted. Of each kind the first {@value #LOGGED} are logged, and further ones each time their count doubles.
 */
@InternalApi
public final class EngineEvents {
    private static final int CAPACITY = 1024;
    private static final int LOGGED = 16;

    private final Logger log;
    private final List<EngineEventListener> listeners;
    private final BiConsumer<String, Throwable> errors;
    private final FlightRecorder recorder = FlightRecorder.create();
    private final MpscVarHandleArrayQueue<EngineEvent> queue = new MpscVarHandleArrayQueue<>(CAPACITY);
    private final ConcurrentHashMap<String, AtomicLong> counts = new ConcurrentHashMap<>();
    private final AtomicLong dropped = new AtomicLong();
    private final Map<String, Long> logged = new HashMap<>();

    /**
     * Creates a sink.
     *
     * @param log       where events are logged.
     * @param listeners told of each event.
     * @param errors    told of what listeners throw.
     */
    public EngineEvents(
            final Logger log, final List<EngineEventListener> listeners, final BiConsumer<String, Throwable> errors) {
        this.log = log;
        this.listeners = List.copyOf(listeners);
        this.errors = errors;
    }

    /**
     * Takes an event. Any thread; never blocks.
     *
     * @param event what happened.
     */
    public void accept(final EngineEvent event) {
        counts.computeIfAbsent(event.getClass().getSimpleName(), kind -> new AtomicLong())
                .incrementAndGet();
        if (!queue.offer(event)) {
            dropped.incrementAndGet();
        }
    }

    /** Returns how many events of each kind there were, by the kind's name. Any thread. */
    public Map<String, Long> counts() {
        final Map<String, Long> copy = new TreeMap<>();
        counts.forEach((kind, count) -> copy.put(kind, count.get()));
        return copy;
    }

    /**
     * Returns how many events of a kind there were. Any thread; allocates nothing.
     *
     * @param kind the kind's name.
     */
    public long count(final String kind) {
        final AtomicLong count = counts.get(kind);
        return count == null ? 0 : count.get();
    }

    /** Returns how many events were counted and then told to nobody, since too many came at once. */
    public long dropped() {
        return dropped.get();
    }

    /**
     * Tells, logs and records what is new. Monitor only.
     *
     * @return how many events.
     */
    public int flush() {
        int work = 0;
        for (EngineEvent each = queue.poll(); each != null; each = queue.poll()) {
            work++;
            log(each);
            recorder.record(each);
            for (final EngineEventListener listener : listeners) {
                try {
                    listener.onEvent(each);
                } catch (final Throwable t) {
                    errors.accept("an engine event listener", t);
                }
            }
        }
        return work;
    }

    private void log(final EngineEvent event) {
        final String kind = event.getClass().getSimpleName();
        final long times = logged.merge(kind, 1L, Long::sum);
        if (times > LOGGED && Long.bitCount(times) != 1) {
            return;
        }
        if (event instanceof EngineEvent.PlacementChange
                || event instanceof EngineEvent.PartitionMove
                || event instanceof EngineEvent.ListenerReturned) {
            log.info("{} {}: {}", kind, times, event.describe());
        } else {
            log.warn("{} {}: {}", kind, times, event.describe());
        }
    }
}
