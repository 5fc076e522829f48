package io.ringmaster.resilience;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringmaster.TaskEngine;
import io.ringmaster.event.EngineEvent;
import io.ringmaster.task.Container;
import io.ringmaster.task.Step;
import io.ringmaster.task.Task;
import io.ringmaster.task.TaskSpec;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A line for exclusive threads that does not move, on a virtual clock. */
@Timeout(60)
class StarvationTest {
    private static TaskSpec spec(final long id, final Task task) {
        return TaskSpec.builder(id).container(Container.EXCLUSIVE).task(task).build();
    }

    @Test
    void shouldReportALineThatStandsOncePerEpisodeAndSayWhatThreadsWaitFor() {
        try (VirtualEngine engine = new VirtualEngine(new TaskEngine.Context()
                .fireWorkers(1)
                .exclusiveThreads(3)
                .starvationMillis(200)
                .resource("db", 1))) {
            engine.engine().submit(TaskSpec.of(9, context -> {
                context.acquire("db", 1);
                return Step.WHEN_SIGNALLED;
            }));
            engine.settle();
            engine.engine().submit(spec(1, context -> {
                context.acquire("db", 1);
                return Step.DONE;
            }));
            engine.engine().submit(spec(2, context -> {
                context.sleep(1, TimeUnit.HOURS);
                return Step.DONE;
            }));
            engine.pass(20, TimeUnit.MILLISECONDS);
            // The simulation starts bodies when it settles: until then they are in line.
            engine.engine().submit(spec(3, context -> Step.DONE));
            stand(engine, 150);
            assertThat(engine.eventsOf(EngineEvent.Starvation.class)).isEmpty();
            stand(engine, 600);
            assertThat(engine.eventsOf(EngineEvent.Starvation.class)).hasSize(1);
            final EngineEvent.Starvation told =
                    engine.eventsOf(EngineEvent.Starvation.class).get(0);
            assertThat(told.waiting()).isEqualTo(1);
            assertThat(told.nanos()).isBetween(200_000_000L, 300_000_000L);
            assertThat(told.reason())
                    .isEqualTo("2 of 3 exclusive threads are taken: 0 wait for tasks that are in the line themselves,"
                            + " 0 wait for other tasks, 1 wait for resources (task 1, waits for 1 of 'db' (0 of 1 free),"
                            + " number 1 in line, held by task 9), 1 just run");
            engine.pass(300, TimeUnit.MILLISECONDS);
            engine.engine().submit(spec(4, context -> Step.DONE));
            stand(engine, 600);
            assertThat(engine.eventsOf(EngineEvent.Starvation.class)).hasSize(2);
            assertThat(engine.engine().resources().deadlocks()).isZero();
        }
    }

    @Test
    void shouldSayNothingWhereItIsSwitchedOff() {
        try (VirtualEngine engine = new VirtualEngine(
                new TaskEngine.Context().fireWorkers(1).exclusiveThreads(1).starvationMillis(0))) {
            engine.engine().submit(spec(1, context -> Step.DONE));
            stand(engine, 100_000);
            assertThat(engine.eventsOf(EngineEvent.Starvation.class)).isEmpty();
        }
    }

    /** Time passes and no body is started. */
    private static void stand(final VirtualEngine engine, final long millis) {
        for (long i = 0; i < millis; i += 10) {
            engine.suspend(10, TimeUnit.MILLISECONDS);
            while (engine.engine().invoker().invoke() > 0) {
                // until it rests
            }
        }
    }
}
