/**
 * Internal: the timers of a fire-worker. Not for use outside the engine.
 *
 * <p>The lowest package of the engine: it depends on nothing but the JDK and the mark that it is internal. {@link io.ringmaster.timer.TimerNode} is what a
 * thing with a timer extends, {@link io.ringmaster.timer.TimerWheel} is what finds the nodes that are due.
 */
package io.ringmaster.timer;
