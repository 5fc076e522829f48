package io.ringmaster.plugin;

import io.ringmaster.task.Container;
import io.ringmaster.task.Task;
import io.ringmaster.task.TaskPlugin;
import io.ringmaster.task.TaskSpec;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * The task type {@code shell}: runs a real process on an exclusive thread, its output captured to a file. The payload is
 * that of {@link ShellSpec}, checked when the task is prepared; a program or directory that does not exist is refused then
 * too, by a few looks at the file system.
 *
 * <ul>
 *   <li><b>Result.</b> Exit code 0 gives a {@link ShellResult}; any other one fails the attempt with a {@link
 *       ShellExitException}, and a retry runs the command again.
 *   <li><b>Streams.</b> Standard input is empty. Standard output and standard error go to the output file, written by the
 *       process itself: the engine holds none of it. A temporary file belongs to whoever gets the result or the {@link
 *       ShellExitException}; if the attempt ends in another way, it is deleted.
 *   <li><b>Kill</b> takes the whole process tree: the request asks it to end (SIGTERM), the interrupt that the engine
 *       sends {@code killInterruptMillis} later ends it forcibly (SIGKILL), and so does {@code onKill}. The task is KILLED
 *       only once no process of the tree is left. Where {@code setsid} is found the command leads a session of its
 *       own, so that processes whose parent has ended are found as well; only one that has left the session too, as a
 *       daemon does, survives.
 *   <li><b>After a normal end</b> a process that the command left in the background goes on: the command's end is the
 *       task's.
 *   <li><b>Pause</b> does not stop a process: a running shell task is PAUSING until it ends. A task that waits for its
 *       thread or for a retry pauses like any other.
 *   <li><b>Heartbeat</b>: the thread beats while the process lives.
 * </ul>
 */
public final class ShellTaskPlugin implements TaskPlugin {
    /** The type: {@value}. */
    public static final String TYPE = "shell";

    private static final String PATH = "PATH";

    /** The program that starts another one in a session of its own, or null. */
    private final Path setsid;

    /** Creates the plugin. */
    public ShellTaskPlugin() {
        this(find("setsid", System.getenv(PATH), Path.of("")));
    }

    ShellTaskPlugin(final Path setsid) {
        this.setsid = setsid;
    }

    @Override
    public String type() {
        return TYPE;
    }

    @Override
    public Container container() {
        return Container.EXCLUSIVE;
    }

    /**
     * {@inheritDoc}
     *
     * @throws IllegalArgumentException if the payload breaks the format or names what is not there; the message names
     *                                  the task, the rule and the value.
     */
    @Override
    public Task create(final TaskSpec spec) {
        try {
            if (spec.container() == Container.SHARED) {
                throw new IllegalArgumentException("container must be EXCLUSIVE or AUTO for type shell: SHARED");
            }
            final ShellSpec shell = ShellSpec.parse(spec.payload());
            final Path directory = shell.directory() == null ? Path.of("") : shell.directory();
            if (!Files.isDirectory(directory)) {
                throw new IllegalArgumentException("directory must be an existing directory: '" + directory + "'");
            }
            final Path output = shell.output() == null ? null : directory.resolve(shell.output());
            if (output != null) {
                requireWritable(output);
            }
            return new ShellTask(shell, requireProgram(shell, directory), output, setsid);
        } catch (final IllegalArgumentException e) {
            throw new IllegalArgumentException("task " + spec.id() + ": " + e.getMessage(), e);
        }
    }

    private static void requireWritable(final Path output) {
        if (Files.isDirectory(output)) {
            throw new IllegalArgumentException("output must be a file, not a directory: '" + output + "'");
        }
        final Path parent = output.toAbsolutePath().getParent();
        if (parent == null || !Files.isDirectory(parent)) {
            throw new IllegalArgumentException("output must be in an existing directory: '" + output + "'");
        }
    }

    private static Path requireProgram(final ShellSpec shell, final Path directory) {
        final String name = shell.command().get(0);
        final String path = variable(shell.environment(), PATH);
        final Path program = find(name, path, directory);
        if (program == null) {
            throw new IllegalArgumentException("command must be an executable file"
                    + (isPlain(name) ? " on the PATH (" + path + ")" : "") + ": '" + name + "'");
        }
        return program;
    }

    private static String variable(final Map<String, String> added, final String name) {
        final String value = added.get(name);
        return value != null ? value : System.getenv(name);
    }

    private static boolean isPlain(final String name) {
        return name.indexOf('/') < 0 && name.indexOf(File.separatorChar) < 0;
    }

    /** Finds an executable as the system would; null if there is none. */
    private static Path find(final String name, final String path, final Path directory) {
        if (!isPlain(name)) {
            return executable(directory.resolve(name));
        }
        for (final String each : (path == null ? "" : path).split(File.pathSeparator)) {
            final Path found =
                    each.isEmpty() ? null : executable(directory.resolve(each).resolve(name));
            if (found != null) {
                return found;
            }
        }
        return null;
    }

    private static Path executable(final Path file) {
        return Files.isRegularFile(file) && Files.isExecutable(file) ? file.toAbsolutePath() : null;
    }
}
