package io.ringmaster.benchmarks;

import com.lmax.disruptor.BatchEventProcessor;
import com.lmax.disruptor.BatchEventProcessorBuilder;
import com.lmax.disruptor.BlockingWaitStrategy;
import com.lmax.disruptor.BusySpinWaitStrategy;
import com.lmax.disruptor.EventPoller;
import com.lmax.disruptor.RingBuffer;
import com.lmax.disruptor.WaitStrategy;
import com.lmax.disruptor.YieldingWaitStrategy;

/** The raw multi-producer Disruptor: the handler looks the slot's key up and bumps its field. */
final class RawEventTarget implements EventTarget {
    /** A slot. */
    private static final class Slot {
        EventKey key;
    }

    private final EventKey[] byIndex;
    private final RingBuffer<Slot> ring;
    private final EventPoller<Slot> poller;
    private final EventPoller.Handler<Slot> handler = (slot, sequence, endOfBatch) -> {
        slot.key.handled++;
        return true;
    };
    private final BatchEventProcessor<Slot> processor;
    private final Thread consumer;

    /**
     * A ring.
     *
     * @param idle what the consumer thread does when there is nothing to do; null for no thread.
     * @param wide whether keys take as much memory as an executor.
     */
    RawEventTarget(final Idle idle, final boolean wide) {
        byIndex = wide ? EventKey.createWide() : EventKey.create();
        ring = RingBuffer.createMultiProducer(Slot::new, CAPACITY, waitStrategy(idle));
        if (idle != null) {
            poller = null;
            processor = new BatchEventProcessorBuilder()
                    .build(ring, ring.newBarrier(), (slot, sequence, endOfBatch) -> slot.key.handled++);
            ring.addGatingSequences(processor.getSequence());
            consumer = Waiting.start("raw-consumer", processor);
        } else {
            poller = ring.newPoller();
            ring.addGatingSequences(poller.getSequence());
            processor = null;
            consumer = null;
        }
    }

    private static WaitStrategy waitStrategy(final Idle idle) {
        if (idle == Idle.PARK) {
            return new BlockingWaitStrategy();
        }
        return idle == Idle.SPIN ? new BusySpinWaitStrategy() : new YieldingWaitStrategy();
    }

    @Override
    public void publish(final int[] keys, final int from, final int to) {
        final RingBuffer<Slot> out = ring;
        for (int i = from; i < to; i++) {
            final long sequence = out.next();
            out.get(sequence).key = byIndex[keys[i]];
            out.publish(sequence);
        }
    }

    @Override
    public boolean hasRoom() {
        return ring.hasAvailableCapacity(ROOM);
    }

    @Override
    public int drain() {
        final long before = poller.getSequence().get();
        try {
            while (poller.poll(handler) == EventPoller.PollState.PROCESSING) {
                // until it is idle
            }
        } catch (final Exception e) {
            throw new IllegalStateException("the handler throws nothing", e);
        }
        return (int) (poller.getSequence().get() - before);
    }

    @Override
    public void awaitHandled(final long published) {
        Waiting.until("raw events handled", () -> processor.getSequence().get() == published - 1);
        final long handled = EventKey.sum(byIndex);
        if (handled != published) {
            throw new IllegalStateException("handled " + handled + " of " + published + " events");
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
