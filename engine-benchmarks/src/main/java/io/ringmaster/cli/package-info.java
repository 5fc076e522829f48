/**
 * The {@code ringmaster} command: reads the command line, runs a command against an engine and turns its outcome into
 * an exit status.
 */
package io.ringmaster.cli;
