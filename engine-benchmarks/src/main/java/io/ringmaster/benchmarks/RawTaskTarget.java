package io.ringmaster.benchmarks;

import com.lmax.disruptor.BatchEventProcessor;
import com.lmax.disruptor.BatchEventProcessorBuilder;
import com.lmax.disruptor.BlockingWaitStrategy;
import com.lmax.disruptor.BusySpinWaitStrategy;
import com.lmax.disruptor.InsufficientCapacityException;
import com.lmax.disruptor.RingBuffer;
import com.lmax.disruptor.WaitStrategy;
import com.lmax.disruptor.YieldingWaitStrategy;

/** The raw multi-producer Disruptor running tasks inline: a runnable per slot, no identity, no lifecycle, no handle. */
final class RawTaskTarget implements TaskTarget {
    /** A slot. */
    private static final class Slot {
        Runnable task;
    }

    private final RingBuffer<Slot> ring;
    private final BatchEventProcessor<Slot> processor;
    private final Thread consumer;
    private final LonelyCounter completed = new LonelyCounter();
    private final Runnable task = completed::increment;
    private long last = -1;
    private long refused;

    RawTaskTarget(final String name) {
        final WaitStrategy waiting =
                switch (name) {
                    case "raw-spin" -> new BusySpinWaitStrategy();
                    case "raw-yield" -> new YieldingWaitStrategy();
                    default -> new BlockingWaitStrategy();
                };
        ring = RingBuffer.createMultiProducer(Slot::new, EventTarget.CAPACITY, waiting);
        processor = new BatchEventProcessorBuilder().build(ring, ring.newBarrier(), (slot, sequence, endOfBatch) -> {
            final Runnable next = slot.task;
            slot.task = null;
            next.run();
        });
        ring.addGatingSequences(processor.getSequence());
        consumer = Waiting.start("raw-consumer", processor);
    }

    @Override
    public void complete(final int count) {
        for (int i = 0; i < count; i++) {
            last = claim();
            ring.get(last).task = task;
            ring.publish(last);
        }
        int turn = 0;
        while (processor.getSequence().get() < last) {
            turn = Waiting.pause(turn);
        }
    }

    private long claim() {
        int turn = 0;
        while (true) {
            try {
                return ring.tryNext();
            } catch (final InsufficientCapacityException e) {
                refused++;
                turn = Waiting.pause(turn);
            }
        }
    }

    @Override
    public long refused() {
        return refused;
    }

    @Override
    public long completed() {
        return completed.get();
    }

    @Override
    public void close() {
        processor.halt();
        Waiting.join(consumer);
    }
}
