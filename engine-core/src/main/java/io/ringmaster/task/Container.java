package io.ringmaster.task;

/** The kind of thread a task asks for. */
public enum Container {
    /** The engine decides: the plugin's preference where there is one, else {@link #SHARED}. */
    AUTO,
    /** On its fire-worker's event handler, among many others: for short steps that do not block. */
    SHARED,
    /** On a thread of its own for as long as an attempt lasts: for work that blocks or computes for long. */
    EXCLUSIVE
}
