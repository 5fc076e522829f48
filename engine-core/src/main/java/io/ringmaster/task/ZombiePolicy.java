package io.ringmaster.task;

/** What becomes of an attempt that has stopped beating, after it was reported. */
public enum ZombiePolicy {
    /** Nothing more: it may go on, and is reported again when it has beaten and stopped once more. */
    REPORT,
    /** The attempt is ended by the kill ladder and counts as failed: the retry policy decides about another one. */
    RETRY,
    /** The attempt is ended by the kill ladder and the task fails, whatever its retry policy says. */
    FAIL
}
