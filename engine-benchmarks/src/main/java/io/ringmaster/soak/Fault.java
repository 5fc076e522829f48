package io.ringmaster.soak;

import io.ringmaster.task.Container;
import io.ringmaster.task.RetryPolicy;
import io.ringmaster.task.Step;
import io.ringmaster.task.TaskContext;
import io.ringmaster.task.TaskPolicy;
import io.ringmaster.task.TaskSpec;
import io.ringmaster.task.ZombiePolicy;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * What a task does wrong, or right. Each has a weight: out of the sum of all weights, so many tasks. A new fault is one
 * more constant: how its specs look, what its steps do, and how its tasks may end.
 */
enum Fault {
    /** One step that does nothing. */
    NONE(600, Ends.WELL),

    /** Some steps, at once or after a delay. */
    STEPS(100, Ends.WELL) {
        @Override
        Step execute(final SoakTask task, final TaskContext context) {
            task.steps++;
            if (task.steps > task.amount % 5) {
                return context.done(task.steps);
            }
            return (task.draw >>> task.steps & 1) == 0
                    ? Step.AGAIN_NOW
                    : context.againAfter(task.amount, TimeUnit.MILLISECONDS);
        }
    },

    /** A body on a thread of its own that sleeps through the engine. */
    EXCLUSIVE(60, Ends.WELL) {
        @Override
        void describe(final SoakTask task, final TaskSpec.Builder spec) {
            spec.container(Container.EXCLUSIVE);
        }

        @Override
        Step execute(final SoakTask task, final TaskContext context) throws InterruptedException {
            context.pausePoint();
            context.sleep(task.amount / 5, TimeUnit.MILLISECONDS);
            context.pausePoint();
            return Step.DONE;
        }
    },

    /** Leaves its container to the engine, and is of a type that is cheap at times and expensive at others. */
    AUTO(60, Ends.WELL) {
        @Override
        void describe(final SoakTask task, final TaskSpec.Builder spec) {
            spec.container(Container.AUTO).type("auto-" + task.amount % 3);
        }

        @Override
        Step execute(final SoakTask task, final TaskContext context) {
            spin(task.run / 5_000 % 2 == 0 ? 20 : 2_000);
            return Step.DONE;
        }
    },

    /** Submits a child from its step. */
    PARENT(20, Ends.WELL) {
        @Override
        Step execute(final SoakTask task, final TaskContext context) {
            task.book.submitChild(context);
            return Step.DONE;
        }
    },

    /** Waits for a signal, which may never come. */
    SIGNALLED(20, Ends.ANYHOW) {
        @Override
        void describe(final SoakTask task, final TaskSpec.Builder spec) {
            spec.container(task.amount < 20 ? Container.EXCLUSIVE : Container.SHARED)
                    .policy(TaskPolicy.builder()
                            .lifeTimeout(2, TimeUnit.SECONDS)
                            .build());
        }

        @Override
        Step execute(final SoakTask task, final TaskContext context) {
            return task.steps++ == 0 ? Step.WHEN_SIGNALLED : Step.DONE;
        }
    },

    /** Takes two forks of five in either order, on either kind of thread: deadlocks come, and must go. */
    PHILOSOPHER(15, Ends.WELL) {
        @Override
        void describe(final SoakTask task, final TaskSpec.Builder spec) {
            spec.container(task.amount < 20 ? Container.EXCLUSIVE : Container.SHARED)
                    .retryPolicy(RetryPolicy.exponential(10_000, 1, 50, TimeUnit.MILLISECONDS));
        }

        @Override
        Step execute(final SoakTask task, final TaskContext context) throws InterruptedException {
            final int first = (int) Math.floorMod(task.draw, (long) FORKS);
            final int second = (first + 1 + (int) Math.floorMod(task.draw >>> 8, FORKS - 1L)) % FORKS;
            if (!context.acquire(fork(first), 1) || !context.acquire(fork(second), 1)) {
                return Step.WHEN_SIGNALLED;
            }
            return task.steps++ % 2 == 0 ? context.againAfter(1, TimeUnit.MILLISECONDS) : Step.DONE;
        }
    },

    /** Tells its progress far more often than anybody wants to know. */
    CHATTERS(10, Ends.WELL) {
        @Override
        Step execute(final SoakTask task, final TaskContext context) {
            for (int i = 0; i < task.amount; i++) {
                context.progress(i);
            }
            return task.steps++ < 3 ? Step.AGAIN_NOW : Step.DONE;
        }
    },

    /** Keeps its fire-worker busy with many long steps: some partitions have much more to do than others. */
    BUSY(2, Ends.WELL) {
        @Override
        Step execute(final SoakTask task, final TaskContext context) {
            spin(300);
            return task.steps++ < 500 ? Step.AGAIN_NOW : Step.DONE;
        }
    },

    /** A part of a flood that is more than can be done in time. */
    HEAVY(0, Ends.WELL) {
        @Override
        Step execute(final SoakTask task, final TaskContext context) {
            spin(500);
            return Step.DONE;
        }
    },

    /** Throws an exception. */
    THROWS_EXCEPTION(20, Ends.BADLY) {
        @Override
        void describe(final SoakTask task, final TaskSpec.Builder spec) {
            spec.container(task.amount < 30 ? Container.EXCLUSIVE : Container.SHARED);
        }

        @Override
        Step execute(final SoakTask task, final TaskContext context) throws Exception {
            throw new SoakException("thrown by a step");
        }
    },

    /** Throws an error. */
    THROWS_ERROR(10, Ends.BADLY) {
        @Override
        void describe(final SoakTask task, final TaskSpec.Builder spec) {
            spec.container(task.amount < 30 ? Container.EXCLUSIVE : Container.SHARED);
        }

        @Override
        Step execute(final SoakTask task, final TaskContext context) {
            if (task.amount % 3 == 0) {
                return overflow(context);
            }
            throw task.amount % 3 == 1 ? new AssertionError("thrown by a step") : new OutOfMemoryError("pretended");
        }
    },

    /** Answers with no step at all. */
    RETURNS_NULL(5, Ends.BADLY) {
        @Override
        Step execute(final SoakTask task, final TaskContext context) {
            return null;
        }
    },

    /** Fails a few times and then succeeds, with all kinds of delays between its attempts. */
    RETRIED(40, Ends.WELL) {
        @Override
        void describe(final SoakTask task, final TaskSpec.Builder spec) {
            spec.container(task.amount < 30 ? Container.EXCLUSIVE : Container.SHARED)
                    .retryPolicy(
                            task.amount % 2 == 0
                                    ? RetryPolicy.fixed(4, TimeUnit.MILLISECONDS.toNanos(task.amount % 7))
                                    : RetryPolicy.exponential(4, 2, 20, TimeUnit.MILLISECONDS));
        }

        @Override
        Step execute(final SoakTask task, final TaskContext context) throws Exception {
            if (context.attempt() <= 1 + task.amount % 3) {
                throw new SoakException("attempt " + context.attempt());
            }
            return Step.DONE;
        }
    },

    /** Fails in each of its attempts. */
    RETRIED_IN_VAIN(10, Ends.BADLY) {
        @Override
        void describe(final SoakTask task, final TaskSpec.Builder spec) {
            spec.retryPolicy(RetryPolicy.exponential(3, 1, 10, TimeUnit.MILLISECONDS));
        }

        @Override
        Step execute(final SoakTask task, final TaskContext context) {
            return context.failed(new SoakException("attempt " + context.attempt()));
        }
    },

    /** Its retry policy throws, or hangs for a while. */
    RETRY_POLICY(2, Ends.BADLY) {
        @Override
        void describe(final SoakTask task, final TaskSpec.Builder spec) {
            spec.retryPolicy((attempt, failure) -> {
                if (task.amount < 30) {
                    task.book.block(2);
                    return -1;
                }
                throw new IllegalStateException("thrown by a retry policy");
            });
        }

        @Override
        Step execute(final SoakTask task, final TaskContext context) throws Exception {
            throw new SoakException("for a policy that does not answer");
        }
    },

    /** A shared step that blocks for longer than the stall threshold. */
    BLOCKING_STEP(2, Ends.WELL) {
        @Override
        Step execute(final SoakTask task, final TaskContext context) {
            task.book.block(2 + task.amount % 4);
            return task.steps++ < task.amount % 2 ? Step.AGAIN_NOW : Step.DONE;
        }
    },

    /** A shared step that loops until it is killed, by its own timeout at the latest. */
    ENDLESS_STEP(1, Ends.BADLY) {
        @Override
        void describe(final SoakTask task, final TaskSpec.Builder spec) {
            spec.policy(TaskPolicy.builder().runTimeout(1, TimeUnit.SECONDS).build());
        }

        @Override
        Step execute(final SoakTask task, final TaskContext context) {
            return untilCancelled(context);
        }
    },

    /** A body that loops until it is killed, and looks at the flag or at nothing but the interrupt. */
    ENDLESS_BODY(3, Ends.BADLY) {
        @Override
        void describe(final SoakTask task, final TaskSpec.Builder spec) {
            spec.container(Container.EXCLUSIVE)
                    .policy(TaskPolicy.builder()
                            .lifeTimeout(1, TimeUnit.SECONDS)
                            .build());
        }

        @Override
        Step execute(final SoakTask task, final TaskContext context) {
            if (task.amount < 50) {
                return untilCancelled(context);
            }
            while (!Thread.currentThread().isInterrupted()) {
                LockSupport.parkNanos(PARK_NANOS);
            }
            return Step.AGAIN_NOW;
        }
    },

    /** Leaves its thread's interrupt flag set. */
    LEAVES_INTERRUPT(5, Ends.WELL) {
        @Override
        void describe(final SoakTask task, final TaskSpec.Builder spec) {
            spec.container(task.amount < 50 ? Container.EXCLUSIVE : Container.SHARED);
        }

        @Override
        Step execute(final SoakTask task, final TaskContext context) {
            Thread.currentThread().interrupt();
            return Step.DONE;
        }
    },

    /** Goes on whatever is done to it, until the end of the phase: it is abandoned, its thread quarantined. */
    IGNORES_KILL(1, Ends.ANYHOW) {
        @Override
        void describe(final SoakTask task, final TaskSpec.Builder spec) {
            spec.container(task.amount < 70 ? Container.EXCLUSIVE : Container.SHARED)
                    .policy(TaskPolicy.builder()
                            .runTimeout(200, TimeUnit.MILLISECONDS)
                            .build());
        }

        @Override
        Step execute(final SoakTask task, final TaskContext context) {
            task.book.ignoreEverything();
            return Step.DONE;
        }
    },

    /** The same, but another attempt may start beside it, and does well. */
    OVERLAPS(1, Ends.ANYHOW) {
        @Override
        void describe(final SoakTask task, final TaskSpec.Builder spec) {
            task.overlaps = true;
            spec.container(Container.EXCLUSIVE)
                    .policy(TaskPolicy.builder()
                            .runTimeout(200, TimeUnit.MILLISECONDS)
                            .retry(RetryPolicy.fixed(2, 0))
                            .overlap(true)
                            .build());
        }

        @Override
        Step execute(final SoakTask task, final TaskContext context) {
            if (context.attempt() == 1) {
                task.book.ignoreEverything();
            }
            return Step.DONE;
        }
    },

    /** Only its own hook ends it; one of them throws besides. */
    ENDS_BY_HOOK(2, Ends.BADLY) {
        @Override
        void describe(final SoakTask task, final TaskSpec.Builder spec) {
            spec.container(Container.EXCLUSIVE)
                    .policy(TaskPolicy.builder()
                            .runTimeout(100, TimeUnit.MILLISECONDS)
                            .build());
        }

        @Override
        Step execute(final SoakTask task, final TaskContext context) {
            while (!task.hookCalled) {
                Thread.interrupted();
                LockSupport.parkNanos(PARK_NANOS);
            }
            return Step.DONE;
        }

        @Override
        void onKill(final SoakTask task) {
            if (task.amount < 30) {
                throw new IllegalStateException("thrown by a hook");
            }
        }
    },

    /** Does not beat, and is reported. */
    ZOMBIE_REPORTED(3, Ends.WELL) {
        @Override
        void describe(final SoakTask task, final TaskSpec.Builder spec) {
            zombie(task, spec, ZombiePolicy.REPORT);
        }

        @Override
        Step execute(final SoakTask task, final TaskContext context) throws InterruptedException {
            return sleepWithoutBeat(task, context);
        }
    },

    /** Does not beat in its first attempt, and is tried again. */
    ZOMBIE_RETRIED(3, Ends.WELL) {
        @Override
        void describe(final SoakTask task, final TaskSpec.Builder spec) {
            zombie(task, spec, ZombiePolicy.RETRY);
        }

        @Override
        Step execute(final SoakTask task, final TaskContext context) throws InterruptedException {
            if (context.attempt() > 1) {
                context.heartbeat();
                return Step.DONE;
            }
            return sleepWithoutBeat(task, context);
        }
    },

    /** Does not beat, and fails. */
    ZOMBIE_FAILED(3, Ends.ANYHOW) {
        @Override
        void describe(final SoakTask task, final TaskSpec.Builder spec) {
            zombie(task, spec, ZombiePolicy.FAIL);
        }

        @Override
        Step execute(final SoakTask task, final TaskContext context) throws InterruptedException {
            return sleepWithoutBeat(task, context);
        }
    },

    /** Does not wait long for a thread. */
    QUEUE_TIMEOUT(10, Ends.ANYHOW) {
        @Override
        void describe(final SoakTask task, final TaskSpec.Builder spec) {
            spec.container(task.amount < 50 ? Container.EXCLUSIVE : Container.SHARED)
                    .policy(TaskPolicy.builder()
                            .queueTimeout(1 + task.amount / 10, TimeUnit.MILLISECONDS)
                            .build());
        }
    },

    /** Takes longer than an attempt may. */
    RUN_TIMEOUT(8, Ends.BADLY) {
        @Override
        void describe(final SoakTask task, final TaskSpec.Builder spec) {
            spec.container(task.amount < 50 ? Container.EXCLUSIVE : Container.SHARED)
                    .policy(TaskPolicy.builder()
                            .runTimeout(10, TimeUnit.MILLISECONDS)
                            .retry(RetryPolicy.fixed(2, 0))
                            .build());
        }

        @Override
        Step execute(final SoakTask task, final TaskContext context) throws InterruptedException {
            return sleepLong(task, context);
        }
    },

    /** Takes longer than it may live. */
    LIFE_TIMEOUT(8, Ends.BADLY) {
        @Override
        void describe(final SoakTask task, final TaskSpec.Builder spec) {
            spec.container(task.amount < 50 ? Container.EXCLUSIVE : Container.SHARED)
                    .policy(TaskPolicy.builder()
                            .lifeTimeout(20, TimeUnit.MILLISECONDS)
                            .build());
        }

        @Override
        Step execute(final SoakTask task, final TaskContext context) throws InterruptedException {
            return sleepLong(task, context);
        }
    },

    /** Is made by a plugin. */
    PLUGIN(20, Ends.WELL) {
        @Override
        boolean isMadeByPlugin() {
            return true;
        }
    },

    /** Is made by a plugin that throws. */
    PLUGIN_THROWS(10, Ends.BADLY) {
        @Override
        boolean isMadeByPlugin() {
            return true;
        }

        @Override
        void create(final SoakTask task) throws Exception {
            throw new SoakException("thrown by a plugin");
        }
    },

    /** Is made by a plugin that hangs for a while. */
    PLUGIN_HANGS(1, Ends.WELL) {
        @Override
        boolean isMadeByPlugin() {
            return true;
        }

        @Override
        void create(final SoakTask task) {
            task.book.block(2);
        }
    },

    /** Is of a type that nobody knows. */
    UNKNOWN_TYPE(2, Ends.REFUSED),

    /** A listener throws at each of its events. */
    LISTENER_THROWS(20, Ends.WELL),

    /** A listener hangs for a while at its start. */
    LISTENER_HANGS(1, Ends.WELL),

    /** Kills itself, pauses itself and goes on. */
    STEERS_ITSELF(5, Ends.ANYHOW) {
        @Override
        Step execute(final SoakTask task, final TaskContext context) {
            if (task.steps++ == 0) {
                context.handle().pause();
                context.handle().resume();
                context.handle().signal();
                return Step.WHEN_SIGNALLED;
            }
            context.handle().kill();
            return task.amount < 50 ? Step.DONE : Step.AGAIN_NOW;
        }
    };

    /** How a task may end; any of them may be killed from outside, and be abandoned if this machine stands still. */
    enum Ends {
        /** It does not fail. */
        WELL,
        /** It does not succeed. */
        BADLY,
        /** It may do either. */
        ANYHOW,
        /** It is not accepted. */
        REFUSED
    }

    /** Returns a fork's name. */
    static String fork(final int number) {
        return "fork-" + number;
    }

    /** What a task throws. */
    static final class SoakException extends Exception {
        private static final long serialVersionUID = 1L;

        SoakException(final String message) {
            super(message, null, false, false);
        }
    }

    /** What philosophers take. */
    static final int FORKS = 5;

    private static final long PARK_NANOS = TimeUnit.MILLISECONDS.toNanos(1);
    private static final Fault[] ALL = values();

    final int weight;
    final Ends ends;

    Fault(final int weight, final Ends ends) {
        this.weight = weight;
        this.ends = ends;
    }

    /** What its specs ask for; the type is its label, the container the shared one. */
    void describe(final SoakTask task, final TaskSpec.Builder spec) {}

    /** A step of it. */
    Step execute(final SoakTask task, final TaskContext context) throws Exception {
        return Step.DONE;
    }

    void onKill(final SoakTask task) {}

    boolean isMadeByPlugin() {
        return false;
    }

    /** In the plugin. */
    void create(final SoakTask task) throws Exception {}

    /** Its name as the command line has it. */
    String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /**
     * Finds one by name.
     *
     * @param label its name as the command line has it.
     * @return it, or null.
     */
    static Fault of(final String label) {
        for (final Fault each : ALL) {
            if (each.label().equals(label)) {
                return each;
            }
        }
        return null;
    }

    private static void zombie(final SoakTask task, final TaskSpec.Builder spec, final ZombiePolicy action) {
        spec.container(task.amount < 50 ? Container.EXCLUSIVE : Container.SHARED)
                .policy(TaskPolicy.builder()
                        .heartbeat(10, TimeUnit.MILLISECONDS)
                        .missedBeats(2)
                        .onZombie(action)
                        .retry(RetryPolicy.builder()
                                .attempts(100)
                                .retryOn(Throwable.class)
                                .build())
                        .build());
    }

    private static Step sleepWithoutBeat(final SoakTask task, final TaskContext context) throws InterruptedException {
        return sleepOnce(task, context, 60);
    }

    private static Step sleepLong(final SoakTask task, final TaskContext context) throws InterruptedException {
        return sleepOnce(task, context, 60_000);
    }

    private static Step sleepOnce(final SoakTask task, final TaskContext context, final long millis)
            throws InterruptedException {
        if (task.amount < 50) {
            context.sleep(millis, TimeUnit.MILLISECONDS);
            return Step.DONE;
        }
        return task.steps++ == 0 || millis > 1_000 ? context.againAfter(millis, TimeUnit.MILLISECONDS) : Step.DONE;
    }

    private static Step untilCancelled(final TaskContext context) {
        while (!context.isCancelled()) {
            LockSupport.parkNanos(PARK_NANOS);
        }
        return Step.AGAIN_NOW;
    }

    private static Step overflow(final TaskContext context) {
        return context.attempt() < 0 ? Step.DONE : overflow(context) == Step.DONE ? Step.AGAIN_NOW : Step.DONE;
    }

    static void spin(final long micros) {
        final long start = System.nanoTime();
        while (System.nanoTime() - start < TimeUnit.MICROSECONDS.toNanos(micros)) {
            Thread.onSpinWait();
        }
    }

    /** Draws faults by their weights. */
    static final class Lot {
        private final Fault[] faults;
        private final int[] upTo;

        Lot(final java.util.Collection<Fault> among) {
            this.faults = among.toArray(new Fault[0]);
            this.upTo = new int[faults.length];
            int sum = 0;
            for (int i = 0; i < faults.length; i++) {
                sum += faults[i].weight;
                upTo[i] = sum;
            }
        }

        Fault draw(final SplittableRandom random) {
            final int at = random.nextInt(upTo[upTo.length - 1]);
            int i = 0;
            while (at >= upTo[i]) {
                i++;
            }
            return faults[i];
        }
    }
}
