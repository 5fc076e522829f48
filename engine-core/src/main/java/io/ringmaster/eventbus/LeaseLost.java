package io.ringmaster.eventbus;

/** Unwinds a thread that came back from foreign code and found its partition given to another. Never leaves the package. */
final class LeaseLost extends RuntimeException {
    static final LeaseLost INSTANCE = new LeaseLost();

    private static final long serialVersionUID = 1L;

    private LeaseLost() {
        super("lease lost", null, false, false);
    }
}
