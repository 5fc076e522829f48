package io.ringmaster.benchmarks;

import com.lmax.disruptor.BatchEventProcessor;
import com.lmax.disruptor.BatchEventProcessorBuilder;
import com.lmax.disruptor.BlockingWaitStrategy;
import com.lmax.disruptor.BusySpinWaitStrategy;
import com.lmax.disruptor.RingBuffer;
import com.lmax.disruptor.WaitStrategy;
import io.ringmaster.TaskEngine;
import io.ringmaster.eventbus.WaitMode;
import io.ringmaster.task.Container;
import io.ringmaster.task.Step;
import io.ringmaster.task.Task;
import io.ringmaster.task.TaskHandle;
import io.ringmaster.task.TaskSpec;
import io.ringmaster.task.TaskState;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.LinkedTransferQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;

/** Runs no-op bodies, that might block, on a thread that is there for nothing else. The caller is one thread. */
abstract class HandOffTarget implements AutoCloseable {
    /** How many bodies may be handed over before the caller waits for them. */
    static final int ROOM = 1000;

    private static final long PATIENCE_SECONDS = 60;

    /** Counted by the bodies. */
    final LonelyCounter ran = new LonelyCounter();

    private long handedOver;

    /**
     * Hands bodies over and parks until the last of them is done.
     *
     * @param count how many, from 1 to {@link #ROOM}.
     */
    final void complete(final int count) {
        handedOver += count;
        try {
            handOver(count, handedOver);
        } catch (final InterruptedException | ExecutionException | TimeoutException e) {
            throw new IllegalStateException("the last of " + handedOver + " bodies did not end", e);
        }
    }

    /**
     * Checks that each body ran once.
     *
     * @throws IllegalStateException if not.
     */
    final void check() {
        if (ran.get() != handedOver) {
            throw new IllegalStateException(ran.get() + " of " + handedOver + " bodies ran");
        }
    }

    /**
     * Hands bodies over and parks until the last of them is done.
     *
     * @param count how many.
     * @param total how many there will have been in all.
     */
    abstract void handOver(int count, long total) throws InterruptedException, ExecutionException, TimeoutException;

    @Override
    public abstract void close();

    /**
     * Opens a target.
     *
     * @param name {@code engine-spin}, {@code engine-adaptive}, {@code raw-spin}, {@code raw-blocking},
     *             {@code transfer-queue} or {@code pool}.
     * @return the target.
     */
    static HandOffTarget open(final String name) {
        return switch (name) {
            case "engine-spin" -> new Engine(WaitMode.BUSY_SPIN);
            case "engine-adaptive" -> new Engine(WaitMode.ADAPTIVE);
            case "raw-spin" -> new Raw(new BusySpinWaitStrategy());
            case "raw-blocking" -> new Raw(new BlockingWaitStrategy());
            case "transfer-queue" -> new TransferQueue();
            case "pool" -> new Pool();
            default ->
                throw new IllegalArgumentException("target must be engine-spin, engine-adaptive, raw-spin,"
                        + " raw-blocking, transfer-queue or pool: " + name);
        };
    }

    /** An exclusive task for each body: submitted, handled by a fire-worker, run by the thread, ended by the fire-worker. */
    private static final class Engine extends HandOffTarget {
        private final TaskEngine engine;
        private final TaskSpec spec;
        private long nextId = 1;

        Engine(final WaitMode waitMode) {
            final LonelyCounter finalEvents = new LonelyCounter();
            engine = TaskEngine.launch(new TaskEngine.Context()
                    .fireWorkers(1)
                    .waitMode(waitMode)
                    .exclusiveThreads(1)
                    .exclusiveQueue(2 * ROOM)
                    .listener(event -> {
                        if (event.to() == TaskState.SUCCEEDED) {
                            finalEvents.increment();
                        }
                    }));
            final Task body = context -> {
                ran.increment();
                return Step.DONE;
            };
            spec = TaskSpec.builder(0).task(body).container(Container.EXCLUSIVE).build();
        }

        @Override
        void handOver(final int count, final long total) throws InterruptedException, TimeoutException {
            TaskHandle last = null;
            for (int i = 0; i < count; i++) {
                last = engine.trySubmit(nextId++, spec);
                if (last.refusal() != null) {
                    throw new IllegalStateException("task " + (nextId - 1) + " was refused: " + last.refusal());
                }
            }
            last.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
        }

        @Override
        public void close() {
            engine.close();
        }
    }

    /** A target whose bodies wake the caller: as little as a hand-over there and back can be. */
    private abstract static class Bare extends HandOffTarget {
        private final Runnable body = this::runBody;
        private volatile Thread caller;
        private volatile long awaited;

        private void runBody() {
            ran.increment();
            if (ran.get() == awaited) {
                LockSupport.unpark(caller);
            }
        }

        @Override
        final void handOver(final int count, final long total) {
            caller = Thread.currentThread();
            awaited = total;
            for (int i = 0; i < count; i++) {
                give(body);
            }
            final long start = System.nanoTime();
            while (ran.get() != total) {
                LockSupport.parkNanos(this, TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS));
                if (System.nanoTime() - start > TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS)) {
                    throw new IllegalStateException(ran.get() + " of " + total + " bodies ran in a minute");
                }
            }
        }

        abstract void give(Runnable next);
    }

    /** The multi-producer Disruptor, whose one consumer is the thread. */
    private static final class Raw extends Bare {
        /** A slot. */
        private static final class Slot {
            Runnable body;
        }

        private final RingBuffer<Slot> ring;
        private final BatchEventProcessor<Slot> processor;
        private final Thread consumer;

        Raw(final WaitStrategy waiting) {
            ring = RingBuffer.createMultiProducer(Slot::new, EventTarget.CAPACITY, waiting);
            processor = new BatchEventProcessorBuilder()
                    .build(ring, ring.newBarrier(), (slot, sequence, endOfBatch) -> {
                        final Runnable next = slot.body;
                        slot.body = null;
                        next.run();
                    });
            ring.addGatingSequences(processor.getSequence());
            consumer = Waiting.start("raw-consumer", processor);
        }

        @Override
        void give(final Runnable next) {
            final long sequence = ring.next();
            ring.get(sequence).body = next;
            ring.publish(sequence);
        }

        @Override
        public void close() {
            processor.halt();
            Waiting.join(consumer);
        }
    }

    /** The plain control: a queue made for handing over, and a thread. */
    private static final class TransferQueue extends Bare {
        private final LinkedTransferQueue<Runnable> queue = new LinkedTransferQueue<>();
        private final Thread consumer = Waiting.start("queue-consumer", this::consume);

        private void consume() {
            try {
                while (true) {
                    queue.take().run();
                }
            } catch (final InterruptedException e) {
                // closed
            }
        }

        @Override
        void give(final Runnable next) {
            queue.put(next);
        }

        @Override
        public void close() {
            consumer.interrupt();
            Waiting.join(consumer);
        }
    }

    /** What users have else: a pool of one thread, and a future for each body. */
    private static final class Pool extends HandOffTarget {
        private final ThreadPoolExecutor pool =
                new ThreadPoolExecutor(1, 1, 0, TimeUnit.SECONDS, new LinkedBlockingQueue<>());

        @Override
        void handOver(final int count, final long total)
                throws InterruptedException, ExecutionException, TimeoutException {
            Future<?> last = null;
            for (int i = 0; i < count; i++) {
                last = pool.submit(ran::increment);
            }
            last.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        }

        @Override
        public void close() {
            pool.shutdownNow();
            Waiting.until("the pool ends", pool::isTerminated);
        }
    }
}
