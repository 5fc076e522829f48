/**
 * A small workflow engine that plays workflows through a task executor: it releases a task when its parents have
 * ended, emulates its runtime, records when it was ready, started and ended, and checks itself by those records.
 */
package io.ringmaster.replay;
