package io.ringmaster.examples;

import io.ringmaster.task.Task;
import io.ringmaster.task.TaskPlugin;
import io.ringmaster.task.TaskSpec;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** The task type {@code await-file}: ends once a file exists. The payload is its path. */
public final class AwaitFileTaskPlugin implements TaskPlugin {
    @Override
    public String type() {
        return "await-file";
    }

    @Override
    public Task create(final TaskSpec spec) {
        final String path = new String(spec.payload(), StandardCharsets.UTF_8);
        if (path.isBlank()) {
            throw new IllegalArgumentException("task " + spec.id() + ": payload must be a path: '" + path + "'");
        }
        final Path file = Path.of(path);
        return context -> {
            if (Files.exists(file)) {
                return context.done(file);
            }
            context.progress(context.handle().progress() + 1);
            return context.againAfter(20, TimeUnit.MILLISECONDS);
        };
    }
}
