package io.ringmaster.peers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.LongConsumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@Timeout(120)
class PeerTest {
    private static final int TASKS = 20_000;

    /** How often each task has run, and how often the peer has told of its end. */
    private final AtomicIntegerArray runs = new AtomicIntegerArray(2 * TASKS);

    private final AtomicIntegerArray endings = new AtomicIntegerArray(2 * TASKS);
    private final AtomicLong ran = new AtomicLong();
    private final AtomicLong ended = new AtomicLong();

    static Stream<PeerKind> all() {
        return Stream.of(PeerKind.values());
    }

    static Stream<PeerKind> sharing() {
        return all().filter(kind -> kind.takes(false));
    }

    static Stream<PeerKind> withThreads() {
        return sharing().filter(kind -> kind != PeerKind.INLINE);
    }

    static Stream<PeerKind> blocking() {
        return all().filter(kind -> kind.takes(true));
    }

    static Stream<PeerKind> ordered() {
        return sharing().filter(kind -> kind.guarantees().orderPerKey());
    }

    static Stream<PeerKind> bounded() {
        return sharing().filter(kind -> kind.guarantees().bounded());
    }

    static Stream<PeerKind> holding() {
        return all().filter(PeerKind::holds);
    }

    @ParameterizedTest
    @MethodSource("all")
    void shouldRunEveryTaskOnceAndTellOfItsEndWhereItSaysSo(final PeerKind kind) {
        assumeThat(kind.isAvailable()).isTrue();
        final boolean blocks = !kind.takes(false);
        final int tasks = blocks ? 2_000 : TASKS;

        // An engine that spins refuses to have more threads than there are CPUs to spare.
        try (Peer peer = open(kind, blocks, kind == PeerKind.RINGMASTER_SPIN ? 1 : 2, task -> {})) {
            for (int task = 0; task < tasks; task++) {
                submit(peer, task);
            }
            await(() -> ran.get() >= tasks);
            await(() -> !kind.guarantees().tracked() || ended.get() >= tasks);
        }

        for (int task = 0; task < tasks; task++) {
            assertThat(runs.get(task)).as("runs of task %d", task).isOne();
            assertThat(endings.get(task))
                    .as("endings told of task %d", task)
                    .isEqualTo(kind.guarantees().tracked() ? 1 : 0);
        }
        assertThat(ran.get()).isEqualTo(tasks);
    }

    @ParameterizedTest
    @MethodSource("blocking")
    void shouldRunTasksThatBlockSideBySide(final PeerKind kind) {
        assumeThat(kind.isAvailable()).isTrue();
        final CountDownLatch all = new CountDownLatch(4);

        try (Peer peer = open(kind, true, 4, task -> {
            all.countDown();
            await(() -> all.getCount() == 0);
        })) {
            for (int task = 0; task < 4; task++) {
                submit(peer, task);
            }
            await(() -> ran.get() == 4);
        }

        assertThat(all.getCount()).isZero();
    }

    @ParameterizedTest
    @MethodSource("ordered")
    void shouldKeepTheOrderOfEachKeyWhereItSaysSo(final PeerKind kind) {
        final AtomicLong[] last = new AtomicLong[PeerSetup.KEYS];
        Arrays.setAll(last, key -> new AtomicLong(-1));
        final AtomicIntegerArray inside = new AtomicIntegerArray(PeerSetup.KEYS);
        final AtomicInteger wrong = new AtomicInteger();

        try (Peer peer = open(kind, false, 4, task -> {
            final int key = PeerSetup.key(task);
            if (inside.incrementAndGet(key) != 1 || last[key].getAndSet(task) >= task) {
                wrong.incrementAndGet();
            }
            inside.decrementAndGet(key);
        })) {
            for (int task = 0; task < TASKS; task++) {
                submit(peer, task);
            }
            await(() -> ran.get() == TASKS);
        }

        assertThat(wrong.get()).isZero();
    }

    @ParameterizedTest
    @MethodSource("bounded")
    void shouldRefuseWhatIsTooMuchWhereItIsBoundedAndRunAllElseOnce(final PeerKind kind) {
        final CountDownLatch release = new CountDownLatch(1);
        final List<Integer> accepted = new ArrayList<>();

        try (Peer peer = open(kind, false, 1, task -> uninterruptibly(release))) {
            int task = 0;
            // All bounds are below this: the engine's fire-worker may hand its rest to another thread and take some
            // more.
            while (task < 2 * TASKS && peer.trySubmit(task)) {
                accepted.add(task++);
            }
            assertThat(task).as("accepted before the first refusal").isLessThan(2 * TASKS);
            release.countDown();
            await(() -> ran.get() >= accepted.size());
        }

        assertThat(ran.get()).isEqualTo(accepted.size());
        accepted.forEach(task -> assertThat(runs.get(task)).isOne());
    }

    @ParameterizedTest
    @MethodSource("withThreads")
    void shouldCloseInBoundedTimeWhileTasksWait(final PeerKind kind) {
        assumeThat(kind.isAvailable()).isTrue();
        final CountDownLatch begun = new CountDownLatch(1);
        final CountDownLatch release = new CountDownLatch(1);

        final Peer peer = open(kind, false, 1, task -> {
            begun.countDown();
            try {
                release.await();
            } catch (final InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        for (int task = 0; task < 100; task++) {
            peer.trySubmit(task);
        }
        await(() -> begun.getCount() == 0);
        final Thread closer = new Thread(peer::close);
        closer.start();
        if (!kind.guarantees().tracked()) {
            // What interrupts nothing waits for the task that runs.
            release.countDown();
        }
        await(() -> !closer.isAlive());
        release.countDown();
    }

    @ParameterizedTest
    @MethodSource("holding")
    void shouldHoldTasksThatWaitAndKillThemWhereItSaysSo(final PeerKind kind) {
        assumeThat(kind.isAvailable()).isTrue();
        final AtomicLong killed = new AtomicLong();
        final PeerWatcher watcher = new PeerWatcher() {
            @Override
            public void killed(final long task) {
                killed.incrementAndGet();
            }
        };

        try (Holder holder = kind.openHolder(new PeerSetup(task -> {}, watcher, false, 1))) {
            for (int task = 0; task < 1_000; task++) {
                holder.hold(task);
            }
            await(() -> holder.held() == 1_000);
            if (kind.kills()) {
                for (int task = 0; task < 10; task++) {
                    holder.kill(task);
                }
                await(() -> killed.get() >= 10);
            }
            assertThat(killed.get()).isEqualTo(kind.kills() ? 10 : 0);
        }
    }

    private Peer open(final PeerKind kind, final boolean blocks, final int threads, final LongConsumer body) {
        return kind.open(new PeerSetup(
                task -> {
                    body.accept(task);
                    runs.incrementAndGet((int) task);
                    ran.incrementAndGet();
                },
                new PeerWatcher() {
                    @Override
                    public void ended(final long task) {
                        endings.incrementAndGet((int) task);
                        ended.incrementAndGet();
                    }
                },
                blocks,
                threads));
    }

    private static void submit(final Peer peer, final int task) {
        while (!peer.trySubmit(task)) {
            Thread.yield();
        }
    }

    private static void await(final BooleanSupplier condition) {
        while (!condition.getAsBoolean()) {
            if (Thread.currentThread().isInterrupted()) {
                throw new AssertionError("interrupted by the test's timeout while it waited for a condition");
            }
            LockSupport.parkNanos(TimeUnit.MICROSECONDS.toNanos(100));
        }
    }

    private static void uninterruptibly(final CountDownLatch latch) {
        boolean interrupted = false;
        while (true) {
            try {
                latch.await();
                break;
            } catch (final InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
