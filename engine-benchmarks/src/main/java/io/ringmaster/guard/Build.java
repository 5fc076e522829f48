package io.ringmaster.guard;

import java.nio.file.Path;
import java.util.List;

/**
 * What is measured.
 *
 * @param name     for people: a revision or a path, as they said it.
 * @param revision for records: what that was then, a commit or a jar's file name.
 * @param jar      with the engine and what it stands on.
 * @param options  further options for its JVM.
 */
record Build(String name, String revision, Path jar, List<String> options) {
    /** A build of which nothing is recorded but its name. */
    Build(final String name, final Path jar, final List<String> options) {
        this(name, name, jar, options);
    }
}
