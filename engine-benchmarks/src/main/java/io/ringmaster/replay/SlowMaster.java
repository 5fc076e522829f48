package io.ringmaster.replay;

import io.ringmaster.client.TaskExecutorClient;
import io.ringmaster.client.TaskReport;
import io.ringmaster.client.TaskReportChannel;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.IntConsumer;

/** Takes reports at once and acknowledges them late, so that they may come again; what it has taken it takes once. */
final class SlowMaster implements TaskReportChannel {

    private final long millis;
    private final TaskExecutorClient client;
    private final Consumer<TaskReport> told;
    private final IntConsumer acknowledged;
    /** By task, the last number taken. The channel is called by one thread at a time. */
    private final int[] taken;

    private final AtomicLong reports = new AtomicLong();
    private final AtomicLong repeated = new AtomicLong();
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(body -> {
        final Thread thread = new Thread(body, "replay-slow-master");
        thread.setDaemon(true);
        return thread;
    });

    /**
     * Creates one.
     *
     * @param millis       from a report to its acknowledgement.
     * @param tasks        how many tasks there are.
     * @param client       who is acknowledged to.
     * @param told         gets each report once.
     * @param acknowledged gets the number of each task whose final report is about to be acknowledged; of one that came
     *                     again, again.
     */
    SlowMaster(
            final long millis,
            final int tasks,
            final TaskExecutorClient client,
            final Consumer<TaskReport> told,
            final IntConsumer acknowledged) {
        this.millis = millis;
        this.client = client;
        this.told = told;
        this.acknowledged = acknowledged;
        this.taken = new int[tasks];
    }

    @Override
    public void send(final String destination, final List<TaskReport> batch) {
        for (final TaskReport each : batch) {
            final int task = (int) each.taskId();
            if (each.sequence() <= taken[task]) {
                repeated.incrementAndGet();
            } else {
                taken[task] = (int) each.sequence();
                reports.incrementAndGet();
                told.accept(each);
            }
        }
        timer.schedule(() -> acknowledge(destination, batch), millis, TimeUnit.MILLISECONDS);
    }

    private void acknowledge(final String destination, final List<TaskReport> batch) {
        for (int i = 0; i < batch.size(); i++) {
            final TaskReport each = batch.get(i);
            if (each.isFinal()) {
                acknowledged.accept((int) each.taskId());
            }
            if (i + 1 == batch.size() || batch.get(i + 1).taskId() != each.taskId()) {
                client.acknowledge(destination, each.taskId(), each.dispatchEpoch(), each.sequence());
            }
        }
    }

    /** How many reports it has taken. */
    long reports() {
        return reports.get();
    }

    /** How many it was sent again. */
    long repeated() {
        return repeated.get();
    }

    /** Acknowledges nothing more. */
    void close() {
        timer.shutdownNow();
    }
}
