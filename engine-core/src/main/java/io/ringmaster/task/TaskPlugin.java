package io.ringmaster.task;

/**
 * Makes tasks of one type from a spec's payload. Found by {@link java.util.ServiceLoader} or given to the engine's
 * context. One instance serves the whole engine and must be safe for use by several threads.
 */
public interface TaskPlugin {
    /** Returns the type it serves, matched exactly against {@link TaskSpec#type()}. Asked when an engine starts. */
    String type();

    /**
     * Makes the task and checks its input. Called on a fire-worker when the task is prepared, before any thread is
     * taken for it: it must not block.
     *
     * @param spec the spec, its payload included.
     * @return the task.
     * @throws Exception on bad input; the task fails without having run.
     */
    Task create(TaskSpec spec) throws Exception;

    /** Returns the container for specs of this type that ask for {@link Container#AUTO}. Asked when an engine starts. */
    default Container container() {
        return Container.SHARED;
    }
}
