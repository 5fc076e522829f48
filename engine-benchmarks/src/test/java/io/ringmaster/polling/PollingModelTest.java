package io.ringmaster.polling;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import org.junit.jupiter.api.Test;

/** The model's parts on one thread and a virtual clock: the test ticks, and turns the one worker. */
class PollingModelTest {
    private static final long TRACK_MILLIS = 10_000;

    private final Map<Long, PollingExecutor> live = new LinkedHashMap<>();
    private final Queue<Runnable> firing = new ArrayDeque<>();
    private final List<String> told = new ArrayList<>();
    private final PollingLog log = new PollingLog(true);
    private long nowMillis = 1_000;
    private final PollingContainer shared = new PollingContainer(1, false, () -> nowMillis, TRACK_MILLIS);
    private final PollingContainer exclusive = new PollingContainer(1, true, () -> nowMillis, TRACK_MILLIS);
    private final List<PollingEvent> sent = new ArrayList<>();
    private final PollingReporter reporter = new PollingReporter(log, sent::add);
    private final PollingEventBuses buses =
            new PollingEventBuses(live, firing::add, (id, type) -> told.add(id + " " + type), reporter, log);

    @Test
    void shouldFireOneEventOfEachExecutorPerTick() {
        submit(1, shared, () -> {});
        submit(2, shared, () -> {});
        pass(shared);

        tick();
        assertThat(told).containsExactly("1 DISPATCHED", "2 DISPATCHED");
        tick();
        assertThat(told).endsWith("1 STARTED", "2 STARTED");
        tick();
        assertThat(told).endsWith("1 SUCCEEDED", "2 SUCCEEDED");
        assertThat(live).hasSize(2);
        tick();
        assertThat(told).hasSize(8).endsWith("1 FINALIZE", "2 FINALIZE");
        assertThat(live).isEmpty();
    }

    @Test
    void shouldGoOverAllLiveExecutorsWhetherOrNotTheyHaveAnEvent() {
        for (int id = 0; id < 100; id++) {
            submit(id, shared, new Waiting());
        }
        pass(shared);
        tick();
        tick();
        told.clear();

        buses.tick();

        assertThat(firing).hasSize(100);
        runFiring();
        assertThat(told).isEmpty();
    }

    @Test
    void shouldKeepAnExclusiveThreadUntilTheFourthTick() {
        assertThat(submit(1, exclusive, () -> {})).isTrue();
        pass(exclusive);

        for (int i = 0; i < 3; i++) {
            tick();
            assertThat(submit(2, exclusive, () -> {})).isFalse();
        }
        tick();

        assertThat(submit(2, exclusive, () -> {})).isTrue();
    }

    @Test
    void shouldSeeAKillOnlyWhenTheStateIsNextAskedFor() {
        final Waiting task = new Waiting();
        submit(1, shared, task);
        pass(shared);
        tick();
        tick();
        live.get(1L).publish(PollingEventType.KILL);
        assertThat(task.killed).isFalse();
        tick();
        assertThat(task.killed).isTrue();

        nowMillis += TRACK_MILLIS - 1;
        pass(shared);
        tick();
        assertThat(told).doesNotContain("1 KILLED");

        nowMillis += 1;
        pass(shared);
        tick();
        assertThat(told).contains("1 KILLED");
        assertThat(task.asked).isEqualTo(2);
    }

    @Test
    void shouldPassAgainAfterAHundredMillisOrWhenAStateIsDue() {
        assertThat(pass(shared)).isEqualTo(100);
        submit(1, shared, new Waiting());
        assertThat(pass(shared)).isEqualTo(100);

        nowMillis += TRACK_MILLIS - 30;

        assertThat(pass(shared)).isEqualTo(30);
    }

    @Test
    void shouldTellOfATaskThatFails() {
        submit(1, shared, () -> {
            throw new IllegalStateException("on purpose");
        });
        pass(shared);

        for (int i = 0; i < 4; i++) {
            tick();
        }

        assertThat(told).containsExactly("1 DISPATCHED", "1 STARTED", "1 FAILED", "1 FINALIZE");
    }

    @Test
    void shouldLeaveAnExecutorToTheNextTickWhileItsEventIsBeingFired() {
        submit(1, shared, () -> {});
        pass(shared);
        buses.tick();
        // The pool has begun with it, and a tick comes before it has ended.
        final List<Integer> nested = new ArrayList<>();
        final PollingEventBuses[] inner = new PollingEventBuses[1];
        inner[0] = new PollingEventBuses(
                live,
                firing::add,
                (id, type) -> {
                    final int before = firing.size();
                    inner[0].tick();
                    nested.add(firing.size() - before);
                },
                reporter,
                log);
        firing.clear();
        inner[0].tick();
        runFiring();

        assertThat(nested).containsExactly(0);
    }

    @Test
    void shouldReportTheNextEventOfAnExecutorOnceTheOneBeforeIsAcknowledged() {
        submit(1, shared, () -> {});
        pass(shared);
        for (int i = 0; i < 4; i++) {
            tick();
        }
        final List<PollingEventType> types = new ArrayList<>();
        while (reporter.unacknowledged() > 0) {
            reporter.pass();
            reporter.pass();
            assertThat(sent).hasSize(1);
            types.add(sent.get(0).type());
            reporter.acknowledge(sent.remove(0));
        }

        assertThat(types)
                .containsExactly(PollingEventType.DISPATCHED, PollingEventType.STARTED, PollingEventType.SUCCEEDED);
    }

    @Test
    void shouldRenderEachEventWheneverItMovesAndEachContextOnce() {
        submit(1, shared, () -> {});
        final long dispatched = log.characters();
        assertThat(dispatched).isPositive();
        pass(shared);
        final long raised = log.characters();
        assertThat(raised).isGreaterThan(4 * dispatched);
        for (int i = 0; i < 4; i++) {
            tick();
        }
        assertThat(log.characters()).isGreaterThan(raised + 4 * dispatched / 2);

        final PollingLog silent = new PollingLog(false);
        new PollingExecutor(2, () -> {}, shared, silent, nowMillis).publish(PollingEventType.DISPATCHED);
        assertThat(silent.characters()).isZero();
    }

    private boolean submit(final long id, final PollingContainer container, final PollingTask task) {
        final PollingExecutor executor = new PollingExecutor(id, task, container, log, nowMillis);
        if (!container.dispatch(executor)) {
            return false;
        }
        live.put(executor.id(), executor);
        executor.publish(PollingEventType.DISPATCHED);
        container.start(executor);
        return true;
    }

    private static long pass(final PollingContainer container) {
        return container.workers().get(0).pass();
    }

    private void tick() {
        buses.tick();
        runFiring();
    }

    private void runFiring() {
        for (Runnable next = firing.poll(); next != null; next = firing.poll()) {
            next.run();
        }
    }

    private static final class Waiting implements PollingTask {
        private boolean killed;
        private int asked;

        @Override
        public void trigger() {}

        @Override
        public PollingState track() {
            asked++;
            return killed ? PollingState.KILLED : PollingState.RUNNING;
        }

        @Override
        public void kill() {
            killed = true;
        }
    }
}
