package io.ringmaster.soak;

import io.ringmaster.task.Task;
import io.ringmaster.task.TaskPlugin;
import io.ringmaster.task.TaskSpec;

/** Makes the tasks that faults leave to a plugin. */
final class SoakPlugin implements TaskPlugin {
    static final String TYPE = "soak";

    @Override
    public String type() {
        return TYPE;
    }

    @Override
    public Task create(final TaskSpec spec) throws Exception {
        final SoakTask task = (SoakTask) spec.attachment();
        task.fault.create(task);
        return task;
    }
}
