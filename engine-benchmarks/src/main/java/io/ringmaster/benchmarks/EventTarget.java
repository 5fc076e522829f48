package io.ringmaster.benchmarks;

import com.lmax.disruptor.BlockingWaitStrategy;
import com.lmax.disruptor.BusySpinWaitStrategy;
import com.lmax.disruptor.LiteBlockingWaitStrategy;
import com.lmax.disruptor.YieldingWaitStrategy;
import java.util.Random;

/**
 * Events for {@link #KEYS} keys go in at one end of a bounded buffer and are handled in order at the other. The loops
 * are inside the implementations, so that what is measured is not the call of this interface.
 */
interface EventTarget extends AutoCloseable {
    /** How many events the buffer holds. */
    int CAPACITY = 1 << 14;

    /** Over how many live keys the events are spread. */
    int KEYS = 10_000;

    /** Slots that are free when there is {@link #hasRoom() room}, at least: enough for a burst of each of two producers. */
    int ROOM = 1024;

    /**
     * Publishes events. Any thread.
     *
     * @param keys whose event each is.
     * @param from the first of {@code keys}.
     * @param to   after the last of {@code keys}; the caller has made sure that there is room for all.
     */
    void publish(int[] keys, int from, int to);

    /** Returns whether at least {@link #ROOM} slots are free. Any thread. */
    boolean hasRoom();

    /**
     * Handles everything that is published, on the calling thread. Only for targets without a thread of their own.
     *
     * @return how many events were handled.
     */
    int drain();

    /**
     * Waits until everything published was handled. Only for targets with a thread of their own.
     *
     * @param published how many events were published in all.
     * @throws IllegalStateException if events were lost.
     */
    void awaitHandled(long published);

    /**
     * Makes the thread of an {@link #held} target stand still; returns when it does. What is published from now on stays in
     * the buffer.
     */
    void hold();

    /** Lets the thread that stands still go on. */
    void resume();

    @Override
    void close();

    /**
     * A target that is drained by its caller.
     *
     * @param name which.
     * @return the target.
     */
    static EventTarget drainedByCaller(final String name) {
        return switch (name) {
            case "engine" -> new EngineEventTarget(null, false);
            case "engine-listener" -> new EngineEventTarget(null, true);
            case "raw" -> new RawEventTarget(null, false);
            case "raw-wide" -> new RawEventTarget(null, true);
            case "abq" -> new QueueEventTarget(null, null);
            default -> throw unknown(name);
        };
    }

    /**
     * A target with a consumer thread of its own.
     *
     * @param name which.
     * @param idle what the thread does when there is nothing to do.
     * @return the target.
     */
    static EventTarget withThread(final String name, final Idle idle) {
        return switch (name) {
            case "engine" -> new EngineEventTarget(idle, false);
            case "engine-listener" -> new EngineEventTarget(idle, true);
            case "raw" -> new RawEventTarget(idle, false);
            case "raw-wide" -> new RawEventTarget(idle, true);
            case "raw-paced" -> new RawEventTarget(new PacedWaitStrategy(), false, null);
            case "abq" -> new QueueEventTarget(idle, null);
            default -> throw unknown(name);
        };
    }

    /**
     * A target whose thread the caller can make stand still, see {@link #hold()}.
     *
     * @param name which, with what its thread does when there is nothing to do.
     * @return the target.
     */
    static EventTarget held(final String name) {
        return switch (name) {
            case "engine-spin" -> new EngineEventTarget(Idle.SPIN, true, new Hold());
            case "engine-yield" -> new EngineEventTarget(Idle.YIELD, true, new Hold());
            case "engine-adaptive" -> new EngineEventTarget(Idle.PARK, true, new Hold());
            case "raw-spin" -> new RawEventTarget(new BusySpinWaitStrategy(), false, new Hold());
            case "raw-yield" -> new RawEventTarget(new YieldingWaitStrategy(), false, new Hold());
            case "raw-blocking" -> new RawEventTarget(new BlockingWaitStrategy(), false, new Hold());
            case "raw-lite" -> new RawEventTarget(new LiteBlockingWaitStrategy(), false, new Hold());
            case "abq" -> new QueueEventTarget(Idle.PARK, new Hold());
            default ->
                throw new IllegalArgumentException("target must be engine-spin, engine-yield, engine-adaptive,"
                        + " raw-spin, raw-yield, raw-blocking, raw-lite or abq: " + name);
        };
    }

    /** What a consumer thread does when there is nothing to do: the engine's wait modes and the Disruptor's nearest. */
    enum Idle {
        /** BUSY_SPIN, BusySpinWaitStrategy. */
        SPIN,
        /** YIELD, YieldingWaitStrategy. */
        YIELD,
        /** ADAPTIVE, BlockingWaitStrategy. */
        PARK
    }

    private static IllegalArgumentException unknown(final String name) {
        return new IllegalArgumentException("target must be engine, engine-listener, raw, raw-wide or abq: " + name);
    }

    /**
     * The keys of a buffer full of events.
     *
     * @param order {@code shuffled} for every key in an order the prefetcher can't guess, {@code sequential} else.
     * @return {@link #CAPACITY} keys.
     */
    static int[] keys(final String order) {
        final int[] keys = new int[CAPACITY];
        for (int i = 0; i < CAPACITY; i++) {
            keys[i] = i % KEYS;
        }
        if (order.equals("shuffled")) {
            final Random random = new Random(42);
            for (int i = CAPACITY - 1; i > 0; i--) {
                final int other = random.nextInt(i + 1);
                final int key = keys[i];
                keys[i] = keys[other];
                keys[other] = key;
            }
        } else if (!order.equals("sequential")) {
            throw new IllegalArgumentException("order must be shuffled or sequential: " + order);
        }
        return keys;
    }
}
