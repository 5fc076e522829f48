package io.ringmaster.polling;

import java.util.concurrent.Delayed;
import java.util.concurrent.TimeUnit;

/** One event of one executor. It is due at once; events of one bus are ordered by when they were raised. */
final class PollingEvent implements Delayed {
    private final PollingEventType type;
    private final PollingExecutor executor;
    private final long raisedNanos = System.nanoTime();
    private boolean reported;

    PollingEvent(final PollingEventType type, final PollingExecutor executor) {
        this.type = type;
        this.executor = executor;
    }

    PollingEventType type() {
        return type;
    }

    PollingExecutor executor() {
        return executor;
    }

    long raisedNanos() {
        return raisedNanos;
    }

    /** The reporter's thread only. */
    boolean isReported() {
        return reported;
    }

    void reported() {
        reported = true;
    }

    @Override
    public long getDelay(final TimeUnit unit) {
        return unit.convert(raisedNanos - System.nanoTime(), TimeUnit.NANOSECONDS);
    }

    @Override
    public int compareTo(final Delayed other) {
        return Long.signum(raisedNanos - ((PollingEvent) other).raisedNanos);
    }
}
