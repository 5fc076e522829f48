package io.ringmaster.repository;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringmaster.lifecycle.TaskExecutor;
import io.ringmaster.task.Step;
import io.ringmaster.task.TaskSpec;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import java.util.function.LongUnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TaskExecutorRepositoryTest {
    private final TaskExecutorRepository repository = new TaskExecutorRepository();

    private static TaskExecutor executor(final long id, final long groupId) {
        final TaskSpec spec =
                TaskSpec.builder(id).groupId(groupId).task(context -> Step.DONE).build();
        return new TaskExecutor(id, spec, null, null, 0);
    }

    @Test
    void shouldKeepTheFirstOfTwoWithOneId() {
        final TaskExecutor first = executor(7, 0);
        assertThat(repository.register(first)).isTrue();
        assertThat(repository.register(executor(7, 0))).isFalse();
        assertThat(repository.get(7)).isSameAs(first);
        repository.remove(first);
        assertThat(repository.get(7)).isNull();
        assertThat(repository.register(executor(7, 0))).isTrue();
    }

    @Test
    void shouldAgreeWithAMapOverRandomHistories() {
        final long seed = Long.getLong("ringmaster.seed", System.nanoTime());
        final Random random = new Random(seed);
        final LongUnaryOperator[] shapes = {id -> id, id -> id * 16, id -> id << 32, id -> -id, id -> id * 4096};
        for (final LongUnaryOperator shape : shapes) {
            final Map<Long, TaskExecutor> model = new HashMap<>();
            for (int i = 0; i < 50_000; i++) {
                final long id = shape.applyAsLong(random.nextInt(5_000));
                final TaskExecutor known = model.get(id);
                assertThat(repository.get(id)).as("seed %d, id %d", seed, id).isSameAs(known);
                if (known == null) {
                    final TaskExecutor executor = executor(id, 0);
                    assertThat(repository.register(executor)).isTrue();
                    model.put(id, executor);
                } else if (random.nextBoolean()) {
                    repository.remove(known);
                    model.remove(id);
                } else {
                    assertThat(repository.register(executor(id, 0))).isFalse();
                }
            }
            assertThat(repository.size()).as("seed %d", seed).isEqualTo(model.size());
            final TreeSet<Long> visited = new TreeSet<>();
            repository.forEach(each -> visited.add(each.id()));
            assertThat(visited).as("seed %d", seed).isEqualTo(new TreeSet<>(model.keySet()));
            model.values().forEach(repository::remove);
            assertThat(repository.size()).isZero();
        }
    }

    @Test
    void shouldFindNothingOfATaskThatIsDoneAndClearItsPlaceLater() {
        final TaskExecutor first = executor(7, 0);
        final TaskExecutor other = executor(8, 0);
        assertThat(repository.register(first)).isTrue();
        assertThat(repository.register(other)).isTrue();
        repository.removeEnded(new long[] {7, 8}, 2);
        assertThat(repository.get(7)).as("not done yet").isSameAs(first);

        first.complete();
        assertThat(repository.get(7)).isNull();
        final List<TaskExecutor> visited = new ArrayList<>();
        repository.forEach(visited::add);
        assertThat(visited).containsExactly(other);
        assertThat(repository.size()).isEqualTo(2);

        final TaskExecutor second = executor(7, 0);
        assertThat(repository.register(second)).as("the id is free").isTrue();
        assertThat(repository.register(executor(7, 0))).isFalse();
        repository.removeEnded(new long[] {7, 8}, 2);
        assertThat(repository.get(7)).as("registered anew").isSameAs(second);
        assertThat(repository.size()).isEqualTo(2);

        second.complete();
        other.complete();
        repository.removeEnded(new long[] {0, 7, 8, 7}, 4);
        assertThat(repository.size()).isZero();
    }

    /** Sequences, strides up to that of time-sorted ids with machine and counter below the time, and no stride at all. */
    @ParameterizedTest
    @ValueSource(
            longs = {1, 2, 3, 16, 64, 256, 257, 1000, 4096, 1L << 20, 1L << 22, 1L << 32, 1L << 40, 0x9E3779B97F4A7C15L
            })
    void shouldSpreadIdsOfAnyStrideOverStripesAndBins(final long stride) {
        final int ids = 1 << 16;
        final Map<Integer, Integer> perStripe = new HashMap<>();
        final Map<Long, Integer> perBin = new HashMap<>();
        final int bins = 512; // as large as the table of a stripe's 256 ids
        for (int i = 0; i < ids; i++) {
            final long id = i * stride;
            final long hash = TaskExecutorRepository.hash(id);
            final int stripe = (int) (hash >>> Long.SIZE - TaskExecutorRepository.STRIPE_BITS);
            perStripe.merge(stripe, 1, Integer::sum);
            perBin.merge((long) stripe << 32 | Stripe.index(id, hash, bins), 1, Integer::sum);
        }
        assertThat(perStripe).hasSizeGreaterThan(200);
        assertThat(Collections.max(perStripe.values())).isLessThan(4 * ids / 256);
        assertThat(Collections.max(perBin.values())).as("longest chain").isLessThan(12);
        final long walked =
                perBin.values().stream().mapToLong(n -> (long) n * (n - 1) / 2).sum();
        assertThat((double) walked / ids).as("others passed on the way to one").isLessThan(2);
    }

    @Test
    void shouldListAGroupInOrderOfAdmissionAndForgetItWithItsLastMember() {
        final List<TaskExecutor> members = new ArrayList<>();
        for (long id = 1; id <= 100; id++) {
            final TaskExecutor member = executor(id, 9);
            repository.register(member);
            members.add(member);
            repository.register(executor(1000 + id, 8));
        }
        assertThat(repository.members(9)).isEqualTo(members);
        Collections.shuffle(members, new Random(1));
        for (final TaskExecutor each : members) {
            assertThat(repository.members(9)).contains(each);
            repository.remove(each);
        }
        assertThat(repository.members(9)).isEmpty();
        assertThat(repository.members(8)).hasSize(100);
    }
}
