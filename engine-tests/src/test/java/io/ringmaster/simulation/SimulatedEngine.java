package io.ringmaster.simulation;

import io.ringmaster.TaskEngine;
import io.ringmaster.container.ExclusiveRunner;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * A real engine in invoker mode, on a virtual clock, under a seeded scheduler: each turn picks who does something next - a
 * fire-worker, the monitor, an exclusive body, the client, the clock, or a call that was stopped in its middle. The same
 * seed gives the same run, event for event, however long it would take in real time.
 *
 * <p>Code that runs in the engine (steps, bodies, listeners, plugins, policies) may {@link #stall}: it stops there until
 * the scheduler lets it go on, be it after the engine has given its partition to another lease. A body that sleeps, waits
 * for a signal or stands at its pause point stops likewise. At any moment one thread runs, see {@link Baton}.
 *
 * <p>Users can test tasks of their own with it: nothing in it knows the tests of the engine.
 */
final class SimulatedEngine {
    /** The engine's stall threshold; three ticks of its monitor. */
    static final long STALL_MILLIS = 3;

    private static final long TICK_NANOS = TimeUnit.MILLISECONDS.toNanos(STALL_MILLIS) / 3;
    private static final int TICKS_OF_STALL = 5;
    private static final int MOST_SUSPENDED = 6;
    private static final int MOST_IDLE = 200_000;

    private record Body(long taskId, int attempt, Runnable code) {}

    /** A call that was stopped. A parked body may go on at any time, and looks again at what it waits for. */
    private static final class Stopped extends Baton.Suspension {
        private final String name;
        private final boolean parked;

        Stopped(final String name, final boolean parked) {
            this.name = name;
            this.parked = parked;
        }
    }

    private final Baton baton = new Baton(this::runnerLoop);
    private final SplittableRandom random;
    private final int fireWorkers;
    private final TaskEngine engine;
    private final Runnable client;
    private final List<Body> bodies = new ArrayList<>();
    private final List<Stopped> stopped = new ArrayList<>();
    private final List<String> trace = new ArrayList<>();
    private final boolean tracing;
    /** What the next runner does first: bodies may park for ever, so the main thread doesn't run them itself. */
    private Body next;

    private long now;
    private int turns;
    private boolean calm;
    private int idles;
    private Throwable failure;

    /**
     * Launches an engine.
     *
     * @param random      decides everything.
     * @param fireWorkers how many.
     * @param settings    further settings; clock, mode, runner, stall threshold and idling are set already.
     * @param client      one action of the client; called in turns.
     * @param tracing     whether what happens is written down.
     */
    SimulatedEngine(
            final SplittableRandom random,
            final int fireWorkers,
            final Consumer<TaskEngine.Context> settings,
            final Runnable client,
            final boolean tracing) {
        this.random = random;
        this.fireWorkers = fireWorkers;
        this.client = client;
        this.tracing = tracing;
        this.now = random.nextLong();
        final TaskEngine.Context context = new TaskEngine.Context()
                .fireWorkers(fireWorkers)
                .invokerMode(true)
                .nanoClock(() -> now)
                .invokerIdle(this::idle)
                .stallThresholdMillis(STALL_MILLIS)
                .exclusiveRunner(new Bodies());
        settings.accept(context);
        this.engine = TaskEngine.launch(context);
    }

    TaskEngine engine() {
        return engine;
    }

    long now() {
        return now;
    }

    /** Moves the clock on. Whatever runs may call it: it took that long. */
    void passTime(final long nanos) {
        now += nanos;
    }

    /** Returns whether nothing is to be disturbed any more: {@link #stall} returns at once. */
    boolean isCalm() {
        return calm;
    }

    /** Notes the first failure: found in code whose exceptions the engine catches. */
    void fail(final Throwable cause) {
        if (failure == null) {
            failure = cause;
            turns = 0;
        }
    }

    void trace(final String what, final Object... details) {
        if (tracing) {
            trace.add(now + " [" + Thread.currentThread().getId() + "] " + String.format(what, details));
        }
    }

    List<String> traced() {
        return trace;
    }

    // ---- called by the code that is run ------------------------------------------------------------------------

    /** Stops the call it is made in until the scheduler lets it go on. */
    void stall(final String name) {
        if (calm || stopped.size() >= MOST_SUSPENDED) {
            return;
        }
        stop(new Stopped(name, false));
    }

    private void stop(final Stopped call) {
        trace("stop %s", call.name);
        stopped.add(call);
        baton.suspend(call);
        trace("go on %s", call.name);
    }

    private final class Bodies implements ExclusiveRunner {
        @Override
        public void execute(final long taskId, final int attempt, final Runnable body) {
            bodies.add(new Body(taskId, attempt, body));
        }

        @Override
        public boolean park(final long taskId, final int attempt, final long nanos) {
            stop(new Stopped("park of " + taskId, true));
            return true;
        }
    }

    /** Await, drain and close have nothing to do: time passes, or something else happens. */
    private void idle(final long nanos) {
        if (++idles > MOST_IDLE) {
            throw new IllegalStateException("the engine idles for ever");
        }
        now += Math.min(nanos, TICK_NANOS);
        final Stopped own = new Stopped("idle", false);
        if (!bodies.isEmpty() && random.nextInt(3) == 0) {
            next = bodies.remove(random.nextInt(bodies.size()));
            stop(own);
        } else if (!stopped.isEmpty() && random.nextInt(3) == 0) {
            final Stopped other = stopped.remove(random.nextInt(stopped.size()));
            stopped.add(own);
            baton.resumeAndSuspend(other, own);
        }
    }

    // ---- the scheduler -----------------------------------------------------------------------------------------

    /** Makes random turns. */
    void run(final int count) {
        turns = count;
        try {
            while (next != null || turns > 0) {
                turnOrBody();
            }
        } catch (final Throwable t) {
            fail(t);
        }
        rethrow();
    }

    /** Makes a call of the client's that may wait (drain, close), with random turns whenever it does. */
    void call(final Runnable action, final int meanwhile) {
        turns = meanwhile;
        action.run();
        turns = 0;
        rethrow();
    }

    private void rethrow() {
        if (failure != null) {
            baton.end();
            throw new AssertionError(failure.toString(), failure);
        }
    }

    /** What a runner does while the main thread is stopped somewhere. */
    private void runnerLoop() {
        try {
            while (next != null || turns > 0) {
                turnOrBody();
            }
        } catch (final Baton.Over over) {
            throw over;
        } catch (final Throwable t) {
            fail(t);
        }
        final Baton.Suspension main = baton.mainSuspension();
        if (main != null) {
            stopped.remove(main);
        }
        baton.toMain();
    }

    private void turnOrBody() {
        if (next == null) {
            turns--;
            turn();
        } else if (baton.isMain()) {
            baton.toRunner();
        } else {
            final Body body = next;
            next = null;
            run(body);
        }
    }

    private void turn() {
        final int choice = random.nextInt(100);
        if (choice < 45) {
            fireWorker(random.nextInt(fireWorkers));
        } else if (choice < 55) {
            // Once, or as often as it takes to be sure of a stall.
            for (int ticks = random.nextInt(2) == 0 ? 1 : TICKS_OF_STALL; ticks > 0; ticks--) {
                now += TICK_NANOS + random.nextLong(TICK_NANOS / 2);
                engine.invoker().monitor();
            }
        } else if (choice < 62) {
            passTimeToDeadline();
        } else if (choice < 72) {
            if (!bodies.isEmpty()) {
                runBody(random.nextInt(bodies.size()));
            }
        } else if (choice < 80) {
            if (!stopped.isEmpty()) {
                resume(random.nextInt(stopped.size()));
            }
        } else {
            client.run();
        }
        if (Thread.interrupted()) {
            throw new AssertionError("an interrupt flag came out of the engine");
        }
    }

    private int fireWorker(final int index) {
        trace("fire-worker %d", index);
        return engine.invoker().fireWorker(index);
    }

    private void passTimeToDeadline() {
        final long idle = engine.invoker().idleNanos();
        if (idle > 0 && idle < Long.MAX_VALUE) {
            now += idle + random.nextInt(3) * random.nextLong(100_000);
        }
    }

    private void runBody(final int index) {
        final Body body = bodies.remove(index);
        if (baton.isMain()) {
            next = body;
            turnOrBody();
        } else {
            run(body);
        }
    }

    private void run(final Body body) {
        trace("body of %d, attempt %d", body.taskId, body.attempt);
        body.code.run();
        trace("body of %d, attempt %d, is over", body.taskId, body.attempt);
    }

    private void resume(final int index) {
        baton.resume(stopped.remove(index));
    }

    // ---- coming to rest ----------------------------------------------------------------------------------------

    /** Runs until nothing is left to do at this time of the clock: stalled calls go on, parked bodies stay where they are. */
    void settle() {
        calm = true;
        int looks = 0;
        boolean over = false;
        while (!over && failure == null) {
            if (next != null) {
                turnOrBody();
            } else if (engine.invoker().invoke() > 0) {
                looks = 0;
            } else if (!bodies.isEmpty()) {
                runBody(0);
            } else if (hasStalled()) {
                resume(firstStalled());
            } else if (looks++ < 2 * stopped.size()) {
                resume(0); // parks again at the end of the list, unless it has what it waited for
            } else {
                over = true;
            }
            if (++idles > MOST_IDLE) {
                throw new IllegalStateException("the engine never comes to rest");
            }
        }
        rethrow();
    }

    private boolean hasStalled() {
        return firstStalled() >= 0;
    }

    private int firstStalled() {
        for (int i = 0; i < stopped.size(); i++) {
            if (!stopped.get(i).parked) {
                return i;
            }
        }
        return -1;
    }

    /** Ends the simulation's threads; the engine is closed by then. */
    void end() {
        baton.end();
    }

    /** Moves the clock to the next thing the engine waits for, if there is any. */
    void passToNextDeadline() {
        final long idle = engine.invoker().idleNanos();
        now += Math.max(TICK_NANOS, idle == Long.MAX_VALUE ? 0 : idle);
    }
}
