package io.ringmaster.benchmarks;

import com.lmax.disruptor.BatchEventProcessor;
import com.lmax.disruptor.BatchEventProcessorBuilder;
import com.lmax.disruptor.BlockingWaitStrategy;
import com.lmax.disruptor.BusySpinWaitStrategy;
import com.lmax.disruptor.InsufficientCapacityException;
import com.lmax.disruptor.RingBuffer;
import com.lmax.disruptor.WaitStrategy;
import com.lmax.disruptor.YieldingWaitStrategy;
import io.ringmaster.TaskEngine;
import io.ringmaster.eventbus.WaitMode;
import io.ringmaster.task.Container;
import io.ringmaster.task.Step;
import io.ringmaster.task.TaskSpec;
import io.ringmaster.task.TaskState;
import java.util.concurrent.locks.LockSupport;

/** Runs numbered tasks on a thread of its own and tells the run of each. */
interface LatencyTarget extends AutoCloseable {
    /**
     * Submits a task. The generator's thread.
     *
     * @param task its number.
     * @return false if it was refused.
     */
    boolean send(long task);

    @Override
    void close();

    /**
     * Opens a target.
     *
     * @param name which.
     * @param run  told of each task that runs.
     * @return the target.
     * @throws IllegalArgumentException if there is none of this name.
     */
    static LatencyTarget open(final String name, final LatencyRig.Run run) {
        return switch (name) {
            case "engine-spin" -> new Engine(run, WaitMode.BUSY_SPIN);
            case "engine-yield" -> new Engine(run, WaitMode.YIELD);
            case "engine-adaptive" -> new Engine(run, WaitMode.ADAPTIVE);
            case "raw-spin" -> new Raw(run, new BusySpinWaitStrategy());
            case "raw-yield" -> new Raw(run, new YieldingWaitStrategy());
            case "raw-blocking" -> new Raw(run, new BlockingWaitStrategy());
            case "unpark" -> new Unpark(run);
            default ->
                throw new IllegalArgumentException("target must be engine-spin, engine-yield, engine-adaptive,"
                        + " raw-spin, raw-yield, raw-blocking or unpark: " + name);
        };
    }

    /** The engine with everything on: a shared task that does nothing but look at the clock. */
    final class Engine implements LatencyTarget {
        private final TaskEngine engine;
        private final TaskSpec spec;

        Engine(final LatencyRig.Run run, final WaitMode waitMode) {
            final LonelyCounter finalEvents = new LonelyCounter();
            engine = TaskEngine.launch(
                    new TaskEngine.Context().fireWorkers(1).waitMode(waitMode).listener(event -> {
                        if (event.to() == TaskState.SUCCEEDED) {
                            finalEvents.increment();
                        }
                    }));
            spec = TaskSpec.builder(0)
                    .task(context -> {
                        run.running(context.taskId());
                        return Step.DONE;
                    })
                    .container(Container.SHARED)
                    .build();
        }

        @Override
        public boolean send(final long task) {
            return engine.trySubmit(task, spec).refusal() == null;
        }

        @Override
        public void close() {
            engine.close();
        }
    }

    /** The raw multi-producer Disruptor running tasks inline. */
    final class Raw implements LatencyTarget {
        /** A slot. */
        private static final class Slot {
            long task;
        }

        private final RingBuffer<Slot> ring;
        private final BatchEventProcessor<Slot> processor;
        private final Thread consumer;

        Raw(final LatencyRig.Run run, final WaitStrategy waiting) {
            ring = RingBuffer.createMultiProducer(Slot::new, EventTarget.CAPACITY, waiting);
            processor = new BatchEventProcessorBuilder()
                    .build(ring, ring.newBarrier(), (slot, sequence, endOfBatch) -> run.running(slot.task));
            ring.addGatingSequences(processor.getSequence());
            consumer = Waiting.start("raw-consumer", processor);
        }

        @Override
        public boolean send(final long task) {
            final long sequence;
            try {
                sequence = ring.tryNext();
            } catch (final InsufficientCapacityException e) {
                return false;
            }
            ring.get(sequence).task = task;
            ring.publish(sequence);
            return true;
        }

        @Override
        public void close() {
            processor.halt();
            Waiting.join(consumer);
        }
    }

    /** The floor of everything that parks: one thread unparks another. */
    final class Unpark implements LatencyTarget {
        private static final long CLOSED = Long.MAX_VALUE;

        private final Thread consumer;
        private volatile long sent;

        Unpark(final LatencyRig.Run run) {
            consumer = Waiting.start("unparked", () -> consume(run));
        }

        private void consume(final LatencyRig.Run run) {
            long next = 0;
            while (true) {
                final long until = sent;
                if (until == CLOSED) {
                    return;
                }
                if (until == next) {
                    LockSupport.park(this);
                }
                while (next < until) {
                    run.running(next++);
                }
            }
        }

        @Override
        public boolean send(final long task) {
            sent = task + 1;
            LockSupport.unpark(consumer);
            return true;
        }

        @Override
        public void close() {
            sent = CLOSED;
            LockSupport.unpark(consumer);
            Waiting.join(consumer);
        }
    }
}
