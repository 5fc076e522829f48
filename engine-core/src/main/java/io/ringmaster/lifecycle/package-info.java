/**
 * The life of one task: its runtime instance ({@link io.ringmaster.lifecycle.TaskExecutor}), the events that happen to
 * it, and the one table that says what an event does in which state. The table is a pure function without threads, time
 * or I/O; everything impure is an effect that the fire-worker carries out.
 */
package io.ringmaster.lifecycle;
