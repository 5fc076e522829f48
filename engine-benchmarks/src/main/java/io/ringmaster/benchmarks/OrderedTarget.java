package io.ringmaster.benchmarks;

import com.lmax.disruptor.BatchEventProcessor;
import com.lmax.disruptor.BatchEventProcessorBuilder;
import com.lmax.disruptor.EventPoller;
import com.lmax.disruptor.RingBuffer;
import com.lmax.disruptor.YieldingWaitStrategy;
import io.ringmaster.TaskEngine;
import io.ringmaster.eventbus.WaitMode;
import io.ringmaster.task.Container;
import io.ringmaster.task.Step;
import io.ringmaster.task.TaskHandle;
import io.ringmaster.task.TaskSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ArrayBlockingQueue;
import org.jctools.queues.MpscUnboundedArrayQueue;

/** Hands messages to one consumer, which handles those of each key in order. The sender is one thread. */
abstract class OrderedTarget implements AutoCloseable {
    /** How many messages are sent before the sender waits for them: as many as there is room for. */
    static final int ROUND = EventTarget.CAPACITY;

    /** Counted by the consumer. */
    private final LonelyCounter handled = new LonelyCounter();

    private final OrderedKey[] keys;
    private final long[] sentToKey;
    private final OrderedKey.Message[] messages = new OrderedKey.Message[ROUND];
    private final int[] order = EventTarget.keys("shuffled");
    private long sent;

    OrderedTarget(final int keys) {
        this.keys = OrderedKey.create(keys);
        this.sentToKey = new long[keys];
        for (int i = 0; i < ROUND; i++) {
            messages[i] = new OrderedKey.Message(handled);
        }
    }

    /** Sends a round of messages, then waits until all are handled, or handles them on the calling thread. */
    final void round() {
        for (int i = 0; i < ROUND; i++) {
            final OrderedKey.Message message = messages[i];
            final int key = order[i] % keys.length;
            message.address(keys[key], ++sentToKey[key]);
            send(key, message);
        }
        sent += ROUND;
        int turn = 0;
        while (handled.get() != sent) {
            if (!turn()) {
                turn = Waiting.pause(turn);
            }
        }
    }

    /**
     * Checks that all was handled in order, between two rounds.
     *
     * @throws IllegalStateException if not.
     */
    final void check() {
        for (int i = 0; i < keys.length; i++) {
            keys[i].check(sentToKey[i]);
        }
    }

    /**
     * Hands a message over; there is room for it.
     *
     * @param key     the index of its key.
     * @param message the message.
     */
    abstract void send(int key, OrderedKey.Message message);

    /**
     * Handles some of what was sent, on the calling thread.
     *
     * @return false if it did not: the target has a thread of its own, or there was nothing.
     */
    abstract boolean turn();

    @Override
    public abstract void close();

    /**
     * Opens a target.
     *
     * @param name     {@code engine}, {@code raw} or {@code abq}.
     * @param keys     how many keys there are.
     * @param threaded whether the consumer has a thread of its own, which yields when there is nothing to do.
     * @return the target.
     */
    static OrderedTarget open(final String name, final int keys, final boolean threaded) {
        if (keys < 1 || keys > EventTarget.KEYS) {
            throw new IllegalArgumentException("keys must be from 1 to " + EventTarget.KEYS + ": " + keys);
        }
        return switch (name) {
            case "engine" -> new Engine(keys, threaded);
            case "raw" -> new Raw(keys, threaded);
            case "abq" -> new PlainQueue(keys, threaded);
            default -> throw new IllegalArgumentException("target must be engine, raw or abq: " + name);
        };
    }

    /** A shared task for each key, which waits for signals and takes what is in the key's inbox. */
    private static final class Engine extends OrderedTarget {
        private static final int CHUNK = 8;

        private final TaskEngine engine;
        private final boolean threaded;
        private final List<Queue<OrderedKey.Message>> inboxes = new ArrayList<>();
        private final List<TaskHandle> tasks = new ArrayList<>();

        Engine(final int keys, final boolean threaded) {
            super(keys);
            this.threaded = threaded;
            engine = TaskEngine.launch(new TaskEngine.Context()
                    .fireWorkers(1)
                    .invokerMode(!threaded)
                    .waitMode(WaitMode.YIELD));
            for (int i = 0; i < keys; i++) {
                final Queue<OrderedKey.Message> inbox = new MpscUnboundedArrayQueue<>(CHUNK);
                inboxes.add(inbox);
                tasks.add(submit(i + 1L, inbox));
            }
        }

        private TaskHandle submit(final long id, final Queue<OrderedKey.Message> inbox) {
            final TaskSpec spec = TaskSpec.builder(id)
                    .task(context -> {
                        for (OrderedKey.Message next = inbox.poll(); next != null; next = inbox.poll()) {
                            next.handle();
                        }
                        return Step.WHEN_SIGNALLED;
                    })
                    .container(Container.SHARED)
                    .build();
            TaskHandle handle = engine.trySubmit(spec);
            while (handle.refusal() != null) {
                if (!turn()) {
                    Thread.yield();
                }
                handle = engine.trySubmit(spec);
            }
            return handle;
        }

        @Override
        void send(final int key, final OrderedKey.Message message) {
            inboxes.get(key).offer(message);
            tasks.get(key).signal();
        }

        @Override
        boolean turn() {
            if (!threaded) {
                engine.invoker().fireWorker(0);
            }
            return !threaded;
        }

        @Override
        public void close() {
            engine.close();
        }
    }

    /** A message per slot: one consumer of one ring handles everything in the order it was published. */
    private static final class Raw extends OrderedTarget {
        /** A slot. */
        private static final class Slot {
            OrderedKey.Message message;
        }

        private final RingBuffer<Slot> ring =
                RingBuffer.createMultiProducer(Slot::new, ROUND, new YieldingWaitStrategy());
        private final EventPoller.Handler<Slot> handler = (slot, sequence, endOfBatch) -> {
            slot.message.handle();
            return true;
        };
        private final EventPoller<Slot> poller;
        private final BatchEventProcessor<Slot> processor;
        private final Thread consumer;

        Raw(final int keys, final boolean threaded) {
            super(keys);
            if (threaded) {
                poller = null;
                processor = new BatchEventProcessorBuilder()
                        .build(ring, ring.newBarrier(), (slot, sequence, endOfBatch) -> slot.message.handle());
                ring.addGatingSequences(processor.getSequence());
                consumer = Waiting.start("raw-consumer", processor);
            } else {
                poller = ring.newPoller();
                ring.addGatingSequences(poller.getSequence());
                processor = null;
                consumer = null;
            }
        }

        @Override
        void send(final int key, final OrderedKey.Message message) {
            final long sequence = ring.next();
            ring.get(sequence).message = message;
            ring.publish(sequence);
        }

        @Override
        boolean turn() {
            if (poller == null) {
                return false;
            }
            try {
                poller.poll(handler);
            } catch (final Exception e) {
                throw new IllegalStateException("the handler throws nothing", e);
            }
            return true;
        }

        @Override
        public void close() {
            if (processor != null) {
                processor.halt();
                Waiting.join(consumer);
            }
        }
    }

    /** The plain control: one queue, one consumer. */
    private static final class PlainQueue extends OrderedTarget {
        private final ArrayBlockingQueue<OrderedKey.Message> queue = new ArrayBlockingQueue<>(ROUND);
        private final Thread consumer;
        private volatile boolean closed;

        PlainQueue(final int keys, final boolean threaded) {
            super(keys);
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
            final OrderedKey.Message message = queue.poll();
            if (message == null) {
                return false;
            }
            message.handle();
            return true;
        }

        @Override
        void send(final int key, final OrderedKey.Message message) {
            queue.add(message);
        }

        @Override
        boolean turn() {
            return consumer == null && handleNext();
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
