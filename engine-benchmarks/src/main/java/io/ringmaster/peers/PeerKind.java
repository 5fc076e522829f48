package io.ringmaster.peers;

import com.google.common.util.concurrent.MoreExecutors;
import com.lmax.disruptor.BlockingWaitStrategy;
import com.lmax.disruptor.BusySpinWaitStrategy;
import io.netty.util.concurrent.DefaultEventExecutorGroup;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.EventExecutor;
import io.ringmaster.eventbus.WaitMode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.agrona.concurrent.ManyToOneConcurrentArrayQueue;
import org.jctools.queues.MpscArrayQueue;

/** The peers, in the order of the table. */
enum PeerKind {
    /** The engine, parking when idle: the default on a small machine. */
    RINGMASTER(
            "ringmaster",
            new Guarantees(false, true, true, true),
            Blocking.YES,
            setup -> new RingmasterPeer(setup, WaitMode.ADAPTIVE, false),
            setup -> new RingmasterHolder(setup, WaitMode.ADAPTIVE)),
    /** The engine, spinning when idle. */
    RINGMASTER_SPIN(
            "ringmaster",
            new Guarantees(false, true, true, true),
            Blocking.NO,
            setup -> new RingmasterPeer(setup, WaitMode.BUSY_SPIN, false),
            setup -> new RingmasterHolder(setup, WaitMode.BUSY_SPIN)),
    /** The engine with virtual threads as its exclusive ones. */
    RINGMASTER_VIRTUAL(
            "ringmaster",
            new Guarantees(false, true, true, true),
            Blocking.ONLY,
            setup -> new RingmasterPeer(setup, WaitMode.ADAPTIVE, true),
            null),
    /** The model of the design that the engine replaces. */
    POLLING("ringmaster", new Guarantees(false, true, true, false), Blocking.YES, PollingPeer::new, PollingHolder::new),
    /** A thread pool with a linked queue. */
    POOL(
            "jdk",
            new Guarantees(false, false, false, false),
            Blocking.YES,
            setup -> pool(setup, false),
            PeerKind::scheduledPool),
    /** The same, completing a future for each task. */
    POOL_FUTURE("jdk", new Guarantees(false, true, false, false), Blocking.YES, setup -> pool(setup, true), null),
    /** A fork-join pool in its first-in-first-out mode, for tasks from outside. */
    FORK_JOIN("jdk", new Guarantees(false, false, false, false), Blocking.NO, PeerKind::forkJoin, null),
    /** A virtual thread for each task. */
    VIRTUAL_THREADS(
            "jdk",
            new Guarantees(false, false, false, false),
            Blocking.YES,
            PeerKind::virtualThreads,
            setup -> new VirtualThreadHolder()),
    /** Netty's event executors, one for each key. */
    NETTY("netty", new Guarantees(true, false, false, false), Blocking.NO, PeerKind::netty, PeerKind::scheduledNetty),
    /** Pekko's typed actors, one for each key. */
    PEKKO("pekko", new Guarantees(true, false, false, false), Blocking.NO, PekkoPeer::new, PekkoHolder::new),
    /** Guava's sequential executors over a pool, one for each key. */
    GUAVA("guava", new Guarantees(true, false, false, false), Blocking.NO, PeerKind::guava, null),
    /** Agrona's queue and a thread. */
    AGRONA(
            "agrona",
            new Guarantees(true, false, false, true),
            Blocking.NO,
            setup -> new QueuePeer(setup, new ManyToOneConcurrentArrayQueue<>(PeerSetup.CAPACITY)),
            null),
    /** JCTools' queue and a thread. */
    JCTOOLS(
            "jctools",
            new Guarantees(true, false, false, true),
            Blocking.NO,
            setup -> new QueuePeer(setup, new MpscArrayQueue<>(PeerSetup.CAPACITY)),
            null),
    /** The raw Disruptor, its consumer waiting for a condition. */
    DISRUPTOR(
            "disruptor",
            new Guarantees(true, false, false, true),
            Blocking.NO,
            setup -> new DisruptorPeer(setup, new BlockingWaitStrategy()),
            null),
    /** The raw Disruptor, its consumer spinning. */
    DISRUPTOR_SPIN(
            "disruptor",
            new Guarantees(true, false, false, true),
            Blocking.NO,
            setup -> new DisruptorPeer(setup, new BusySpinWaitStrategy()),
            null),
    /** The submitter's own thread: what the rig and the machine take where there is no peer. */
    INLINE("jdk", new Guarantees(true, false, false, false), Blocking.NO, PeerKind::inline, null);

    /** Which kind of work a peer is measured with. */
    private enum Blocking {
        NO,
        YES,
        ONLY
    }

    private final String component;
    private final Guarantees guarantees;
    private final Blocking blocking;
    private final Function<PeerSetup, Peer> opener;
    private final Function<PeerSetup, Holder> holderOpener;

    PeerKind(
            final String component,
            final Guarantees guarantees,
            final Blocking blocking,
            final Function<PeerSetup, Peer> opener,
            final Function<PeerSetup, Holder> holderOpener) {
        this.component = component;
        this.guarantees = guarantees;
        this.blocking = blocking;
        this.opener = opener;
        this.holderOpener = holderOpener;
    }

    /** Returns the name on the command line and in the table. */
    String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /**
     * Finds a peer.
     *
     * @param label its name.
     * @return the peer.
     * @throws IllegalArgumentException if there is none of this name.
     */
    static PeerKind of(final String label) {
        final List<String> all = new ArrayList<>();
        for (final PeerKind each : values()) {
            if (each.label().equals(label)) {
                return each;
            }
            all.add(each.label());
        }
        throw new IllegalArgumentException("peer must be one of " + String.join(", ", all) + ": " + label);
    }

    /** Returns whose version it has: a library's, the JDK's or the project's. */
    String component() {
        return component;
    }

    Guarantees guarantees() {
        return guarantees;
    }

    /**
     * Returns whether the peer is measured with such tasks.
     *
     * @param blocks whether they block.
     * @return whether it is.
     */
    boolean takes(final boolean blocks) {
        return blocks ? blocking != Blocking.NO : blocking != Blocking.ONLY;
    }

    /** Returns whether the running JDK has what the peer needs. */
    boolean isAvailable() {
        return this != VIRTUAL_THREADS && this != RINGMASTER_VIRTUAL || VirtualThreads.areAvailable();
    }

    /** Returns what it needs that the running JDK has not. */
    String need() {
        return "needs JDK 21, this is " + System.getProperty("java.version");
    }

    /**
     * Returns what is to be known beside the figures.
     *
     * @param work what tasks do.
     * @return a sentence, or nothing.
     */
    String note(final Work work) {
        if (work.blocks()) {
            return switch (this) {
                case VIRTUAL_THREADS -> "as many threads as tasks are under way: " + window(true);
                case POLLING -> "no queue: refused while all threads are taken, each until the fourth tick of its task";
                default -> "";
            };
        }
        return switch (this) {
            case RINGMASTER, RINGMASTER_SPIN -> "each task's own events are in order; tasks of one key are not";
            case POLLING -> "a window of " + window(false) + ", as a task takes four ticks of 50 ms";
            case INLINE -> "no peer: the submitter runs each task, and its CPU time is not counted";
            case DISRUPTOR, DISRUPTOR_SPIN -> "the number of a task in each slot, no object for it";
            default -> "";
        };
    }

    /** Returns whether there is a {@link Holder} of the kind. */
    boolean holds() {
        return holderOpener != null;
    }

    /** Returns whether its holder can kill. */
    boolean kills() {
        return holds() && guarantees.lifecycle();
    }

    /**
     * How many tasks may be under way in the closed loop.
     *
     * @param blocks whether they block.
     * @return the window.
     */
    long window(final boolean blocks) {
        if (blocks) {
            return 1 << 10;
        }
        // A task of the model takes four ticks, so that its throughput is the window's before it is the machine's.
        return this == POLLING ? 1 << 16 : PeerSetup.CAPACITY / 2;
    }

    Peer open(final PeerSetup setup) {
        return opener.apply(setup);
    }

    Holder openHolder(final PeerSetup setup) {
        return holderOpener.apply(setup);
    }

    private static Peer inline(final PeerSetup setup) {
        return ExecutorPeer.bare(setup, new Executor[] {Runnable::run}, () -> {});
    }

    private static ThreadFactory daemons() {
        return new DefaultThreadFactory("peer", true);
    }

    private static Peer pool(final PeerSetup setup, final boolean futures) {
        final ExecutorService pool = Executors.newFixedThreadPool(setup.threads(), daemons());
        final Runnable closing = () -> Closing.stop(pool);
        return futures
                ? ExecutorPeer.withFutures(setup, pool, closing)
                : ExecutorPeer.bare(setup, new Executor[] {pool}, closing);
    }

    private static Holder scheduledPool(final PeerSetup setup) {
        final ScheduledThreadPoolExecutor pool = new ScheduledThreadPoolExecutor(setup.threads(), daemons());
        return new ScheduledHolder(setup, new ScheduledExecutorService[] {pool}, () -> Closing.stop(pool));
    }

    private static Peer forkJoin(final PeerSetup setup) {
        final ForkJoinPool pool =
                new ForkJoinPool(setup.threads(), ForkJoinPool.defaultForkJoinWorkerThreadFactory, null, true);
        return ExecutorPeer.bare(setup, new Executor[] {pool}, () -> Closing.stop(pool));
    }

    private static Peer virtualThreads(final PeerSetup setup) {
        final ExecutorService executor = VirtualThreads.executor();
        return ExecutorPeer.bare(setup, new Executor[] {executor}, () -> Closing.stop(executor));
    }

    private static Peer guava(final PeerSetup setup) {
        final ExecutorService pool = Executors.newFixedThreadPool(setup.threads(), daemons());
        final Executor[] byKey = new Executor[PeerSetup.KEYS];
        Arrays.setAll(byKey, key -> MoreExecutors.newSequentialExecutor(pool));
        return ExecutorPeer.bare(setup, byKey, () -> Closing.stop(pool));
    }

    private static Peer netty(final PeerSetup setup) {
        final DefaultEventExecutorGroup group = new DefaultEventExecutorGroup(setup.threads(), daemons());
        return ExecutorPeer.bare(setup, executors(group).toArray(new Executor[0]), () -> stop(group));
    }

    private static Holder scheduledNetty(final PeerSetup setup) {
        final DefaultEventExecutorGroup group = new DefaultEventExecutorGroup(setup.threads(), daemons());
        return new ScheduledHolder(setup, executors(group).toArray(new ScheduledExecutorService[0]), () -> stop(group));
    }

    private static List<EventExecutor> executors(final DefaultEventExecutorGroup group) {
        final List<EventExecutor> all = new ArrayList<>();
        group.forEach(all::add);
        return all;
    }

    private static void stop(final DefaultEventExecutorGroup group) {
        group.shutdownGracefully(0, 0, TimeUnit.SECONDS);
        Closing.await(group);
    }
}
