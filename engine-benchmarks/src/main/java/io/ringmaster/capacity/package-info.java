/**
 * The open-loop rig behind {@code ringmaster capacity}: what rate an engine carries on this machine, and what it takes.
 *
 * <p>{@link io.ringmaster.capacity.Arrivals} say when tasks are due, a {@link io.ringmaster.capacity.Submitter} submits
 * each at that time whatever became of those before, and a {@link io.ringmaster.capacity.Recorder} counts each latency from
 * the time the task was due. One such load for some seconds is a {@link io.ringmaster.capacity.Step}; it looks at itself
 * and says whether it is valid. {@link io.ringmaster.capacity.RateSearch} chooses the rates, and a
 * {@link io.ringmaster.capacity.Verdict} says what the figures mean to whoever sizes machines.
 */
package io.ringmaster.capacity;
