package io.ringmaster.container;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringmaster.lifecycle.ExclusiveAttempt;
import io.ringmaster.lifecycle.LifecycleEventType;
import io.ringmaster.lifecycle.TaskExecutor;
import io.ringmaster.lifecycle.TaskExecutorEventBus;
import io.ringmaster.lifecycle.TaskResources;
import io.ringmaster.resilience.Quota;
import io.ringmaster.resilience.QuotaSubject;
import io.ringmaster.resilience.Quotas;
import io.ringmaster.resilience.TaskTypes;
import io.ringmaster.task.Step;
import io.ringmaster.task.TaskHandle;
import io.ringmaster.task.TaskPolicy;
import io.ringmaster.task.TaskSpec;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Executor;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class FairQueueTest {
    private static final String[] TENANTS = {"", "a", "b", "c"};
    private static final String[] TYPES = {"", "x", "y"};

    /** A queue with quotas, as an engine would have it, and what is on its threads. */
    private static final class Rig implements QuotaSubject {
        private final Quotas quotas =
                new Quotas(new TaskTypes(TaskPolicy.OPEN, Map.of(), 1, 1, 1), Long.MAX_VALUE, () -> 0);
        private final FairQueue queue = new FairQueue(quotas);
        private final List<ExclusiveAttempt> running = new ArrayList<>();
        private long ids;

        Rig() {
            quotas.bind(this);
        }

        ExclusiveAttempt offer(final String tenant, final String type) {
            final TaskSpec spec = TaskSpec.builder(++ids)
                    .task(context -> Step.DONE)
                    .tenant(tenant)
                    .type(type)
                    .build();
            final ExclusiveAttempt attempt = ExclusiveAttempt.queued(new TaskExecutor(ids, spec, new NoBus(), null, 0));
            queue.offer(attempt);
            return attempt;
        }

        ExclusiveAttempt poll() {
            final ExclusiveAttempt next = queue.poll(null);
            if (next != null) {
                running.add(next);
            }
            return next;
        }

        void end(final int index) {
            queue.release(running.remove(index));
        }

        List<Long> startAll() {
            final List<Long> order = new ArrayList<>();
            for (ExclusiveAttempt next = poll(); next != null; next = poll()) {
                order.add(next.taskId());
            }
            return order;
        }

        Quota quota(final Random random) {
            return switch (random.nextInt(5)) {
                case 0 -> quotas.engine();
                case 1, 2 -> quotas.tenant(TENANTS[1 + random.nextInt(TENANTS.length - 1)]);
                default -> quotas.type(TYPES[1 + random.nextInt(TYPES.length - 1)]);
            };
        }

        @Override
        public long live() {
            return 0;
        }

        @Override
        public void maxLiveChanged(final long most) {}

        @Override
        public int exclusiveRunning() {
            return queue.running();
        }

        @Override
        public int exclusiveRunningOfTenant(final String tenant) {
            return queue.runningOfTenant(tenant);
        }

        @Override
        public int exclusiveRunningOfType(final String type) {
            return queue.runningOfType(type);
        }

        @Override
        public void exclusiveThreadsChanged() {
            queue.limitsChanged();
        }
    }

    private record NoBus() implements TaskExecutorEventBus {
        @Override
        public int partition() {
            return 0;
        }

        @Override
        public void requestControl(final TaskExecutor executor) {}

        @Override
        public void publish(final LifecycleEventType type, final ExclusiveAttempt attempt) {}

        @Override
        public void park(final ExclusiveAttempt attempt, final long nanos) {}

        @Override
        public TaskHandle trySubmitChild(final TaskExecutor parent, final TaskSpec spec) {
            throw new UnsupportedOperationException();
        }

        @Override
        public boolean awaitDone(final TaskExecutor executor, final long timeoutNanos) {
            return true;
        }

        @Override
        public Executor completionExecutor() {
            return Runnable::run;
        }

        @Override
        public long cpuNanos() {
            return -1;
        }

        @Override
        public void report(final String what, final Throwable error) {
            throw new AssertionError(what, error);
        }

        @Override
        public TaskResources resources() {
            return null;
        }

        @Override
        public long nanoTime() {
            return 0;
        }
    }

    /** Whoever waits, in the order of coming; tenants, the one whose turn is next first. All looked through each time. */
    private static final class Model {
        private final Rig rig;
        private final List<ExclusiveAttempt> waiting = new ArrayList<>();
        private final List<String> turns = new ArrayList<>();

        Model(final Rig rig) {
            this.rig = rig;
        }

        void offer(final ExclusiveAttempt attempt) {
            waiting.add(attempt);
            if (!turns.contains(attempt.spec().tenant())) {
                turns.add(attempt.spec().tenant());
            }
        }

        private long running(final String tenant, final String type) {
            return rig.running.stream()
                    .filter(each -> tenant == null || each.spec().tenant().equals(tenant))
                    .filter(each -> type == null || each.spec().type().equals(type))
                    .count();
        }

        boolean mayStart(final TaskSpec spec) {
            final Quota tenant = rig.quotas.ofTenant(spec.tenant());
            final Quota type = rig.quotas.ofType(spec.type());
            return running(null, null) < rig.quotas.engine().exclusiveThreads()
                    && (tenant == null || running(spec.tenant(), null) < tenant.exclusiveThreads())
                    && (type == null || running(null, spec.type()) < type.exclusiveThreads());
        }

        ExclusiveAttempt next() {
            for (final String tenant : turns) {
                for (final ExclusiveAttempt each : waiting) {
                    if (each.spec().tenant().equals(tenant) && mayStart(each.spec())) {
                        return each;
                    }
                }
            }
            return null;
        }

        void start(final ExclusiveAttempt attempt) {
            final String tenant = attempt.spec().tenant();
            waiting.remove(attempt);
            turns.remove(tenant);
            if (waiting.stream().anyMatch(each -> each.spec().tenant().equals(tenant))) {
                turns.add(tenant);
            }
        }
    }

    @Property(tries = 500)
    void shouldStartWhatTheModelStarts(@ForAll final long seed, @ForAll @IntRange(min = 1, max = 300) final int steps) {
        final Random random = new Random(seed);
        final Rig rig = new Rig();
        final Model model = new Model(rig);
        for (int i = 0; i < steps; i++) {
            switch (random.nextInt(10)) {
                case 0, 1, 2, 3 ->
                    model.offer(
                            rig.offer(TENANTS[random.nextInt(TENANTS.length)], TYPES[random.nextInt(TYPES.length)]));
                case 4, 5, 6 -> {
                    final ExclusiveAttempt expected = model.next();
                    assertThat(rig.queue.hasStartable()).isEqualTo(expected != null);
                    assertThat(rig.poll()).isSameAs(expected);
                    if (expected != null) {
                        model.start(expected);
                    }
                }
                case 7, 8 -> {
                    if (!rig.running.isEmpty()) {
                        rig.end(random.nextInt(rig.running.size()));
                    }
                }
                default ->
                    rig.quota(random)
                            .exclusiveThreads(random.nextInt(4) == 0 ? Quota.NO_EXCLUSIVE_LIMIT : random.nextInt(5));
            }
            assertThat(rig.queue.running()).isEqualTo(rig.running.size());
            for (final String tenant : TENANTS) {
                assertThat(rig.queue.runningOfTenant(tenant)).isEqualTo((int) model.running(tenant, null));
            }
            for (final String type : TYPES) {
                assertThat(rig.queue.runningOfType(type)).isEqualTo((int) model.running(null, type));
            }
            assertThat(rig.queue.waiting().stream()
                            .mapToInt(ExclusiveWaiting::attempts)
                            .sum())
                    .isEqualTo(model.waiting.size());
        }
    }

    /** Whoever is cancelled never starts; all others do, in order by tenant and type, once there is no limit any more. */
    @Property(tries = 300)
    void shouldDropTheCancelledAndStartTheRest(@ForAll final long seed) {
        final Random random = new Random(seed);
        final Rig rig = new Rig();
        final List<ExclusiveAttempt> offered = new ArrayList<>();
        final List<ExclusiveAttempt> started = new ArrayList<>();
        final Set<ExclusiveAttempt> cancelled = new HashSet<>();
        for (int i = 0; i < 300; i++) {
            switch (random.nextInt(8)) {
                case 0, 1, 2 ->
                    offered.add(
                            rig.offer(TENANTS[random.nextInt(TENANTS.length)], TYPES[random.nextInt(TYPES.length)]));
                case 3 -> {
                    final ExclusiveAttempt next = rig.poll();
                    if (next != null) {
                        started.add(next);
                    }
                }
                case 4, 5 -> {
                    final ExclusiveAttempt any = offered.isEmpty() ? null : offered.get(random.nextInt(offered.size()));
                    if (any != null && !started.contains(any) && any.cancel()) {
                        cancelled.add(any);
                    }
                }
                case 6 -> {
                    if (!rig.running.isEmpty()) {
                        rig.end(random.nextInt(rig.running.size()));
                    }
                }
                default -> rig.quota(random).exclusiveThreads(random.nextInt(3));
            }
        }
        for (int i = 1; i < TENANTS.length; i++) {
            rig.quotas.tenant(TENANTS[i]).exclusiveThreads(Quota.NO_EXCLUSIVE_LIMIT);
        }
        for (int i = 1; i < TYPES.length; i++) {
            rig.quotas.type(TYPES[i]).exclusiveThreads(Quota.NO_EXCLUSIVE_LIMIT);
        }
        rig.quotas.engine().exclusiveThreads(Quota.NO_EXCLUSIVE_LIMIT);
        for (ExclusiveAttempt next = rig.poll(); next != null; next = rig.poll()) {
            started.add(next);
        }
        assertThat(started).doesNotContainAnyElementsOf(cancelled).hasSize(offered.size() - cancelled.size());
        final Map<String, Long> lastOf = new HashMap<>();
        for (final ExclusiveAttempt each : started) {
            final Long before =
                    lastOf.put(each.spec().tenant() + '/' + each.spec().type(), each.taskId());
            assertThat(before == null || before < each.taskId()).isTrue();
        }
        while (!rig.running.isEmpty()) {
            rig.end(0);
        }
        assertThat(rig.queue.waiting()).isEmpty();
        assertThat(rig.queue.running()).isZero();
    }

    /** The place is the number of starts up to one's own, as it turns out. */
    @Property(tries = 200)
    void shouldForetellThePlace(@ForAll final long seed, @ForAll @IntRange(min = 1, max = 40) final int count) {
        final Random random = new Random(seed);
        final Rig rig = new Rig();
        final List<ExclusiveAttempt> offered = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            offered.add(rig.offer(TENANTS[random.nextInt(TENANTS.length)], ""));
            if (random.nextInt(4) == 0) {
                offered.remove(rig.poll());
            }
        }
        final Map<Long, Integer> places = new HashMap<>();
        offered.forEach(each -> places.put(each.taskId(), rig.queue.place(each)));
        final List<Long> order = rig.startAll();
        order.forEach(id -> assertThat(places.get(id)).as("task %d", id).isEqualTo(order.indexOf(id) + 1));
        offered.forEach(each -> assertThat(rig.queue.place(each)).isZero());
    }

    @Test
    void shouldDelayATenantByOneStartForEachOtherOne() {
        final Rig rig = new Rig();
        for (int i = 0; i < 1000; i++) {
            rig.offer("a", "");
        }
        assertThat(rig.poll().taskId()).isEqualTo(1);
        for (int i = 0; i < 5; i++) {
            rig.offer("b", "");
        }
        assertThat(rig.startAll().subList(0, 12))
                .containsExactly(2L, 1001L, 3L, 1002L, 4L, 1003L, 5L, 1004L, 6L, 1005L, 7L, 8L);
    }

    /** A tenant that is held keeps its turn, and what it holds does not hold anybody else. */
    @Test
    void shouldSayWhatHolds() {
        final Rig rig = new Rig();
        rig.quotas.tenant("a").exclusiveThreads(1);
        rig.quotas.type("y").exclusiveThreads(1);
        rig.offer("a", "x");
        final ExclusiveAttempt held = rig.offer("a", "x");
        rig.offer("b", "y");
        final ExclusiveAttempt heldByType = rig.offer("b", "y");
        final ExclusiveAttempt passes = rig.offer("b", "x");
        assertThat(rig.startAll()).containsExactly(1L, 3L, passes.taskId());
        assertThat(rig.queue.holder(held)).isEqualTo("tenant 'a' has 1 of 1 exclusive threads");
        assertThat(rig.queue.holder(heldByType)).isEqualTo("type 'y' has 1 of 1 exclusive threads");
        assertThat(rig.queue.waiting())
                .containsExactly(
                        new ExclusiveWaiting("a", 1, held.taskId(), 0, "tenant 'a' has 1 of 1 exclusive threads"),
                        new ExclusiveWaiting("b", 1, heldByType.taskId(), 0, "type 'y' has 1 of 1 exclusive threads"));
        rig.quotas.engine().exclusiveThreads(2);
        rig.end(0);
        assertThat(rig.queue.holder(held)).isEqualTo("engine has 2 of 2 exclusive threads");
        rig.quotas.engine().exclusiveThreads(3);
        assertThat(rig.startAll()).containsExactly(held.taskId());
        rig.end(0);
        assertThat(rig.startAll()).containsExactly(heldByType.taskId());
    }

    /** A tenant that is held for good, and whose tasks are killed again and again, leaves nothing behind. */
    @Test
    void shouldForgetTheCancelledThoughTheyNeverComeToTheFront() {
        final Rig rig = new Rig();
        rig.quotas.tenant("a").exclusiveThreads(0);
        rig.quotas.type("y").exclusiveThreads(0);
        for (int i = 0; i < 100_000; i++) {
            final ExclusiveAttempt attempt = rig.offer(i % 2 == 0 ? "a" : "b", i % 2 == 0 ? "x" : "y");
            assertThat(attempt.cancel()).isTrue();
            if (i % 3000 == 2999) {
                assertThat(rig.poll()).isNull();
                assertThat(rig.queue.kept()).as("kept").isLessThan(1024);
            }
        }
    }

    @Test
    void shouldLeaveAsManyPlacesFreeAsATenantHas() {
        final ExclusivePlaces places = new ExclusivePlaces(90);
        int flood = 0;
        while (places.tryTake("a")) {
            flood++;
        }
        assertThat(flood).isEqualTo(45);
        int second = 0;
        while (places.tryTake("b")) {
            second++;
        }
        assertThat(second).as("as many as are left after it").isEqualTo(22);
        int others = 0;
        while (places.tryTake("")) {
            others++;
        }
        assertThat(others).as("all the rest").isEqualTo(23);
        assertThat(places.taken()).isEqualTo(90);
        places.giveBack("");
        assertThat(places.tryTake("a")).as("a has more than are free").isFalse();
        assertThat(places.tryTake("c")).as("c has none, and may have one").isTrue();
        assertThat(places.tryTake("d")).isFalse();
        for (int i = 0; i < flood; i++) {
            places.giveBack("a");
        }
        assertThat(places.heldBy("a")).isZero();
        assertThat(places.heldBy("b")).isEqualTo(second);
        assertThat(places.taken()).isEqualTo(45);
    }
}
