package io.ringmaster.guard;

import com.lmax.disruptor.EventPoller;
import com.lmax.disruptor.RingBuffer;
import com.lmax.disruptor.YieldingWaitStrategy;
import java.io.File;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.Random;
import java.util.function.LongSupplier;

/**
 * The control of every guarded benchmark: the raw Disruptor, filled and drained on one thread. What slows the machine,
 * its clock or a neighbour, slows it as well. One thread.
 *
 * <p>It is loaded by a class loader of its own, from the same jar for both builds: so it shares no profile of the JIT's
 * with the engine's use of the Disruptor, and stays the same when a build brings another version of it.
 */
public final class RawControl implements LongSupplier {
    private static final int CAPACITY = 1 << 11;
    private static final int KEYS = 1_000;
    private static final int ROUNDS = 16;

    /** What an event is about. */
    private static final class Key {
        long handled;
    }

    /** A slot of the ring. */
    private static final class Slot {
        Key key;
    }

    private final Key[] keys = new Key[CAPACITY];
    private final RingBuffer<Slot> ring =
            RingBuffer.createMultiProducer(Slot::new, CAPACITY, new YieldingWaitStrategy());
    private final EventPoller<Slot> poller = ring.newPoller();
    private final EventPoller.Handler<Slot> handler = (slot, sequence, endOfBatch) -> {
        slot.key.handled++;
        return true;
    };

    /** Creates the ring and its keys; their order is the same in every process. */
    public RawControl() {
        final Key[] distinct = new Key[KEYS];
        for (int i = 0; i < KEYS; i++) {
            distinct[i] = new Key();
        }
        final Random random = new Random(42);
        for (int i = 0; i < CAPACITY; i++) {
            keys[i] = distinct[random.nextInt(KEYS)];
        }
        ring.addGatingSequences(poller.getSequence());
    }

    /**
     * Loads the control apart from everything else.
     *
     * @param classPath jars and folders with this class and the Disruptor.
     * @return the control; each call measures, and returns picoseconds per event.
     */
    static LongSupplier load(final String classPath) {
        try {
            final String[] parts = classPath.split(File.pathSeparator);
            final URL[] urls = new URL[parts.length];
            for (int i = 0; i < parts.length; i++) {
                urls[i] = Path.of(parts[i]).toUri().toURL();
            }
            return (LongSupplier) new URLClassLoader(urls, ClassLoader.getPlatformClassLoader())
                    .loadClass(RawControl.class.getName())
                    .getDeclaredConstructor()
                    .newInstance();
        } catch (final ReflectiveOperationException | MalformedURLException e) {
            throw new IllegalStateException("the control can't be loaded from " + classPath, e);
        }
    }

    /** Returns how long one event took to be published and handled, in picoseconds, over a quarter of a millisecond. */
    @Override
    public long getAsLong() {
        final long start = System.nanoTime();
        for (int round = 0; round < ROUNDS; round++) {
            fill();
            drain();
        }
        return (System.nanoTime() - start) * 1000 / (ROUNDS * CAPACITY);
    }

    private void fill() {
        for (final Key key : keys) {
            final long sequence = ring.next();
            ring.get(sequence).key = key;
            ring.publish(sequence);
        }
    }

    private void drain() {
        try {
            while (poller.poll(handler) == EventPoller.PollState.PROCESSING) {
                // until it is idle
            }
        } catch (final Exception e) {
            throw new IllegalStateException("the handler throws nothing", e);
        }
    }
}
