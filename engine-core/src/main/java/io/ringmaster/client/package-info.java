/**
 * What a workflow engine talks to: requests are messages, answers are events. Today the task engine is in the same
 * process; the interface is the same when it is not.
 *
 * <p>A Master {@linkplain io.ringmaster.client.TaskExecutorClient#subscribe subscribes}, and is told of each event once in the
 * call that handles it, or {@linkplain io.ringmaster.client.TaskExecutorClient#connect connects}, and is sent
 * {@linkplain io.ringmaster.client.TaskReport reports} until it acknowledges them.
 */
package io.ringmaster.client;
