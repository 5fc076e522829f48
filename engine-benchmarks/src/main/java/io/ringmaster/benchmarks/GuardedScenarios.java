package io.ringmaster.benchmarks;

import io.ringmaster.TaskEngine;
import io.ringmaster.task.Container;
import io.ringmaster.task.Refusal;
import io.ringmaster.task.Step;
import io.ringmaster.task.TaskHandle;
import io.ringmaster.task.TaskSpec;
import java.util.Arrays;
import java.util.List;

/** The scenarios. */
final class GuardedScenarios {
    static final List<String> NAMES = List.of("task", "event", "repository", "timer", "parts", "control");

    private GuardedScenarios() {}

    static GuardedScenario open(final String name) {
        return switch (name) {
            case "task" -> new Tasks();
            case "event" -> new Events();
            case "repository" -> new Repository();
            case "timer" -> new Timers();
            case "parts" -> new Parts();
            case "control" -> new Control();
            default -> throw new IllegalArgumentException("scenario must be one of " + NAMES + ": " + name);
        };
    }

    /** Whole no-op tasks: submitted, then run. */
    private static final class Tasks implements GuardedScenario {
        private final TaskCostBenchmark.Invoked engine = new TaskCostBenchmark.Idle();

        Tasks() {
            engine.listeners = 1;
            engine.histograms = true;
            engine.launch();
        }

        @Override
        public List<Phase> phases() {
            return List.of(
                    new Phase("TaskCost.submit", TaskCostBenchmark.BATCH, engine::submitAll),
                    new Phase("TaskCost.run", TaskCostBenchmark.BATCH, engine::runAll));
        }

        @Override
        public void check() {
            engine.checkAll();
        }

        @Override
        public int rounds() {
            return 800;
        }

        @Override
        public void close() {
            engine.close();
        }
    }

    /**
     * Events of live executors, with one listener: published, then handled. So few executors that they stay in the core's
     * own cache: what lies beyond is shared with the neighbours, whose doing would be measured.
     */
    private static final class Events implements GuardedScenario {
        private static final int LIVE = 1 << 10;

        private final int[] keys = Arrays.stream(EventTarget.keys("shuffled"))
                .map(key -> key % LIVE)
                .toArray();
        private final EventTarget events = EventTarget.drainedByCaller("engine-listener");
        private int handled;

        Events() {
            Waiting.age();
        }

        @Override
        public List<Phase> phases() {
            return List.of(
                    new Phase(
                            "EventPath.fill",
                            EventTarget.CAPACITY,
                            () -> events.publish(keys, 0, EventTarget.CAPACITY)),
                    new Phase("EventPath.drain", EventTarget.CAPACITY, () -> handled = events.drain()));
        }

        @Override
        public void check() {
            if (handled != EventTarget.CAPACITY) {
                throw new IllegalStateException("handled " + handled + " of " + EventTarget.CAPACITY + " events");
            }
        }

        @Override
        public int rounds() {
            return 1000;
        }

        @Override
        public void close() {
            events.close();
        }
    }

    /** Live executors that come and go. */
    private static final class Repository implements GuardedScenario {
        private static final int OPERATIONS = 1 << 13;

        private final RepositoryBenchmark repository = new RepositoryBenchmark();

        Repository() {
            repository.target = "repository";
            repository.entries = 10_000;
            repository.ids = "sequential";
            repository.fill();
            Waiting.age();
        }

        @Override
        public List<Phase> phases() {
            return List.of(new Phase("Repository.replaceOldest", OPERATIONS, () -> {
                for (int i = 0; i < OPERATIONS; i++) {
                    repository.replaceOldest();
                }
            }));
        }

        @Override
        public void check() {
            // an operation that finds something amiss throws
        }

        @Override
        public int rounds() {
            return 2500;
        }

        @Override
        public void close() {
            // nothing is open
        }
    }

    /** Timers. */
    private static final class Timers implements GuardedScenario {
        private static final int TIMES = 2;

        private final TimerWheelBenchmark timers = new TimerWheelBenchmark();

        Timers() {
            timers.target = "wheel";
            timers.timers = 10_000;
            timers.fill();
        }

        @Override
        public List<Phase> phases() {
            return List.of(
                    new Phase("TimerWheel.rearm", TIMES * TimerWheelBenchmark.BATCH, () -> {
                        for (int i = 0; i < TIMES; i++) {
                            timers.rearm();
                        }
                    }),
                    new Phase("TimerWheel.expire", TIMES * TimerWheelBenchmark.BATCH, () -> {
                        for (int i = 0; i < TIMES; i++) {
                            timers.expire();
                        }
                    }));
        }

        @Override
        public void check() {
            // an operation that finds something amiss throws
        }

        @Override
        public int rounds() {
            return 1600;
        }

        @Override
        public void close() {
            // nothing is open
        }
    }

    /** What every event of a task uses: the lifecycle's table and the latencies' counts. */
    private static final class Parts implements GuardedScenario {
        private static final int TIMES = 4;

        private final LifecycleTableBenchmark table = new LifecycleTableBenchmark();
        private final RecorderBenchmark recorder = new RecorderBenchmark();
        private long sum;

        Parts() {
            table.target = "table";
            table.draw();
            recorder.target = "engine";
            recorder.draw();
        }

        @Override
        public List<Phase> phases() {
            return List.of(
                    new Phase("LifecycleTable.apply", TIMES * LifecycleTableBenchmark.INPUTS, () -> {
                        for (int i = 0; i < TIMES; i++) {
                            sum += table.apply();
                        }
                    }),
                    new Phase("Recorder.record", TIMES * RecorderBenchmark.TASKS, () -> {
                        for (int i = 0; i < TIMES; i++) {
                            recorder.record();
                        }
                    }));
        }

        @Override
        public void check() {
            if (sum == 0) {
                throw new IllegalStateException("no entry was looked up");
            }
        }

        @Override
        public int rounds() {
            return 1200;
        }

        @Override
        public void close() {
            // nothing is open
        }
    }

    /** The control lane: tasks that wait for a signal get one, by control word and control list, and run a step. */
    private static final class Control implements GuardedScenario {
        private static final int TASKS = 1 << 12;

        private final TaskHandle[] handles = new TaskHandle[TASKS];
        private final TaskEngine engine;
        private long steps;
        private long expected;

        Control() {
            engine = TaskEngine.launch(
                    new TaskEngine.Context().fireWorkers(1).invokerMode(true).ringCapacity(4 * TASKS));
            for (int i = 0; i < TASKS; i++) {
                handles[i] = engine.submit(TaskSpec.builder(i + 1L)
                        .container(Container.SHARED)
                        .task(context -> {
                            steps++;
                            return Step.WHEN_SIGNALLED;
                        })
                        .build());
            }
            handle();
            expected = steps;
            Waiting.age();
        }

        private void signalAll() {
            for (final TaskHandle each : handles) {
                final Refusal refusal = each.signal();
                if (refusal != null) {
                    throw new IllegalStateException("a waiting task can't be signalled: " + refusal);
                }
            }
            expected += TASKS;
        }

        private void handle() {
            while (engine.invoker().fireWorker(0) > 0) {
                // until nothing moves
            }
        }

        @Override
        public List<Phase> phases() {
            return List.of(
                    new Phase("Control.signal", TASKS, this::signalAll),
                    new Phase("Control.handle", TASKS, this::handle));
        }

        @Override
        public void check() {
            if (steps != expected) {
                throw new IllegalStateException("ran " + steps + " of " + expected + " steps");
            }
        }

        @Override
        public int rounds() {
            return 1500;
        }

        @Override
        public void close() {
            engine.close();
        }
    }
}
