/**
 * What happens to an engine, as opposed to its tasks: stalls, zombies, deadlocks, overload, changed placement. Each is told
 * to a listener, written to the log, recorded as an event of the JDK's flight recorder, and counted.
 */
package io.ringmaster.event;
