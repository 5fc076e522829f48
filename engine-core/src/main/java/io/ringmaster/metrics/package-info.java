/**
 * What an engine measures and shows. Latencies by stage are in histograms that have one writer, the fire-worker. Counters
 * are copied into a memory-mapped file, which {@link io.ringmaster.metrics.CountersReader} reads from any other process;
 * {@link io.ringmaster.metrics.EngineCounter} says what is counted.
 */
package io.ringmaster.metrics;
