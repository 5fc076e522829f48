package io.ringmaster.plugin;

import io.ringmaster.task.Step;
import io.ringmaster.task.Task;
import io.ringmaster.task.TaskCancelledException;
import io.ringmaster.task.TaskContext;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** One shell task; {@link ShellTaskPlugin} says what it does. Its attempts run one after the other. */
final class ShellTask implements Task {
    /** From one look at the cancellation flag to the next; the process's end is seen at once. */
    private static final long LOOK_MILLIS = 100;
    /** From the first look at a tree that was told to end to the next; doubled after each, up to the last. */
    private static final long FIRST_END_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

    private static final long LAST_END_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    private static final int TAIL_BYTES = 2048;

    private final ShellSpec spec;
    private final Path program;
    private final Path output;
    private final Path setsid;
    /** The running process's tree; written by the body's thread, read by the one that runs onKill. */
    private volatile ProcessTree tree;

    ShellTask(final ShellSpec spec, final Path program, final Path output, final Path setsid) {
        this.spec = spec;
        this.program = program;
        this.output = output;
        this.setsid = setsid;
    }

    @Override
    public Step execute(final TaskContext context) throws Exception {
        final Path file = output != null
                ? output
                : Files.createTempFile("ringmaster-" + context.taskId() + '-' + context.attempt() + '-', ".out");
        boolean handedOver = false;
        try {
            final int exitCode = run(context, file);
            handedOver = true;
            if (exitCode != 0) {
                throw new ShellExitException(describe(context, exitCode, file), exitCode, file);
            }
            return context.done(new ShellResult(exitCode, file, size(file)));
        } finally {
            if (!handedOver && output == null) {
                Files.deleteIfExists(file);
            }
        }
    }

    @Override
    public void onKill(final TaskContext context) {
        final ProcessTree running = tree;
        if (running != null) {
            running.end();
        }
    }

    private int run(final TaskContext context, final Path file) throws IOException, InterruptedException {
        final Process process = start(context, file);
        final ProcessTree started = new ProcessTree(process, setsid != null);
        tree = started;
        boolean ended = false;
        try {
            process.getOutputStream().close();
            while (!process.waitFor(LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
                if (context.isCancelled()) {
                    askToEnd(started);
                    throw new TaskCancelledException("task " + context.taskId() + " is being killed");
                }
                context.heartbeat();
            }
            ended = !context.isCancelled();
            return process.exitValue();
        } finally {
            if (!ended) {
                end(started);
            }
            tree = null;
        }
    }

    private Process start(final TaskContext context, final Path file) throws IOException {
        final List<String> command = new ArrayList<>(spec.command());
        command.set(0, program.toString());
        if (setsid != null) {
            command.add(0, setsid.toString());
        }
        final ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(file.toFile());
        if (spec.directory() != null) {
            builder.directory(spec.directory().toFile());
        }
        builder.environment().putAll(spec.environment());
        try {
            return builder.start();
        } catch (final IOException e) {
            throw new IOException("task " + context.taskId() + ": cannot start " + program + ": " + e.getMessage(), e);
        }
    }

    /** Asks the tree to end and waits until it has, or until an interrupt says that it took too long. */
    private static void askToEnd(final ProcessTree tree) throws InterruptedException {
        for (long nanos = FIRST_END_NANOS; !tree.ask(); nanos = Math.min(2 * nanos, LAST_END_NANOS)) {
            LockSupport.parkNanos(tree, nanos);
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
        }
    }

    /**
     * Ends the tree and returns once nothing is left of it. Interrupts do not end this: whoever kills the task waits to
     * hear that its processes are gone.
     */
    private static void end(final ProcessTree tree) {
        boolean interrupted = false;
        for (long nanos = FIRST_END_NANOS; !tree.end(); nanos = Math.min(2 * nanos, LAST_END_NANOS)) {
            LockSupport.parkNanos(tree, nanos);
            interrupted |= Thread.interrupted();
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private String describe(final TaskContext context, final int exitCode, final Path file) {
        final String tail = tail(file);
        return "task " + context.taskId() + ": " + spec.command().get(0) + " ended with exit code " + exitCode
                + (tail.isEmpty() ? " and printed nothing" : "; the last of its output in " + file + ": " + tail);
    }

    private static long size(final Path file) {
        try {
            return Files.size(file);
        } catch (final IOException e) {
            return 0; // the process has removed it
        }
    }

    private static String tail(final Path file) {
        try (SeekableByteChannel channel = Files.newByteChannel(file)) {
            channel.position(Math.max(0, channel.size() - TAIL_BYTES));
            final ByteBuffer bytes = ByteBuffer.allocate(TAIL_BYTES);
            while (bytes.hasRemaining() && channel.read(bytes) >= 0) {
                // until the end or the bound
            }
            return StandardCharsets.UTF_8.decode(bytes.flip()).toString().strip();
        } catch (final IOException e) {
            return "";
        }
    }
}
