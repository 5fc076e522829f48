package io.ringmaster.resilience;

import io.ringmaster.task.Step;
import io.ringmaster.task.Task;
import io.ringmaster.task.TaskContext;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A task that takes resources one after the other, thinks after each, and is done: the same code in both containers. It
 * counts what is held of each resource inside the tasks, where more than there is would show.
 */
class Fork implements Task {
    /** What to take. */
    record Take(String resource, int permits) {}

    /** How much of a resource tasks believe to hold, and the most they ever did. */
    static final class Use {
        private final AtomicInteger held = new AtomicInteger();
        private final AtomicInteger most = new AtomicInteger();

        void take(final int permits) {
            final int now = held.addAndGet(permits);
            most.accumulateAndGet(now, Math::max);
        }

        void release(final int permits) {
            held.addAndGet(-permits);
        }

        int held() {
            return held.get();
        }

        int most() {
            return most.get();
        }
    }

    private final List<Take> takes;
    private final long thinkNanos;
    private final java.util.Map<String, Use> uses;
    private final boolean exclusive;
    private final List<Take> taken = new ArrayList<>();
    private boolean thought;
    final AtomicInteger rollbacks = new AtomicInteger();

    Fork(
            final boolean exclusive,
            final long thinkNanos,
            final java.util.Map<String, Use> uses,
            final List<Take> takes) {
        this.exclusive = exclusive;
        this.thinkNanos = thinkNanos;
        this.uses = uses;
        this.takes = takes;
    }

    @Override
    public Step execute(final TaskContext context) throws Exception {
        while (taken.size() < takes.size()) {
            final Take next = takes.get(taken.size());
            if (!context.acquire(next.resource(), next.permits())) {
                return Step.WHEN_SIGNALLED;
            }
            taken.add(next);
            uses.get(next.resource()).take(next.permits());
            if (exclusive) {
                context.sleep(thinkNanos, TimeUnit.NANOSECONDS);
            } else {
                thought = false;
                return context.againAfter(thinkNanos, TimeUnit.NANOSECONDS);
            }
        }
        if (!exclusive && !thought) {
            thought = true;
            return context.againAfter(thinkNanos, TimeUnit.NANOSECONDS);
        }
        letGo();
        return Step.DONE;
    }

    private void letGo() {
        taken.forEach(each -> uses.get(each.resource()).release(each.permits()));
        taken.clear();
    }

    @Override
    public void onRollback(final TaskContext context) {
        rollbacks.incrementAndGet();
        letGo();
    }
}
