package io.ringmaster.resilience;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringmaster.event.EngineEvents;
import io.ringmaster.lifecycle.TaskExecutor;
import io.ringmaster.lifecycle.TaskResources;
import io.ringmaster.stress.StressBus;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.LoggerFactory;

/**
 * The agent against a model of its lines, by random requests of tasks that may wait for several resources at a time: same
 * holders, same order; a deadlock is found at the request that closes it, by a search over all tasks, and at no other one.
 */
@Timeout(120)
class ResourceAgentModelTest {
    private static final int RUNS = 300;
    private static final int REQUESTS = 150;
    private static final int TASKS = 7;

    private record Claim(int task, String resource, int permits) {}

    private final long seed = Long.getLong("ringmaster.seed", System.nanoTime());

    private final class Run {
        private final Random random;
        private final EngineEvents events =
                new EngineEvents(LoggerFactory.getLogger("model"), List.of(), (what, error) -> {});
        private final ResourceAgent agent = new ResourceAgent(events, () -> 0);
        private final StressBus bus = new StressBus() {
            @Override
            public TaskResources resources() {
                return agent;
            }
        };
        private final TaskExecutor[] executors = new TaskExecutor[TASKS];
        private final int[] attempts = new int[TASKS];
        private final Map<String, Integer> permits = new HashMap<>();
        private final List<Claim> held = new ArrayList<>();
        private final Map<String, List<Claim>> lines = new HashMap<>();
        private String what = "";
        private long deadlocks;

        Run(final long runSeed) {
            random = new Random(runSeed);
            for (final String name : List.of("a", "b", "c")) {
                final int count = 1 + random.nextInt(3);
                agent.define(name, count);
                permits.put(name, count);
                lines.put(name, new ArrayList<>());
            }
            for (int i = 0; i < TASKS; i++) {
                executors[i] = bus.newExecutor(i);
                attempts[i] = 1;
            }
        }

        void run() {
            for (int i = 0; i < REQUESTS; i++) {
                final int task = random.nextInt(TASKS);
                what += "\n" + i + ": task " + task;
                switch (random.nextInt(8)) {
                    case 0 -> end(task);
                    case 1 -> release(task);
                    default -> acquire(task);
                }
                settle();
            }
            for (int i = 0; i < TASKS; i++) {
                end(i);
            }
            settle();
            permits.forEach((name, count) -> assertThat(agent.snapshot(name))
                    .as(what)
                    .isEqualTo(new ResourceSnapshot(name, count, count, List.of(), List.of())));
        }

        private void acquire(final int task) {
            final String name = List.of("a", "b", "c").get(random.nextInt(3));
            final int count = 1 + random.nextInt(permits.get(name));
            final Claim claim = new Claim(task, name, count);
            final boolean known = held.contains(claim) || lines.get(name).contains(claim);
            final int total = known
                    ? 0
                    : count
                            + claims(task).stream()
                                    .filter(each -> each.resource.equals(name))
                                    .mapToInt(Claim::permits)
                                    .sum();
            what += " acquires " + count + " of " + name;
            boolean refused = false;
            boolean got = false;
            try {
                got = agent.acquire(executors[task], attempts[task], null, name, count);
            } catch (final IllegalArgumentException e) {
                refused = true;
            }
            assertThat(refused).as(what).isEqualTo(total > permits.get(name));
            if (refused) {
                return;
            }
            if (!known) {
                lines.get(name).add(claim);
                grant();
            }
            assertThat(got).as(what).isEqualTo(held.contains(claim));
        }

        private List<Claim> claims(final int task) {
            final List<Claim> all = new ArrayList<>(held);
            lines.values().forEach(all::addAll);
            all.removeIf(each -> each.task != task);
            return all;
        }

        private void release(final int task) {
            final List<Claim> all = claims(task);
            if (!all.isEmpty()) {
                final Claim claim = all.get(random.nextInt(all.size()));
                what += " releases " + claim;
                assertThat(agent.release(executors[task], attempts[task], claim.resource, claim.permits))
                        .as(what)
                        .isTrue();
                forget(claim);
            }
        }

        private void forget(final Claim claim) {
            held.remove(claim);
            lines.get(claim.resource).remove(claim);
            grant();
        }

        private void end(final int task) {
            what += " ends";
            final List<Claim> all = claims(task);
            if (executors[task].supervision() != null
                    && executors[task].supervision().resources() != null) {
                agent.ended(executors[task].supervision().resources());
            }
            attempts[task]++;
            all.forEach(this::forget);
        }

        private void grant() {
            lines.forEach((name, line) -> {
                while (!line.isEmpty() && line.get(0).permits <= free(name)) {
                    held.add(line.remove(0));
                }
            });
        }

        private int free(final String name) {
            return permits.get(name)
                    - held.stream()
                            .filter(each -> each.resource.equals(name))
                            .mapToInt(Claim::permits)
                            .sum();
        }

        /** The agent catches up, victims end, and both agree. */
        private void settle() {
            boolean stuck = isStuck();
            while (agent.doWork() > 0) {
                // all that was asked
            }
            assertThat(agent.deadlocks() > deadlocks).as(what).isEqualTo(stuck);
            deadlocks = agent.deadlocks();
            for (int i = 0; i < TASKS; i++) {
                if (executors[i].stopCause(attempts[i]) != null) {
                    what += "; victim " + i;
                    end(i);
                }
            }
            while (agent.doWork() > 0) {
                // the ends
            }
            assertThat(isStuck()).as(what).isFalse();
            assertThat(agent.deadlocks()).as(what).isEqualTo(deadlocks);
            permits.keySet().forEach(this::compare);
        }

        private boolean isStuck() {
            final WaitGraph<Integer> graph = new WaitGraph<>();
            final List<Integer> waiting = new ArrayList<>();
            lines.values().forEach(line -> line.forEach(each -> waiting.add(each.task)));
            lines.forEach((name, line) -> {
                final WaitGraph.Line each = new WaitGraph.Line(permits.get(name));
                for (final Claim claim : held) {
                    if (claim.resource.equals(name) && waiting.contains(claim.task)) {
                        graph.hold(graph.node(claim.task), each, claim.permits);
                    }
                }
                line.forEach(claim -> graph.await(graph.node(claim.task), each, claim.permits));
            });
            return !graph.leftOver().isEmpty();
        }

        private void compare(final String name) {
            final ResourceSnapshot snapshot = agent.snapshot(name);
            assertThat(snapshot.free()).as(what).isEqualTo(free(name));
            assertThat(snapshot.waiters().stream()
                            .map(each -> new Claim((int) each.taskId(), name, each.permits()))
                            .toList())
                    .as(what)
                    .isEqualTo(lines.get(name));
        }
    }

    @Test
    void shouldAgreeWithTheModel() {
        long deadlocks = 0;
        for (int i = 0; i < RUNS; i++) {
            final Run run = new Run(seed + i);
            run.what = "-Dringmaster.seed=" + (seed + i);
            run.run();
            deadlocks += run.deadlocks;
        }
        assertThat(deadlocks).as("deadlocks").isGreaterThan(RUNS);
    }
}
