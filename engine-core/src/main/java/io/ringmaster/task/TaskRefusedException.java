package io.ringmaster.task;

/** A {@code submit} that could not be accepted. {@code trySubmit} gives the same reason as a value. */
public final class TaskRefusedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Why. */
    private final Refusal refusal;

    /**
     * Creates one.
     *
     * @param refusal the reason.
     * @param message names the task, the rule and the value.
     */
    public TaskRefusedException(final Refusal refusal, final String message) {
        super(message);
        this.refusal = refusal;
    }

    /** Returns the reason. */
    public Refusal refusal() {
        return refusal;
    }
}
