package io.ringmaster.resilience;

import java.util.List;

/**
 * An engine's named, counted resources. Tasks take them with {@link io.ringmaster.task.TaskContext#acquire}; here they are
 * defined, resized and looked at. Any thread; looking at a resource takes time with the length of its line.
 */
public interface Resources {
    /**
     * Defines a resource. The first one starts the agent that serves all of them.
     *
     * @param name    not empty.
     * @param permits how many it has, at least 1.
     * @throws IllegalArgumentException if there is one of this name already, or a value breaks a rule.
     * @throws IllegalStateException    if the engine is closed.
     */
    void define(String name, int permits);

    /**
     * Changes how many permits a resource has. More are given out at once; fewer take effect as held ones come back: nobody
     * loses what he has. Whoever waits for more than there are from now on gets the error of an acquire that asks for too much.
     *
     * @param name    the resource.
     * @param permits how many it has, at least 1.
     * @throws IllegalArgumentException if there is no such resource, or a value breaks a rule.
     */
    void resize(String name, int permits);

    /** Returns the names, sorted. */
    List<String> names();

    /**
     * Looks at a resource.
     *
     * @param name the resource.
     * @return who holds it and who waits for it.
     * @throws IllegalArgumentException if there is no such resource.
     */
    ResourceSnapshot snapshot(String name);

    /** Returns how many deadlocks were found and broken. */
    long deadlocks();
}
