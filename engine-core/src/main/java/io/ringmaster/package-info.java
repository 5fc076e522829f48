/**
 * Ringmaster's facade and service provider interface: an embedder launches a task engine here, hands it tasks and
 * follows each one's lifecycle, while the packages below this one do the work on partitioned Disruptor rings.
 */
package io.ringmaster;
