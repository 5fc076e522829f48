package io.ringmaster.counters;

import io.ringmaster.TaskEngine;
import io.ringmaster.eventbus.WaitMode;
import io.ringmaster.task.Step;
import io.ringmaster.task.TaskSpec;
import java.nio.file.Path;

/** An engine in a process of its own that has a few tasks live and others come and go, until the process is ended. */
public final class CountedProgram {
    static final int WAITING = 5;

    private CountedProgram() {}

    /**
     * Runs it.
     *
     * @param args the counters file.
     */
    public static void main(final String[] args) {
        final TaskEngine engine;
        try {
            engine = TaskEngine.launch(new TaskEngine.Context()
                    .name("counted")
                    .fireWorkers(1)
                    .waitMode(WaitMode.ADAPTIVE)
                    .countersFile(Path.of(args[0])));
        } catch (final IllegalArgumentException e) {
            System.out.println(e.getMessage());
            System.exit(2);
            return;
        }
        for (int i = 0; i < WAITING; i++) {
            engine.submit(TaskSpec.of(-1 - i, context -> Step.WHEN_SIGNALLED));
        }
        final TaskSpec nothing = TaskSpec.of(0, context -> Step.DONE);
        for (long id = 1; ; id++) {
            engine.trySubmit(id, nothing);
            if (id % 64 == 0) {
                Thread.yield();
            }
        }
    }
}
