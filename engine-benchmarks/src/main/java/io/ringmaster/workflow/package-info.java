/**
 * Workflows to replay: what was recorded (WfFormat files, arrival traces), what can be generated, and what is known
 * of them before anything runs.
 *
 * <p>A {@link io.ringmaster.workflow.Workflow} is always a valid DAG: whoever makes one, a reader, a builder or the
 * generator, has it checked, and a fault ends in a {@link io.ringmaster.workflow.WorkflowFormatException} whose
 * message is one line. Nothing here recurses along a workflow or a document, so depth costs memory and no stack. Times
 * are nanoseconds. The types know no engine.
 */
package io.ringmaster.workflow;
