/**
 * What a workflow engine talks to: requests are messages, answers are events. Today the task engine is in the same
 * process; the interface is the same when it is not.
 */
package io.ringmaster.client;
