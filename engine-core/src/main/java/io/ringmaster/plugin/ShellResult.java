package io.ringmaster.plugin;

import java.nio.file.Path;

/**
 * The result of a {@code shell} task that ended well.
 *
 * @param exitCode    the process's exit code: 0, since every other one fails the attempt.
 * @param outputFile  where its standard output and standard error are; the file belongs to whoever reads this.
 * @param outputBytes how long that file was when the process ended; 0 if the process has removed it.
 */
public record ShellResult(int exitCode, Path outputFile, long outputBytes) {}
