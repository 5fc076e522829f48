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
    private final Hold hold;
    private final EventKey holdKey = new EventKey();
    private long holds;

    /**
     * A ring.
     *
     * @param idle what the consumer thread does when there is nothing to do; null for no thread.
     * @param wide whether keys take as much memory as an executor.
     */
    RawEventTarget(final Idle idle, final boolean wide) {
        this(waitStrategy(idle), wide, null, idle != null);
    }

    /**
     * A ring with a consumer thread that waits in a way of its own, and may be held.
     *
     * @param waiting how the consumer thread waits.
     * @param wide    whether keys take as much memory as an executor.
     * @param hold    where it stands still; null for nowhere.
     */
    RawEventTarget(final WaitStrategy waiting, final boolean wide, final Hold hold) {
        this(waiting, wide, hold, true);
    }

    private RawEventTarget(final WaitStrategy waiting, final boolean wide, final Hold hold, final boolean threaded) {
        this.hold = hold;
        byIndex = wide ? EventKey.createWide() : EventKey.create();
        ring = RingBuffer.createMultiProducer(Slot::new, CAPACITY, waiting);
        if (threaded) {
            poller = null;
            processor = new BatchEventProcessorBuilder()
                    .build(ring, ring.newBarrier(), hold == null ? RawEventTarget::handle : this::handleOrStand);
            ring.addGatingSequences(processor.getSequence());
            consumer = Waiting.start("raw-consumer", processor);
        } else {
            poller = ring.newPoller();
            ring.addGatingSequences(poller.getSequence());
            processor = null;
            consumer = null;
        }
    }

    private static void handle(final Slot slot, final long sequence, final boolean endOfBatch) {
        slot.key.handled++;
    }

    private void handleOrStand(final Slot slot, final long sequence, final boolean endOfBatch) {
        if (slot.key == holdKey) {
            hold.stand();
        } else {
            slot.key.handled++;
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
        Waiting.until("raw events handled", () -> processor.getSequence().get() == published + holds - 1);
        final long handled = EventKey.sum(byIndex);
        if (handled != published) {
            throw new IllegalStateException("handled " + handled + " of " + published + " events");
        }
    }

    @Override
    public void hold() {
        hold.ask();
        holds++;
        final long sequence = ring.next();
        ring.get(sequence).key = holdKey;
        ring.publish(sequence);
        hold.awaitHeld();
    }

    @Override
    public void resume() {
        hold.release();
    }

    @Override
    public void close() {
        if (processor != null) {
            processor.halt();
            Waiting.join(consumer);
        }
    }
}
