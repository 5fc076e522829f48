package io.ringmaster.benchmarks;

import com.lmax.disruptor.BatchEventProcessor;
import com.lmax.disruptor.BatchEventProcessorBuilder;
import com.lmax.disruptor.EventPoller;
import com.lmax.disruptor.RingBuffer;
import com.lmax.disruptor.YieldingWaitStrategy;
import io.ringmaster.task.Container;
import io.ringmaster.task.Step;
import io.ringmaster.task.TaskHandle;
import io.ringmaster.task.TaskSpec;
import java.util.concurrent.ArrayBlockingQueue;

/**
 * A buffer flooded with events, and one request that is in a hurry. The caller floods and requests, on one thread; the
 * consumer is the caller too, or a thread that yields when there is nothing to do.
 */
interface ControlTarget extends AutoCloseable {
    /** How many events {@link #fill} publishes between two looks at the room; a divisor of {@link EventTarget#ROOM}. */
    int BURST = 256;

    /** Makes the next request possible: what it is about is there, and handled whatever was published before. */
    void prepare();

    /** Returns whether a burst of {@link EventTarget#ROOM} events has room. */
    boolean hasRoom();

    /**
     * Publishes events, for which there is room.
     *
     * @param keys whose event each is.
     * @param from the first of {@code keys}.
     * @param to   after the last.
     */
    void flood(int[] keys, int from, int to);

    /**
     * Publishes events until there is no room, or until the buffer could have been filled twice: a consumer with a thread may
     * take events as fast as the caller publishes, and then the buffer never becomes full.
     *
     * @param keys whose event each is, {@link EventTarget#CAPACITY} of them.
     */
    default void fill(final int[] keys) {
        for (int published = 0; published < 2 * EventTarget.CAPACITY && hasRoom(); published += BURST) {
            final int from = published % EventTarget.CAPACITY;
            flood(keys, from, from + BURST);
        }
    }

    /** Makes the request, once after each {@link #prepare()}. */
    void request();

    /** Returns whether the request was carried out. */
    boolean isHandled();

    /** Lets the consumer do as much as it does before it looks around. Without a thread only. */
    void turn();

    @Override
    void close();

    /**
     * Opens a target.
     *
     * @param name     {@code engine-kill}, {@code engine-signal}, {@code raw} or {@code abq}.
     * @param threaded whether the consumer has a thread.
     * @return the target.
     */
    static ControlTarget open(final String name, final boolean threaded) {
        return switch (name) {
            case "engine-kill" -> new Engine(threaded, true);
            case "engine-signal" -> new Engine(threaded, false);
            case "raw" -> new Raw(threaded);
            case "abq" -> new Queue(threaded);
            default ->
                throw new IllegalArgumentException("target must be engine-kill, engine-signal, raw or abq: " + name);
        };
    }

    /** Kills or signals a shared task that waits, beside the ten thousand whose PROGRESS events fill the ring. */
    final class Engine implements ControlTarget {
        private final EngineEventTarget events;
        private final boolean threaded;
        private final boolean kills;
        /** Counted by the tasks' steps. */
        private final LonelyCounter steps = new LonelyCounter();

        private long nextId = 2L * EventTarget.KEYS;
        private TaskHandle task;
        private long awaited;

        Engine(final boolean threaded, final boolean kills) {
            this.threaded = threaded;
            this.kills = kills;
            events = new EngineEventTarget(threaded ? EventTarget.Idle.YIELD : null, false);
            prepare();
        }

        @Override
        public void prepare() {
            if (task == null || kills) {
                awaited = steps.get() + 1;
                task = submit();
            }
            if (threaded) {
                Waiting.until("the task waits", () -> steps.get() == awaited);
            } else {
                events.drain();
            }
            if (steps.get() != awaited) {
                throw new IllegalStateException("the task ran " + steps.get() + " steps of " + awaited);
            }
        }

        private TaskHandle submit() {
            final TaskSpec spec = TaskSpec.builder(nextId++)
                    .task(context -> {
                        steps.increment();
                        return Step.WHEN_SIGNALLED;
                    })
                    .container(Container.SHARED)
                    .build();
            TaskHandle handle = events.engine().trySubmit(spec);
            while (handle.refusal() != null && handle.refusal().isTransient()) {
                if (threaded) {
                    Thread.yield();
                } else {
                    events.drain();
                }
                handle = events.engine().trySubmit(spec);
            }
            if (handle.refusal() != null) {
                throw new IllegalStateException("task " + spec.id() + " was refused: " + handle.refusal());
            }
            return handle;
        }

        @Override
        public boolean hasRoom() {
            return events.hasRoom();
        }

        @Override
        public void flood(final int[] keys, final int from, final int to) {
            events.publish(keys, from, to);
        }

        @Override
        public void request() {
            if (kills) {
                task.kill();
            } else {
                awaited++;
                task.signal();
            }
        }

        @Override
        public boolean isHandled() {
            return kills ? task.isDone() : steps.get() == awaited;
        }

        @Override
        public void turn() {
            events.engine().invoker().fireWorker(0);
        }

        @Override
        public void close() {
            events.close();
        }
    }

    /** The request is an event like the others, at the end of the ring. */
    final class Raw implements ControlTarget {
        /** A slot: an event of a key, or the request if there is none. */
        private static final class Slot {
            EventKey key;
        }

        private final EventKey[] byIndex = EventKey.create();
        private final LonelyCounter handled = new LonelyCounter();
        private final RingBuffer<Slot> ring =
                RingBuffer.createMultiProducer(Slot::new, EventTarget.CAPACITY, new YieldingWaitStrategy());
        private final EventPoller.Handler<Slot> handler = (slot, sequence, endOfBatch) -> !handle(slot.key);
        private final EventPoller<Slot> poller;
        private final BatchEventProcessor<Slot> processor;
        private final Thread consumer;
        private long requested;

        Raw(final boolean threaded) {
            if (threaded) {
                poller = null;
                processor = new BatchEventProcessorBuilder()
                        .build(ring, ring.newBarrier(), (slot, sequence, endOfBatch) -> handle(slot.key));
                ring.addGatingSequences(processor.getSequence());
                consumer = Waiting.start("raw-consumer", processor);
            } else {
                poller = ring.newPoller();
                ring.addGatingSequences(poller.getSequence());
                processor = null;
                consumer = null;
            }
        }

        /** Handles an event; true for the request. */
        private boolean handle(final EventKey key) {
            if (key == null) {
                handled.increment();
                return true;
            }
            key.handled++;
            return false;
        }

        @Override
        public void prepare() {
            if (poller != null) {
                poll(); // what was published after the last request
            }
        }

        @Override
        public boolean hasRoom() {
            return ring.hasAvailableCapacity(EventTarget.ROOM);
        }

        @Override
        public void flood(final int[] keys, final int from, final int to) {
            for (int i = from; i < to; i++) {
                publish(byIndex[keys[i]]);
            }
        }

        private void publish(final EventKey key) {
            final long sequence = ring.next();
            ring.get(sequence).key = key;
            ring.publish(sequence);
        }

        @Override
        public void request() {
            requested++;
            publish(null);
        }

        @Override
        public boolean isHandled() {
            return handled.get() == requested;
        }

        @Override
        public void turn() {
            poll();
        }

        private void poll() {
            try {
                poller.poll(handler);
            } catch (final Exception e) {
                throw new IllegalStateException("the handler throws nothing", e);
            }
        }

        @Override
        public void close() {
            if (processor != null) {
                processor.halt();
                Waiting.join(consumer);
            }
        }
    }

    /** The plain control: the request is at the end of the queue. */
    final class Queue implements ControlTarget {
        private final EventKey[] byIndex = EventKey.create();
        private final EventKey request = new EventKey();
        private final LonelyCounter handled = new LonelyCounter();
        private final ArrayBlockingQueue<EventKey> queue = new ArrayBlockingQueue<>(EventTarget.CAPACITY);
        private final Thread consumer;
        private long requested;
        private volatile boolean closed;

        Queue(final boolean threaded) {
            consumer = threaded ? Waiting.start("queue-consumer", this::consume) : null;
        }

        private void consume() {
            while (!closed) {
                if (!handleNext()) {
                    Thread.yield();
                }
            }
        }

        private boolean handleNext() {
            final EventKey key = queue.poll();
            if (key == null) {
                return false;
            }
            if (key == request) {
                handled.increment();
            } else {
                key.handled++;
            }
            return true;
        }

        @Override
        public void prepare() {
            if (consumer == null) {
                while (handleNext()) {
                    // until it is empty
                }
            }
        }

        @Override
        public boolean hasRoom() {
            return queue.remainingCapacity() >= EventTarget.ROOM;
        }

        @Override
        public void flood(final int[] keys, final int from, final int to) {
            for (int i = from; i < to; i++) {
                queue.add(byIndex[keys[i]]);
            }
        }

        @Override
        public void request() {
            requested++;
            queue.add(request);
        }

        @Override
        public boolean isHandled() {
            return handled.get() == requested;
        }

        @Override
        public void turn() {
            handleNext();
        }

        @Override
        public void close() {
            closed = true;
            if (consumer != null) {
                Waiting.join(consumer);
            }
        }
    }
}
