package io.ringmaster.benchmarks;

import com.lmax.disruptor.EventPoller;
import com.lmax.disruptor.RingBuffer;
import com.lmax.disruptor.YieldingWaitStrategy;

/**
 * The control of what has no ring of its own: one event published to a raw multi-producer Disruptor and polled by the same
 * thread, one at a time. It puts a number of nanoseconds in proportion to what every event costs anyway. One thread.
 */
final class RingHop {
    private static final int CAPACITY = 1 << 10;

    /** A slot. */
    private static final class Slot {
        long value;
    }

    private long sum;
    private final RingBuffer<Slot> ring =
            RingBuffer.createMultiProducer(Slot::new, CAPACITY, new YieldingWaitStrategy());
    private final EventPoller<Slot> poller = ring.newPoller();
    private final EventPoller.Handler<Slot> handler = (slot, sequence, endOfBatch) -> {
        sum += slot.value;
        return true;
    };

    RingHop() {
        ring.addGatingSequences(poller.getSequence());
    }

    /**
     * Sends a value through the ring.
     *
     * @param value the value.
     * @return the sum of all values so far.
     */
    long hop(final long value) {
        final long sequence = ring.next();
        ring.get(sequence).value = value;
        ring.publish(sequence);
        try {
            if (poller.poll(handler) != EventPoller.PollState.PROCESSING) {
                throw new IllegalStateException("an event was published and is not there: " + sequence);
            }
        } catch (final RuntimeException e) {
            throw e;
        } catch (final Exception e) {
            throw new IllegalStateException("the handler throws nothing", e);
        }
        return sum;
    }
}
