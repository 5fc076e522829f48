package io.ringmaster.embedding;

import io.ringmaster.EngineMetrics;
import io.ringmaster.TaskEngine;
import io.ringmaster.metrics.CountersReader;
import io.ringmaster.metrics.CountersSnapshot;
import io.ringmaster.metrics.EngineCounter;
import io.ringmaster.plugin.ShellSpec;
import io.ringmaster.task.Container;
import io.ringmaster.task.Step;
import io.ringmaster.task.TaskHandle;
import io.ringmaster.task.TaskOutcome;
import io.ringmaster.task.TaskSpec;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** What an embedder writes: launch, submit tasks of each kind, look at the figures, close. Uses nothing but the API. */
public final class EmbeddingProgram {
    private EmbeddingProgram() {}

    /**
     * Runs it.
     *
     * @param args the file for the shell task's output, or nothing to leave that task out.
     * @throws Exception what goes wrong.
     */
    public static void main(final String[] args) throws Exception {
        final AtomicInteger ended = new AtomicInteger();
        final Path folder = Files.createTempDirectory("embedding");
        final Path counters = folder.resolve("engine.counters");
        final TaskEngine.Context context = new TaskEngine.Context()
                .countersFile(counters)
                .listener(event -> {
                    if (event.to().isFinal()) {
                        ended.incrementAndGet();
                    }
                });
        try (TaskEngine engine = TaskEngine.launch(context)) {
            runShared(engine);
            print("exclusive", engine.submit(exclusive(2)));
            if (args.length > 0) {
                final ShellSpec shell = ShellSpec.command("sh", "-c", "echo from a process")
                        .output(Path.of(args[0]))
                        .build();
                print("shell", engine.submit(shell.task(3).build()));
            }
            final boolean drained = engine.drain(30, TimeUnit.SECONDS);
            final EngineMetrics metrics = engine.metrics();
            System.out.println(
                    "drained: " + drained + ", balanced: " + metrics.ledger().isBalanced() + ", told of: "
                            + (ended.get() == metrics.ledger().finalized() ? "all" : ended.get()));
        }
        try (CountersReader reader = CountersReader.open(counters)) {
            final CountersSnapshot look = reader.read();
            final long live = look.value(EngineCounter.ACCEPTED) - look.value(EngineCounter.FINALIZED);
            System.out.println("counters: " + look.state() + ", live: " + live);
        }
        Files.delete(counters);
        Files.delete(folder);
        if (Runtime.version().feature() >= 21) {
            try (TaskEngine engine = TaskEngine.launch(new TaskEngine.Context().virtualThreads(true))) {
                print("virtual", engine.submit(exclusive(4)));
            }
        }
        System.out.println("closed");
    }

    private static void runShared(final TaskEngine engine) throws Exception {
        final AtomicInteger steps = new AtomicInteger();
        final TaskHandle handle = engine.submit(TaskSpec.of(1, task -> switch (steps.incrementAndGet()) {
            case 1 -> Step.AGAIN_NOW;
            case 2 -> task.againAfter(1, TimeUnit.MILLISECONDS);
            default -> Step.DONE;
        }));
        print("shared", handle);
    }

    private static TaskSpec exclusive(final long id) {
        return TaskSpec.builder(id)
                .container(Container.EXCLUSIVE)
                .task(task -> {
                    task.sleep(1, TimeUnit.MILLISECONDS);
                    return Step.DONE;
                })
                .build();
    }

    private static void print(final String kind, final TaskHandle handle) throws Exception {
        final TaskOutcome outcome = handle.await(30, TimeUnit.SECONDS);
        System.out.println(kind + ": " + outcome.state() + (outcome.failure() == null ? "" : ", " + outcome.failure()));
    }
}
