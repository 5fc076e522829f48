package io.ringmaster.resilience;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The reduction against a model that tries every order in which tasks may go on. */
@Timeout(60)
class WaitGraphTest {
    private static final int ROUNDS = 20_000;

    /** A wait in a line. */
    private record Wait(int task, int permits) {}

    private static final class Model {
        private final int tasks;
        private final int[] permits;
        private final int[][] held;
        private final List<List<Wait>> lines = new ArrayList<>();

        Model(final int tasks, final int... permits) {
            this.tasks = tasks;
            this.permits = permits;
            this.held = new int[tasks][permits.length];
            for (int i = 0; i < permits.length; i++) {
                lines.add(new ArrayList<>());
            }
        }

        private boolean waits(final int task) {
            return lines.stream().anyMatch(line -> line.stream().anyMatch(each -> each.task == task));
        }

        private Set<Integer> waiting() {
            final Set<Integer> waiting = new TreeSet<>();
            for (int i = 0; i < tasks; i++) {
                if (waits(i)) {
                    waiting.add(i);
                }
            }
            return waiting;
        }

        /** Who has not ended in each of the ways this may go on to its end; who is not of the given ones is gone already. */
        Set<Set<Integer>> ends(final Set<Integer> present) {
            final List<List<Wait>> left = new ArrayList<>();
            for (final List<Wait> line : lines) {
                left.add(line.stream()
                        .filter(each -> present.contains(each.task))
                        .toList());
            }
            final int[][] holds = new int[tasks][];
            for (int i = 0; i < tasks; i++) {
                holds[i] = present.contains(i) && waits(i) ? held[i].clone() : new int[permits.length];
            }
            final Set<Set<Integer>> ends = new HashSet<>();
            goOn(left, holds, new int[permits.length], ends, new HashSet<>());
            return ends;
        }

        private void goOn(
                final List<List<Wait>> left,
                final int[][] holds,
                final int[] granted,
                final Set<Set<Integer>> ends,
                final Set<String> seen) {
            if (!seen.add(java.util.Arrays.toString(granted) + java.util.Arrays.deepToString(holds))) {
                return;
            }
            boolean last = true;
            for (int r = 0; r < permits.length; r++) {
                int free = permits[r];
                for (final int[] each : holds) {
                    free -= each[r];
                }
                final List<Wait> line = left.get(r);
                if (granted[r] < line.size() && line.get(granted[r]).permits <= free) {
                    last = false;
                    final Wait first = line.get(granted[r]);
                    final int[][] then = copy(holds);
                    then[first.task][r] += first.permits;
                    final int[] more = granted.clone();
                    more[r]++;
                    goOn(left, then, more, ends, seen);
                }
            }
            for (int t = 0; t < tasks; t++) {
                final boolean holdsAny = java.util.Arrays.stream(holds[t]).sum() > 0;
                if (holdsAny && !stillWaits(left, granted, t)) {
                    last = false;
                    final int[][] then = copy(holds);
                    then[t] = new int[permits.length];
                    goOn(left, then, granted, ends, seen);
                }
            }
            if (last) {
                final Set<Integer> stuck = new TreeSet<>();
                for (int t = 0; t < tasks; t++) {
                    if (stillWaits(left, granted, t)) {
                        stuck.add(t);
                    }
                }
                ends.add(stuck);
            }
        }

        private static boolean stillWaits(final List<List<Wait>> left, final int[] granted, final int task) {
            for (int r = 0; r < granted.length; r++) {
                for (int i = granted[r]; i < left.get(r).size(); i++) {
                    if (left.get(r).get(i).task == task) {
                        return true;
                    }
                }
            }
            return false;
        }

        private static int[][] copy(final int[][] holds) {
            final int[][] copy = new int[holds.length][];
            for (int i = 0; i < holds.length; i++) {
                copy[i] = holds[i].clone();
            }
            return copy;
        }

        WaitGraph<Integer> graph() {
            final WaitGraph<Integer> graph = new WaitGraph<>();
            final Set<Integer> waiting = waiting();
            waiting.forEach(graph::node);
            for (int r = 0; r < permits.length; r++) {
                final WaitGraph.Line line = new WaitGraph.Line(permits[r]);
                for (final int t : waiting) {
                    if (held[t][r] > 0) {
                        graph.hold(graph.node(t), line, held[t][r]);
                    }
                }
                for (final Wait each : lines.get(r)) {
                    graph.await(graph.node(each.task), line, each.permits);
                }
            }
            return graph;
        }

        @Override
        public String toString() {
            return "permits " + java.util.Arrays.toString(permits) + ", held " + java.util.Arrays.deepToString(held)
                    + ", lines " + lines;
        }
    }

    private static Model random(final Random random) {
        final int[] permits = new int[1 + random.nextInt(3)];
        for (int i = 0; i < permits.length; i++) {
            permits[i] = 1 + random.nextInt(3);
        }
        final Model model = new Model(1 + random.nextInt(5), permits);
        for (int r = 0; r < permits.length; r++) {
            int free = permits[r];
            for (int t = 0; t < model.tasks; t++) {
                if (free > 0 && random.nextInt(3) == 0) {
                    model.held[t][r] = 1 + random.nextInt(free);
                    free -= model.held[t][r];
                }
            }
        }
        final int waits = random.nextInt(2 * model.tasks + 1);
        for (int i = 0; i < waits; i++) {
            final int r = random.nextInt(permits.length);
            model.lines.get(r).add(new Wait(random.nextInt(model.tasks), 1 + random.nextInt(permits[r])));
        }
        return model;
    }

    private static Set<Integer> tasks(final List<WaitGraph.Node<Integer>> nodes) {
        final Set<Integer> tasks = new TreeSet<>();
        nodes.forEach(each -> tasks.add(each.task()));
        return tasks;
    }

    @Test
    void shouldLeaveOverWhoeverEndsInNoOrder() {
        final long seed = Long.getLong("ringmaster.seed", System.nanoTime());
        final Random random = new Random(seed);
        int deadlocks = 0;
        int proper = 0;
        for (int i = 0; i < ROUNDS; i++) {
            final Model model = random(random);
            final String what = "-Dringmaster.seed=" + seed + ", round " + i + ": " + model;
            final WaitGraph<Integer> graph = model.graph();
            final Set<Integer> left = tasks(graph.leftOver());
            assertThat(model.ends(model.waiting())).as(what).containsExactly(left);
            final List<WaitGraph.Node<Integer>> knot = graph.knot();
            assertThat(knot.isEmpty()).as(what).isEqualTo(left.isEmpty());
            if (!knot.isEmpty()) {
                deadlocks++;
                final Set<Integer> members = tasks(knot);
                assertThat(left).as(what).containsAll(members);
                assertThat(knot).as(what).anyMatch(WaitGraph.Node::holdsAnything);
                if (members.size() < left.size()) {
                    proper++;
                }
                assertStuckByItself(model, members, left, what);
                for (final WaitGraph.Node<Integer> each : knot) {
                    final List<WaitGraph.Node<Integer>> circle = graph.circle(each);
                    assertThat(circle.get(0)).as(what).isSameAs(each);
                    assertThat(members).as(what).containsAll(tasks(circle));
                    assertThat(circle).as(what).doesNotHaveDuplicates();
                }
            }
        }
        assertThat(deadlocks).as("deadlocks that were drawn").isGreaterThan(ROUNDS / 100);
        assertThat(proper).as("deadlocks with others behind them").isPositive();
    }

    /** Whoever else is stuck may go: it changes nothing for the members. */
    private static void assertStuckByItself(
            final Model model, final Set<Integer> members, final Set<Integer> left, final String what) {
        final Set<Integer> present = new TreeSet<>(model.waiting());
        final Set<Integer> others = new TreeSet<>(left);
        others.removeAll(members);
        present.removeAll(others);
        for (final Set<Integer> each : model.ends(present)) {
            assertThat(each).as(what).containsAll(members);
        }
    }

    @Test
    void shouldSeeNoDeadlockInACircleThatAnotherHolderOpens() {
        final Model model = new Model(3, 2, 2);
        model.held[0][0] = 1;
        model.held[1][1] = 1;
        model.held[2][0] = 1;
        model.lines.get(1).add(new Wait(0, 2));
        model.lines.get(0).add(new Wait(1, 1));
        assertThat(model.graph().knot()).isEmpty();
        model.lines.get(0).add(new Wait(2, 1));
        assertThat(tasks(model.graph().knot())).containsExactlyInAnyOrder(0, 1, 2);
    }

    @Test
    void shouldFindWhoWaitsForItself() {
        final Model model = new Model(1, 1);
        model.held[0][0] = 1;
        model.lines.get(0).add(new Wait(0, 1));
        final WaitGraph<Integer> graph = model.graph();
        assertThat(tasks(graph.knot())).containsExactly(0);
        assertThat(tasks(graph.circle(graph.knot().get(0)))).containsExactly(0);
    }
}
