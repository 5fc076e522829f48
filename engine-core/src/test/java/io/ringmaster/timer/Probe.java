package io.ringmaster.timer;

/** A node with a name, for tests. */
final class Probe extends TimerNode {
    final int id;

    Probe(final int id) {
        this.id = id;
    }

    @Override
    public String toString() {
        return "probe " + id;
    }
}
