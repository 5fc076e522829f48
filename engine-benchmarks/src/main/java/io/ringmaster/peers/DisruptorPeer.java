package io.ringmaster.peers;

import com.lmax.disruptor.BatchEventProcessor;
import com.lmax.disruptor.BatchEventProcessorBuilder;
import com.lmax.disruptor.InsufficientCapacityException;
import com.lmax.disruptor.RingBuffer;
import com.lmax.disruptor.WaitStrategy;
import java.util.function.LongConsumer;

/** The raw Disruptor: a multi-producer ring of task numbers and one processor that runs them inline. */
final class DisruptorPeer implements Peer {
    /** A slot. */
    private static final class Slot {
        private long task;
    }

    private final RingBuffer<Slot> ring;
    private final BatchEventProcessor<Slot> processor;
    private final Thread thread;

    DisruptorPeer(final PeerSetup setup, final WaitStrategy waiting) {
        final LongConsumer body = setup.body();
        ring = RingBuffer.createMultiProducer(Slot::new, PeerSetup.CAPACITY, waiting);
        processor = new BatchEventProcessorBuilder()
                .build(ring, ring.newBarrier(), (slot, sequence, endOfBatch) -> body.accept(slot.task));
        ring.addGatingSequences(processor.getSequence());
        thread = new Thread(processor, "peer-disruptor");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public boolean trySubmit(final long task) {
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
        Closing.stop(thread);
    }
}
