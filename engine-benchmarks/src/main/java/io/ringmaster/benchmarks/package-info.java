/**
 * The JMH suites, one class for each question, and the open-loop rig. Every suite measures the engine, the raw Disruptor
 * doing the same hops, and a plain control, in the same run: the axis is called {@code target}. The table of suites is in
 * {@code perf-reports/README.md}.
 *
 * <p>{@code scripts/bench} runs them and keeps the environment beside the results. A number of the engine's alone says
 * little; {@link io.ringmaster.benchmarks.Ratios} gives the ratio over alternating forks.
 */
package io.ringmaster.benchmarks;
