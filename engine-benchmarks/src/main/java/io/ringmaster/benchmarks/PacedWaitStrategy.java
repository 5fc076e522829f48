package io.ringmaster.benchmarks;

import com.lmax.disruptor.AlertException;
import com.lmax.disruptor.Sequence;
import com.lmax.disruptor.SequenceBarrier;
import com.lmax.disruptor.WaitStrategy;

/**
 * Spins, and keeps its distance: between two looks at the producers' lines it does nothing for a while. It shows what a
 * consumer at its producer's heels costs, by not being one.
 */
final class PacedWaitStrategy implements WaitStrategy {
    private static final int PAUSES = 64;

    @Override
    public long waitFor(
            final long sequence, final Sequence cursor, final Sequence dependent, final SequenceBarrier barrier)
            throws AlertException {
        long available = dependent.get();
        while (available < sequence) {
            barrier.checkAlert();
            for (int i = 0; i < PAUSES; i++) {
                Thread.onSpinWait();
            }
            available = dependent.get();
        }
        return available;
    }

    @Override
    public void signalAllWhenBlocking() {
        // nobody blocks
    }
}
