package io.ringmaster.simulation;

import java.util.ArrayDeque;
import java.util.concurrent.Semaphore;

/**
 * Lets code stop in the middle of a call while other code goes on, still one thing at a time: of all threads the one that
 * holds the baton runs, every other one waits for it. A thread that suspends its call hands the baton to a runner, which
 * goes on with the simulation's loop; whoever resumes a suspended call hands it back. So what runs when is decided by the
 * code alone, and the hand-overs order everything that happens.
 */
final class Baton {
    /** A call that waits for the baton. */
    static class Suspension {
        private final Semaphore gate = new Semaphore(0);
        private boolean main;
    }

    /** Unwinds a runner when the simulation is over. */
    static final class Over extends Error {
        private static final long serialVersionUID = 1L;

        Over() {
            super("the simulation is over", null, false, false);
        }
    }

    private final Thread mainThread = Thread.currentThread();
    private final Semaphore mainGate = new Semaphore(0);
    private final ArrayDeque<Semaphore> idle = new ArrayDeque<>();
    private final Runnable loop;

    private Suspension mainSuspension;
    private boolean mainIdle;
    private boolean over;

    /**
     * Gives the baton to the calling thread, the main one.
     *
     * @param loop what runners do while the main thread is suspended; it ends by handing the baton to it.
     */
    Baton(final Runnable loop) {
        this.loop = loop;
    }

    /** On the main thread: ends the free runners. Threads in the middle of a suspended call stay there. */
    void end() {
        over = true;
        for (Semaphore runner = idle.poll(); runner != null; runner = idle.poll()) {
            runner.release();
        }
    }

    private void rest(final Semaphore own) {
        idle.push(own);
        mainIdle |= own == mainGate;
    }

    private void awaitTurn(final Semaphore own) {
        own.acquireUninterruptibly();
        if (over) {
            throw new Over();
        }
    }

    boolean isMain() {
        return Thread.currentThread() == mainThread;
    }

    /** Stops the calling thread here until {@link #resume} is called with the same suspension. */
    void suspend(final Suspension call) {
        park(call);
        final Semaphore runner = idle.poll();
        if (runner != null) {
            release(runner);
        } else {
            start();
        }
        await(call);
    }

    /** Hands the baton to a runner; the calling thread, at the top of its loop, becomes a free one. */
    void toRunner() {
        final Semaphore runner = idle.poll();
        final Semaphore own = ownGate();
        rest(own);
        if (runner != null) {
            release(runner);
        } else {
            start();
        }
        awaitTurn(own);
    }

    /** Hands the baton to a suspended call; the calling thread suspends its own one. */
    void resumeAndSuspend(final Suspension other, final Suspension own) {
        park(own);
        other.gate.release();
        await(own);
    }

    /** Hands the baton to a suspended call; the calling thread, at the top of its loop, becomes a free runner. */
    void resume(final Suspension other) {
        final Semaphore own = ownGate();
        rest(own);
        other.gate.release();
        awaitTurn(own);
    }

    /** On a runner: hands the baton to the main thread, wherever that waits. */
    void toMain() {
        if (mainIdle) {
            rest(ownGate());
            idle.remove(mainGate);
            release(mainGate);
            awaitTurn(ownGate());
        } else {
            resume(mainSuspension);
        }
    }

    private void park(final Suspension call) {
        call.main = isMain();
        if (call.main) {
            mainSuspension = call;
        }
    }

    private void await(final Suspension call) {
        call.gate.acquireUninterruptibly();
        if (call.main) {
            mainSuspension = null;
        }
    }

    /** The suspension of the main thread, or null. */
    Suspension mainSuspension() {
        return mainSuspension;
    }

    private void release(final Semaphore runner) {
        if (runner == mainGate) {
            mainIdle = false;
        }
        runner.release();
    }

    private Semaphore ownGate() {
        return isMain() ? mainGate : ((Runner) Thread.currentThread()).gate;
    }

    private void start() {
        new Runner().start();
    }

    private final class Runner extends Thread {
        private final Semaphore gate = new Semaphore(0);

        Runner() {
            super("simulation-runner");
            setDaemon(true);
        }

        @Override
        public void run() {
            try {
                while (true) {
                    loop.run();
                }
            } catch (final Over over) {
                // as it should be
            }
        }
    }
}
