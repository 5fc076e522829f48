package io.ringmaster.task;

import java.util.concurrent.TimeUnit;

/**
 * What a running step may ask of the engine. It belongs to one attempt and is valid until the call it was passed to
 * returns; to wake or watch the task from elsewhere, keep {@link #handle()}.
 */
public interface TaskContext {
    /** Returns the task's id. */
    long taskId();

    /** Returns the attempt's number, from 1. */
    int attempt();

    /** Returns the spec the task was submitted with. */
    TaskSpec spec();

    /** Returns the task's handle; may be kept and used from any thread. */
    TaskHandle handle();

    /** Returns the engine's clock in nanoseconds; comparable by subtraction only. Virtual in a simulation. */
    long nanoTime();

    /** Returns whether a kill was asked for. Seen at once, from any thread. */
    boolean isCancelled();

    /** Returns whether a pause is asked for at the moment. Seen at once, from any thread. */
    boolean isPauseRequested();

    /**
     * A place where the task may be paused or killed. On an exclusive thread it returns at once when nothing was asked
     * for, and otherwise blocks until the task is resumed. In a shared step it never blocks: a shared task pauses
     * between its steps.
     *
     * @throws TaskCancelledException if the task is being killed.
     */
    void pausePoint();

    /**
     * Blocks an exclusive thread for a while; a kill ends it early.
     *
     * @param delay how long; zero or less returns at once.
     * @param unit  of the delay.
     * @throws TaskCancelledException if the task is being killed.
     * @throws InterruptedException   if the thread is interrupted.
     * @throws IllegalStateException  in a shared step, which must not block: return {@link #againAfter} there.
     */
    void sleep(long delay, TimeUnit unit) throws InterruptedException;

    /**
     * Takes permits of a named resource, first come, first served. An exclusive body blocks until it has them; waiting for
     * a resource is a pause point, a kill ends it, and a paused task keeps its place in line: it may be given the permits
     * meanwhile, and holds them as a paused task holds everything else. A shared step never blocks: false means that the
     * task is in line, and the engine signals it with the grant. Return {@link Step#WHEN_SIGNALLED} then and call this
     * again, since a signal may also have another cause.
     *
     * <p>What is held or waited for belongs to the attempt and is identified by resource and permits: the same call
     * again takes nothing more. Another number of permits of the same resource is a claim of its own, and both add
     * up. Everything is given back when the attempt ends, in whatever way. Code of an attempt that was given up may still
     * believe that it holds something: it does not.
     *
     * <p>Tasks that wait for each other are found when the circle closes. The engine ends the attempt of one of them
     * with a {@link TaskDeadlockException}, calls {@link Task#onRollback} and tries it again. A task in line counts as
     * waiting until it is granted, whatever else it does meanwhile.
     *
     * @param resource the name, as defined for the engine.
     * @param permits  how many, at least 1.
     * @return whether they are held; always true in an exclusive body.
     * @throws IllegalArgumentException for an unknown name, or if the attempt would then have more permits than the
     *                                  resource has.
     * @throws TaskCancelledException   if the task is being killed or its attempt is ended.
     * @throws IllegalStateException    from any thread but the one that runs the attempt.
     * @throws InterruptedException     if the thread is interrupted while it waits; it keeps its place in line.
     */
    boolean acquire(String resource, int permits) throws InterruptedException;

    /**
     * Takes permits of a named resource if they are free and nobody waits for any. Never blocks.
     *
     * @param resource the name.
     * @param permits  how many, at least 1.
     * @return whether they are held, as after {@link #acquire}.
     * @throws IllegalArgumentException as {@link #acquire}.
     * @throws TaskCancelledException   as {@link #acquire}.
     */
    boolean tryAcquire(String resource, int permits);

    /**
     * Gives back what {@link #acquire} with the same arguments took, or leaves its line.
     *
     * @param resource the name.
     * @param permits  how many, as acquired.
     * @return false if there was nothing of the kind; nothing changes then.
     */
    boolean release(String resource, int permits);

    /**
     * Tells how far the task is. Visible through {@link TaskHandle#progress()} at once and sent to listeners as an
     * event; a later value may replace one that was not sent yet.
     *
     * @param value any number; its meaning is the task's own.
     */
    void progress(long value);

    /**
     * Says that the attempt is alive, where its {@link TaskPolicy} asks for heartbeats. From the body's own thread or any
     * other. A step is a sign of life itself, in either container; of a shared one's it is needed where the step blocks.
     */
    void heartbeat();

    /**
     * Submits another task, as a child: accepted even while the engine drains.
     *
     * @param spec the child's spec.
     * @return its handle, or one whose {@link TaskHandle#refusal()} says why not.
     */
    TaskHandle trySubmit(TaskSpec spec);

    /**
     * Ends the task well, with a result.
     *
     * @param result any value, or null; readable through {@link TaskOutcome#result()}.
     * @return {@link Step#DONE}, to be returned from the step.
     */
    Step done(Object result);

    /**
     * Asks for the next step after a delay.
     *
     * @param delay how long to wait, not negative; measured from the end of this step.
     * @param unit  of the delay.
     * @return {@link Step#AGAIN_AFTER}, to be returned from the step.
     * @throws IllegalArgumentException if the delay is negative.
     */
    Step againAfter(long delay, TimeUnit unit);

    /**
     * Ends the attempt with an error, without throwing it.
     *
     * @param cause the error; not null.
     * @return {@link Step#FAILED}, to be returned from the step.
     */
    Step failed(Throwable cause);
}
