package io.ringmaster;

import io.ringmaster.metrics.CountersSource;
import io.ringmaster.task.InternalApi;
import java.util.concurrent.ThreadFactory;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;

/**
 * What an agent beside the engine shares with it: who turns the duty cycles, by which clock, on which threads.
 *
 * @param invokerMode whether the caller turns the duty cycles.
 * @param nanoClock   the engine's clock, in nanoseconds, comparable by subtraction.
 * @param invokerIdle told in invoker mode for how many nanoseconds nothing will happen.
 * @param threads     makes the engine's threads.
 * @param counters    takes what is to be copied into the engine's counters file, if it has one.
 */
@InternalApi
public record EngineRuntime(
        boolean invokerMode,
        LongSupplier nanoClock,
        LongConsumer invokerIdle,
        ThreadFactory threads,
        Consumer<CountersSource> counters) {}
