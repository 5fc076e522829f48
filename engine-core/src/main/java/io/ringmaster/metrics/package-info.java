/** What a fire-worker measures: latencies by stage, in histograms that have one writer. */
package io.ringmaster.metrics;
