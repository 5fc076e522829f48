package io.ringmaster.balance;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringmaster.CloseReport;
import io.ringmaster.Ledger;
import io.ringmaster.TaskEngine;
import io.ringmaster.eventbus.PartitionSnapshot;
import io.ringmaster.eventbus.Partitions;
import io.ringmaster.eventbus.WaitMode;
import io.ringmaster.task.Step;
import io.ringmaster.task.TaskHandle;
import io.ringmaster.task.TaskOutcome;
import io.ringmaster.task.TaskSpec;
import io.ringmaster.testing.Conditions;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** What the tests of several partitions per thread share. */
final class Engines {
    private static final AtomicInteger COUNT = new AtomicInteger();

    private Engines() {}

    /** Stalls are noticed and ladders climbed within a fraction of a second; nothing moves by itself. */
    static TaskEngine.Context context(final int threads, final int partitions) {
        return new TaskEngine.Context()
                .name("balance-" + COUNT.incrementAndGet())
                .fireWorkers(threads)
                .partitions(partitions)
                .balanceIntervalMillis(0)
                .waitMode(WaitMode.ADAPTIVE)
                .recordLatency(false)
                .ringCapacity(1024)
                .stallThresholdMillis(30)
                .spareThreads(8)
                .exclusiveThreads(4)
                .killInterruptMillis(30)
                .killHookMillis(30)
                .killAbandonMillis(60);
    }

    /** The partitions of an engine, by a task that is submitted and awaited for it. */
    static Partitions partitions(final TaskEngine engine) throws Exception {
        final TaskHandle handle = engine.submit(TaskSpec.of(Long.MAX_VALUE, context -> Step.DONE));
        assertSuccess(handle);
        return Partitions.of(handle);
    }

    static void assertSuccess(final TaskHandle handle) throws Exception {
        assertThat(handle.isAccepted()).as("refused: " + handle.refusal()).isTrue();
        final TaskOutcome outcome = handle.await(60, TimeUnit.SECONDS);
        assertThat(outcome).as("task " + handle.id() + " is " + handle.state()).isNotNull();
        assertThat(outcome.isSuccess()).as(outcome::toString).isTrue();
    }

    static void move(final Partitions partitions, final int partition, final int thread) throws Exception {
        final Partitions.Move move = partitions.move(partition, thread);
        assertThat(move).isNotNull();
        Conditions.await("partition " + partition + " is sent to thread " + thread, move::isServed);
        assertThat(partitions.threadOf(partition)).isEqualTo(thread);
    }

    static List<PartitionSnapshot> look(final TaskEngine engine) {
        return engine.metrics().partitions();
    }

    /** Everything accepted has ended once and nothing is left behind. */
    static void assertBalancedAndClose(final TaskEngine engine) throws Exception {
        assertThat(engine.drain(60, TimeUnit.SECONDS)).as("drained").isTrue();
        final Ledger ledger = engine.ledger();
        assertThat(ledger.isBalanced()).as(ledger::toString).isTrue();
        final CloseReport report = engine.closeAndReport();
        assertThat(report.clean()).as(report::toString).isTrue();
    }
}
