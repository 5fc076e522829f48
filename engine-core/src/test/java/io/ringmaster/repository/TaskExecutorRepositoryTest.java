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
import java.util.stream.Collectors;
import java.util.stream.LongStream;
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

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 16, 64, 256, 1000, 4096, 1L << 32, 1L << 40})
    void shouldSpreadIdsOfAnyStrideOverStripesAndBins(final long stride) {
        final int ids = 1 << 16;
        final Map<Long, Long> perStripe = LongStream.range(0, ids)
                .mapToObj(i -> TaskExecutorRepository.hash(i * stride) >>> 56)
                .collect(Collectors.groupingBy(stripe -> stripe, Collectors.counting()));
        assertThat(perStripe).hasSizeGreaterThan(200);
        assertThat(Collections.max(perStripe.values())).isLessThan(8L * ids / 256);
        // 256 ids per stripe on average: a chain is as long as many of them share a bin of its table of 256.
        final Map<Long, Long> perBin = LongStream.range(0, ids)
                .mapToObj(i -> TaskExecutorRepository.hash(i * stride))
                .collect(Collectors.groupingBy(
                        hash -> hash >>> 56 << 8 | hash >>> Stripe.INDEX_SHIFT & 255, Collectors.counting()));
        assertThat(Collections.max(perBin.values())).isLessThan(48L);
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
