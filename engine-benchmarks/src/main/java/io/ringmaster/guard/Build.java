package io.ringmaster.guard;

import java.nio.file.Path;
import java.util.List;

/**
 * What is measured.
 *
 * @param name    for people: a revision or a path.
 * @param jar     with the engine and what it stands on.
 * @param options further options for its JVM.
 */
record Build(String name, Path jar, List<String> options) {}
