package io.ringmaster.resilience;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Who waits for whom over counted resources with lines, and which of them wait for ever.
 *
 * <p>With counted permits a circle is no proof: the one who is not part of it may give back what lets it go on. So the graph
 * is reduced (R. C. Holt, "Some Deadlock Properties of Computer Systems", ACM Computing Surveys 4, 1972; E. G. Coffman et
 * al., "System Deadlocks", 1971): everybody who does not wait is taken to end and to give everything back, and lines
 * move on in their order as far as they can, until nothing changes. Since only the first in a line may go on, the order
 * of the steps makes no difference. Who is left over waits for ever.
 *
 * <p>Those left over may only stand behind a deadlock. The deadlock itself is a knot: from each of its members all others
 * can be reached, and nobody else. It is the first strongly connected component that R. Tarjan's algorithm completes (1972).
 *
 * <p>Only those who wait are in the graph. Not safe for use by several threads.
 *
 * @param <T> what stands for a task.
 */
final class WaitGraph<T> {
    /** A resource's line. */
    static final class Line {
        /** Permits that are not held by anybody in the graph. */
        private long available;

        private final List<Wait> waits = new ArrayList<>();
        private final List<Node<?>> holders = new ArrayList<>();
        private int next;

        Line(final int permits) {
            this.available = permits;
        }
    }

    private static final class Wait {
        private final Node<?> node;
        private final Line line;
        private final int permits;
        private final int place;

        Wait(final Node<?> node, final Line line, final int permits) {
            this.node = node;
            this.line = line;
            this.permits = permits;
            this.place = line.waits.size();
        }
    }

    private record Hold(Line line, int permits) {}

    /** A task that waits. */
    static final class Node<T> {
        private final T task;
        private final List<Wait> waits = new ArrayList<>();
        private final List<Hold> holds = new ArrayList<>();
        private int ungranted;
        // Tarjan's.
        private int index = -1;
        private int low;
        private boolean onStack;
        private List<Node<T>> edges;

        Node(final T task) {
            this.task = task;
        }

        T task() {
            return task;
        }

        /** Whether anybody could gain from its end, once the lines have moved as far as they can. */
        boolean holdsAnything() {
            return !holds.isEmpty();
        }
    }

    private final Map<T, Node<T>> nodes = new LinkedHashMap<>();
    private boolean reduced;

    /** Finds or makes a task's node. */
    Node<T> node(final T task) {
        return nodes.computeIfAbsent(task, Node::new);
    }

    boolean contains(final T task) {
        return nodes.containsKey(task);
    }

    void hold(final Node<T> node, final Line line, final int permits) {
        node.holds.add(new Hold(line, permits));
        line.available -= permits;
        line.holders.add(node);
    }

    /** Lines up; in the order of the line. */
    void await(final Node<T> node, final Line line, final int permits) {
        final Wait wait = new Wait(node, line, permits);
        line.waits.add(wait);
        node.waits.add(wait);
        node.ungranted++;
    }

    /** Reduces the graph and returns who is left over, in the order in which they were put in. */
    List<Node<T>> leftOver() {
        if (!reduced) {
            reduce();
            reduced = true;
        }
        final List<Node<T>> left = new ArrayList<>();
        for (final Node<T> each : nodes.values()) {
            if (each.ungranted > 0) {
                left.add(each);
            }
        }
        return left;
    }

    private void reduce() {
        final ArrayDeque<Line> movable = new ArrayDeque<>();
        for (final Node<T> each : nodes.values()) {
            if (each.ungranted == 0) {
                giveBack(each, movable);
            }
            each.waits.forEach(wait -> movable.add(wait.line));
        }
        for (Line line = movable.poll(); line != null; line = movable.poll()) {
            while (line.next < line.waits.size()) {
                final Wait first = line.waits.get(line.next);
                if (line.available < first.permits) {
                    break;
                }
                line.next++;
                line.available -= first.permits;
                first.node.holds.add(new Hold(line, first.permits));
                line.holders.add(first.node);
                if (--first.node.ungranted == 0) {
                    giveBack(first.node, movable);
                }
            }
        }
    }

    private static void giveBack(final Node<?> node, final ArrayDeque<Line> movable) {
        for (final Hold each : node.holds) {
            each.line.available += each.permits;
            movable.add(each.line);
        }
    }

    /** Returns the members of a deadlock, or nothing. */
    List<Node<T>> knot() {
        final List<Node<T>> left = leftOver();
        return left.isEmpty() ? left : firstComponent(left.get(0));
    }

    /** Whom one of those left over waits for: who is before it, or else who holds what it needs. */
    @SuppressWarnings("unchecked")
    private List<Node<T>> edges(final Node<T> node) {
        if (node.edges == null) {
            node.edges = new ArrayList<>();
            for (final Wait each : node.waits) {
                final Line line = each.line;
                if (each.place > line.next) {
                    node.edges.add((Node<T>) line.waits.get(each.place - 1).node);
                } else if (each.place == line.next) {
                    for (final Node<?> holder : line.holders) {
                        if (holder.ungranted > 0) {
                            node.edges.add((Node<T>) holder);
                        }
                    }
                }
            }
        }
        return node.edges;
    }

    private record Frame<T>(Node<T> node, int[] next) {}

    private List<Node<T>> firstComponent(final Node<T> root) {
        final ArrayDeque<Node<T>> stack = new ArrayDeque<>();
        final ArrayDeque<Frame<T>> calls = new ArrayDeque<>();
        int count = 0;
        root.index = count;
        root.low = count++;
        root.onStack = true;
        stack.push(root);
        calls.push(new Frame<>(root, new int[1]));
        while (true) {
            final Frame<T> frame = calls.peek();
            final Node<T> node = frame.node;
            final List<Node<T>> edges = edges(node);
            if (frame.next[0] < edges.size()) {
                final Node<T> other = edges.get(frame.next[0]++);
                if (other.index < 0) {
                    other.index = count;
                    other.low = count++;
                    other.onStack = true;
                    stack.push(other);
                    calls.push(new Frame<>(other, new int[1]));
                } else if (other.onStack) {
                    node.low = Math.min(node.low, other.index);
                }
                continue;
            }
            if (node.low == node.index) {
                final List<Node<T>> component = new ArrayList<>();
                Node<T> member;
                do {
                    member = stack.pop();
                    component.add(member);
                } while (member != node);
                return component;
            }
            calls.pop();
            final Node<T> caller = calls.element().node;
            caller.low = Math.min(caller.low, node.low);
        }
    }

    /** Returns a shortest circle of waits from a member of a knot back to it. */
    List<Node<T>> circle(final Node<T> start) {
        final Map<Node<T>, Node<T>> from = new LinkedHashMap<>();
        final ArrayDeque<Node<T>> todo = new ArrayDeque<>();
        todo.add(start);
        for (Node<T> node = todo.poll(); node != null; node = todo.poll()) {
            for (final Node<T> each : edges(node)) {
                if (each == start) {
                    final ArrayDeque<Node<T>> path = new ArrayDeque<>();
                    for (Node<T> step = node; step != start; step = from.get(step)) {
                        path.push(step);
                    }
                    path.push(start);
                    return new ArrayList<>(path);
                }
                if (!from.containsKey(each)) {
                    from.put(each, node);
                    todo.add(each);
                }
            }
        }
        return List.of(start);
    }
}
