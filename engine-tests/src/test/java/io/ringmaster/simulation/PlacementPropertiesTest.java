package io.ringmaster.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringmaster.Ledger;
import io.ringmaster.TaskEngine;
import io.ringmaster.eventbus.PartitionSnapshot;
import io.ringmaster.lifecycle.LifecycleEventType;
import io.ringmaster.task.Step;
import io.ringmaster.task.Task;
import io.ringmaster.task.TaskSpec;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;

/** Where executors are placed, seen from outside: their events tell the partition. */
class PlacementPropertiesTest {
    /** Live executors of a partition up to which nobody is sent to its second choice. */
    private static final int BALANCE_FROM = 256;

    private static final Task WAITS = context -> Step.WHEN_SIGNALLED;

    private static TaskEngine launch(final int fireWorkers, final Map<Long, Integer> partitions) {
        return TaskEngine.launch(new TaskEngine.Context()
                .fireWorkers(fireWorkers)
                .invokerMode(true)
                .recordLatency(false)
                .ringCapacity(1 << 14)
                .listener(event -> {
                    if (event.type() == LifecycleEventType.SUBMIT) {
                        partitions.put(event.taskId(), event.partition());
                    }
                }));
    }

    private static long[] live(final TaskEngine engine) {
        return engine.metrics().partitions().stream()
                .mapToLong(PartitionSnapshot::accepted)
                .toArray();
    }

    @Property(tries = 60)
    void shouldSpreadIdsWithAnyStride(
            @ForAll @IntRange(min = 2, max = 12) final int fireWorkers,
            @ForAll final long start,
            @ForAll @LongRange(min = 1, max = 1L << 40) final long multiple) {
        final int each = 200; // so few that load never comes into it
        final Map<Long, Integer> partitions = new HashMap<>();
        final int[] counts = new int[fireWorkers];
        try (TaskEngine engine = launch(fireWorkers, partitions)) {
            final TaskSpec spec = TaskSpec.of(0, context -> Step.DONE);
            for (int i = 0; i < each * fireWorkers; i++) {
                assertThat(engine.trySubmit(start + i * multiple * fireWorkers, spec)
                                .isAccepted())
                        .isTrue();
                if (i % 100 == 0) {
                    engine.invoker().invoke();
                }
            }
            engine.invoker().invoke();
        }
        partitions.values().forEach(partition -> counts[partition]++);
        // The standard deviation is sqrt(200): six of them are 85.
        for (final int count : counts) {
            assertThat(count).isBetween(each - 85, each + 85);
        }
    }

    @Property(tries = 20)
    void shouldSendACrowdToItsSecondChoices(
            @ForAll @IntRange(min = 2, max = 8) final int fireWorkers, @ForAll final long seed) {
        final SplittableRandom random = new SplittableRandom(seed);
        final List<Long> crowd = new ArrayList<>();
        final Map<Long, Integer> alone = new HashMap<>();
        final TaskSpec ends = TaskSpec.of(0, context -> Step.DONE);
        try (TaskEngine engine = launch(fireWorkers, alone)) {
            while (crowd.size() < 4 * BALANCE_FROM) {
                final long id = random.nextLong();
                engine.trySubmit(id, ends);
                engine.invoker().invoke();
                if (alone.get(id) == 0) {
                    crowd.add(id);
                }
            }
        }
        final Map<Long, Integer> together = new HashMap<>();
        try (TaskEngine engine = launch(fireWorkers, together)) {
            final TaskSpec waits = TaskSpec.of(0, WAITS);
            for (final long id : crowd) {
                assertThat(engine.trySubmit(id, waits).isAccepted()).isTrue();
                engine.invoker().invoke();
            }
            final long[] live = live(engine);
            assertThat(live[0]).isGreaterThan(BALANCE_FROM);
            // Every other partition gets its part of the rest, none more than the crowded one: five quarters of the
            // mean.
            final long mean = crowd.size() / fireWorkers;
            assertThat(live[0]).isLessThanOrEqualTo(Math.max(BALANCE_FROM + 1, mean * 5 / 4 + 2));
            for (int i = 1; i < fireWorkers; i++) {
                assertThat(live[i]).isPositive().isLessThanOrEqualTo(crowd.size() - BALANCE_FROM);
            }
            assertThat(together.values().stream().filter(partition -> partition != 0))
                    .hasSize((int) (crowd.size() - live[0]));
        }
    }

    @Property(tries = 30)
    void shouldKeepTheBooksWhateverIsSubmitted(
            @ForAll @IntRange(min = 1, max = 4) final int fireWorkers,
            @ForAll @IntRange(min = 0, max = 400) final int tasks,
            @ForAll @IntRange(min = 1, max = 50) final int ids,
            @ForAll final long seed) {
        final SplittableRandom random = new SplittableRandom(seed);
        final TaskEngine engine = launch(fireWorkers, new HashMap<>());
        long accepted = 0;
        long failed = 0;
        for (int i = 0; i < tasks; i++) {
            final boolean fails = random.nextBoolean();
            final boolean taken = engine.trySubmit(TaskSpec.of(
                            random.nextInt(ids),
                            context -> fails ? context.failed(new IllegalStateException()) : Step.DONE))
                    .isAccepted();
            accepted += taken ? 1 : 0;
            failed += taken && fails ? 1 : 0;
            final Ledger ledger = engine.ledger();
            assertThat(ledger.accepted()).isEqualTo(accepted);
            assertThat(ledger.live()).isEqualTo(accepted - ledger.finalized());
            if (random.nextInt(20) == 0) {
                engine.invoker().fireWorker(random.nextInt(fireWorkers));
            }
        }
        engine.close();
        final Ledger ledger = engine.ledger();
        assertThat(ledger.isBalanced()).isTrue();
        assertThat(ledger.accepted()).isEqualTo(accepted);
        assertThat(ledger.succeeded() + ledger.failed() + ledger.killed()).isEqualTo(accepted);
        assertThat(ledger.failed()).isLessThanOrEqualTo(failed);
    }
}
