package io.ringmaster.allocation;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.ringmaster.TaskEngine;
import io.ringmaster.client.InProcessTaskExecutorClient;
import io.ringmaster.metrics.CountersReader;
import io.ringmaster.task.Step;
import io.ringmaster.task.TaskSpec;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A copy of the counters allocates nothing: an engine that is watched for weeks makes no garbage for it. */
@Timeout(120)
class CountersAllocationTest {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final int WARM_UP = 20_000;
    private static final int COPIES = 10_000;
    /** What the measurement itself may cost, in all. */
    private static final long TOLERANCE_BYTES = 4096;

    @TempDir
    private Path folder;

    private long now = 1;

    @Test
    void shouldAllocateNothingForACopy() throws Exception {
        final Path file = folder.resolve("engine.counters");
        try (InProcessTaskExecutorClient client = InProcessTaskExecutorClient.launch(
                        new TaskEngine.Context()
                                .fireWorkers(4)
                                .invokerMode(true)
                                .nanoClock(() -> now)
                                // Ten copies a second, and no other look of the monitor's meanwhile.
                                .stallThresholdMillis(TimeUnit.DAYS.toMillis(1))
                                .closeTimeoutMillis(TimeUnit.DAYS.toMillis(11))
                                .countersFile(file),
                        answer -> {});
                CountersReader reader = CountersReader.open(file)) {
            client.connect("master", (destination, reports) -> {});
            for (int i = 0; i < 100; i++) {
                client.engine().trySubmit(TaskSpec.of(i, context -> Step.WHEN_SIGNALLED));
            }
            client.invoker().invoke();
            copy(client, WARM_UP);
            final long copies = reader.read().copies();
            final long before =
                    THREADS.getThreadAllocatedBytes(Thread.currentThread().getId());
            copy(client, COPIES);
            final long bytes =
                    THREADS.getThreadAllocatedBytes(Thread.currentThread().getId()) - before;
            assertThat(reader.read().copies()).isEqualTo(copies + COPIES);
            assertThat(bytes).as("bytes for %d copies", COPIES).isLessThanOrEqualTo(TOLERANCE_BYTES);
        }
    }

    private void copy(final InProcessTaskExecutorClient client, final int times) {
        for (int i = 0; i < times; i++) {
            now += TimeUnit.MILLISECONDS.toNanos(100);
            client.engine().invoker().monitor();
        }
    }
}
