/**
 * What users write against: the {@link io.ringmaster.task.Task} SPI, the {@link io.ringmaster.task.TaskSpec} that asks
 * for one run of it, and the {@link io.ringmaster.task.TaskHandle} that answers. Values and interfaces only; nothing
 * here knows how the engine works, so every other package may depend on this one.
 */
package io.ringmaster.task;
