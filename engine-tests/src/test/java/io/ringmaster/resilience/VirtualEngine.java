package io.ringmaster.resilience;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringmaster.TaskEngine;
import io.ringmaster.event.EngineEvent;
import io.ringmaster.task.TaskHandle;
import io.ringmaster.task.TaskState;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * An engine in invoker mode on a virtual clock that only {@link #pass} moves, for tests that say when everything happens.
 * Bodies of exclusive tasks run one at a time, each on a thread of its own that has the baton while it runs: where a body
 * parks, the test goes on, and the body looks again whenever the test lets time pass.
 */
final class VirtualEngine implements AutoCloseable {
    static final long STALL_MILLIS = 30;
    private static final long TICK_NANOS = TimeUnit.MILLISECONDS.toNanos(STALL_MILLIS) / 3;
    private static final int MOST_TURNS = 100_000;

    /** What listeners were told, as "id TYPE STATE attempt". */
    final List<String> told = new ArrayList<>();

    final List<EngineEvent> events = new ArrayList<>();
    private final ArrayDeque<Runnable> bodies = new ArrayDeque<>();
    private final List<Body> parked = new ArrayList<>();
    private final Semaphore test = new Semaphore(0);
    private final TaskEngine engine;
    private long now = -5_000_000_000L; // crosses zero in most tests

    private static final class Body {
        private final Semaphore turn = new Semaphore(0);
    }

    VirtualEngine(final TaskEngine.Context context) {
        this.engine = TaskEngine.launch(context.invokerMode(true)
                .nanoClock(() -> now)
                .invokerIdle(this::idle)
                .stallThresholdMillis(STALL_MILLIS)
                .exclusiveRunner(new Bodies())
                .engineEventListener(events::add)
                .listener(event ->
                        told.add(event.taskId() + " " + event.type() + ' ' + event.to() + ' ' + event.attempt())));
    }

    TaskEngine engine() {
        return engine;
    }

    long now() {
        return now;
    }

    /** Await, drain and close have nothing to do. */
    private void idle(final long nanos) {
        now += Math.min(Math.max(nanos, 1), TICK_NANOS);
        wakeBodies();
        runBodies();
    }

    private final class Bodies implements io.ringmaster.container.ExclusiveRunner {
        @Override
        public void execute(final long taskId, final int attempt, final Runnable body) {
            bodies.add(body);
        }

        @Override
        public boolean park(final long taskId, final int attempt, final long nanos) {
            stopBody();
            return true;
        }
    }

    /** Called by a body: stops it there, whatever the engine asks of it, until the test lets time pass. */
    void stopBody() {
        final Body body = new Body();
        parked.add(body);
        test.release();
        body.turn.acquireUninterruptibly();
    }

    /** Runs whatever can run without the clock: duty cycles, new bodies, and once each parked one. */
    void settle() {
        int turns = 0;
        do {
            while (engine.invoker().invoke() > 0) {
                assertThat(++turns).as("turns").isLessThan(MOST_TURNS);
            }
        } while (runBodies());
    }

    private boolean runBodies() {
        boolean any = false;
        for (Runnable body = bodies.poll(); body != null; body = bodies.poll()) {
            final Runnable code = body;
            final Thread thread = new Thread(() -> {
                try {
                    code.run();
                } finally {
                    test.release();
                }
            });
            thread.setDaemon(true);
            thread.start();
            test.acquireUninterruptibly();
            any = true;
        }
        return any;
    }

    /** Lets each parked body look again, once. */
    private void wakeBodies() {
        final List<Body> all = List.copyOf(parked);
        parked.clear();
        for (final Body each : all) {
            each.turn.release();
            test.acquireUninterruptibly();
        }
    }

    /** Lets time pass as an idle engine would: to the next deadline or tick, and so on, all settled in between. */
    void pass(final long time, final TimeUnit unit) {
        final long end = now + unit.toNanos(time);
        settle();
        while (end - now > 0) {
            now += Math.min(end - now, Math.max(1, Math.min(engine.invoker().idleNanos(), TICK_NANOS)));
            wakeBodies();
            settle();
        }
    }

    /** The process is suspended: the clock goes on and nothing else. */
    void suspend(final long time, final TimeUnit unit) {
        now += unit.toNanos(time);
    }

    /** Lets time pass until something holds. */
    void passUntil(final String what, final BooleanSupplier condition) {
        for (int i = 0; !condition.getAsBoolean(); i++) {
            assertThat(i).as("milliseconds until " + what).isLessThan(MOST_TURNS);
            pass(1, TimeUnit.MILLISECONDS);
        }
    }

    List<String> toldOf(final long id) {
        return told.stream()
                .filter(each -> each.startsWith(id + " "))
                .map(each -> each.substring((id + " ").length()))
                .toList();
    }

    <T extends EngineEvent> List<T> eventsOf(final Class<T> kind) {
        return events.stream().filter(kind::isInstance).map(kind::cast).toList();
    }

    static void assertEnded(final TaskHandle handle, final TaskState state, final int attempts) {
        assertThat(handle.isDone()).as("%s is done", handle).isTrue();
        assertThat(handle.outcome().state()).as("%s", handle.outcome()).isEqualTo(state);
        assertThat(handle.outcome().attempt()).as("%s", handle.outcome()).isEqualTo(attempts);
    }

    @Override
    public void close() {
        engine.close();
    }
}
