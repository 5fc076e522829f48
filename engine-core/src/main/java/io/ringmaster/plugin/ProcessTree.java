package io.ringmaster.plugin;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * A process, what it started and what those started. It finds them again by two ways: as descendants, and, where the
 * process leads a session of its own and the system has {@code /proc}, as members of that session, which keeps those whose
 * parent has ended. A process seen once is remembered, by id and start time, so that a reused id is never hit. Out of
 * reach is a process that left the session <em>and</em> lost its parent before anybody looked: a daemon.
 *
 * <p>Any thread; both methods take the lock, and neither waits for a process.
 */
final class ProcessTree {
    private static final Path PROC = Path.of("/proc");
    /** After the process's name, which may hold anything: state, parent, group, session. */
    private static final int STATE = 0;

    private static final int SESSION = 3;

    private final Process root;
    private final boolean ownSession;
    /** The running ones, the root first: a script whose child ends before itself would go on with its next command. */
    private final Set<ProcessHandle> seen = new LinkedHashSet<>();

    private final Set<ProcessHandle> asked = new HashSet<>();

    ProcessTree(final Process root, final boolean ownSession) {
        this.root = root;
        this.ownSession = ownSession;
    }

    /**
     * Asks every process of the tree that was not asked yet to end.
     *
     * @return whether none is left.
     */
    synchronized boolean ask() {
        look();
        for (final ProcessHandle each : seen) {
            if (asked.add(each)) {
                each.destroy();
            }
        }
        return isGone();
    }

    /**
     * Ends every process of the tree that there is at the moment. They may have started others meanwhile: call it
     * again until none is left.
     *
     * @return whether none is left.
     */
    synchronized boolean end() {
        look();
        for (final ProcessHandle each : seen) {
            each.destroyForcibly();
        }
        return isGone();
    }

    private boolean isGone() {
        return seen.isEmpty() && !root.isAlive();
    }

    /** Adds what came and drops what ended. */
    private void look() {
        final Set<ProcessHandle> found = new LinkedHashSet<>(seen);
        found.add(root.toHandle());
        if (ownSession) {
            addSession(found);
        }
        final Set<ProcessHandle> covered = new LinkedHashSet<>();
        for (final ProcessHandle each : List.copyOf(found)) {
            if (!covered.contains(each)) {
                each.descendants().forEach(covered::add);
            }
        }
        found.addAll(covered);
        found.removeIf(each -> !isRunning(each));
        seen.clear();
        seen.addAll(found);
        asked.retainAll(found);
    }

    private void addSession(final Set<ProcessHandle> found) {
        final String session = Long.toString(root.pid());
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(PROC, "[0-9]*")) {
            for (final Path each : entries) {
                final String[] fields = stat(each);
                if (fields.length > SESSION && fields[SESSION].equals(session)) {
                    ProcessHandle.of(Long.parseLong(each.getFileName().toString()))
                            .ifPresent(found::add);
                }
            }
        } catch (final IOException | DirectoryIteratorException e) {
            // no /proc: the descendants have to do
        }
    }

    /** An ended process that nobody has collected yet is still listed, and may stay so for ever: it runs no more. */
    private static boolean isRunning(final ProcessHandle handle) {
        if (!handle.isAlive()) {
            return false;
        }
        final String[] fields = stat(PROC.resolve(Long.toString(handle.pid())));
        return fields.length == 0 || !(fields[STATE].equals("Z") || fields[STATE].equals("X"));
    }

    /** The fields behind the name in a process's stat file; none if there is no such file. */
    private static String[] stat(final Path process) {
        try {
            final String line = Files.readString(process.resolve("stat"), StandardCharsets.ISO_8859_1);
            return line.substring(line.lastIndexOf(')') + 1).trim().split(" ");
        } catch (final IOException | UncheckedIOException e) {
            return new String[0];
        }
    }
}
