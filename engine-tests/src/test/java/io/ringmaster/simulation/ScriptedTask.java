package io.ringmaster.simulation;

import io.ringmaster.lifecycle.ExclusiveAttempt;
import io.ringmaster.task.Container;
import io.ringmaster.task.RetryPolicy;
import io.ringmaster.task.Step;
import io.ringmaster.task.Task;
import io.ringmaster.task.TaskContext;
import io.ringmaster.task.TaskHandle;
import io.ringmaster.task.TaskPolicy;
import io.ringmaster.task.TaskState;
import io.ringmaster.task.TaskStoppedException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A task that plays a script, and the model of it: what its submitter may rely on, told from the task's own code and from
 * the answers of the calls made on its handle, without a look into the engine.
 */
final class ScriptedTask implements Task, RetryPolicy {
    /** What a step answers. */
    enum Answer {
        DONE,
        NOW,
        AFTER,
        SIGNALLED,
        FAILED,
        EXCEPTION,
        ERROR,
        NULL,
        AFTER_WITHOUT_DELAY;

        boolean fails() {
            return ordinal() >= FAILED.ordinal();
        }
    }

    /** What the next step waits for. */
    enum Wait {
        START,
        TURN,
        TIME,
        SIGNAL,
        RETRY,
        NOTHING
    }

    final History history;
    /** What ends it or its attempts besides the script, or null: how it goes on is unforeseeable then. */
    final TaskPolicy limits;

    final long id;
    final long groupId;
    final Container container;
    final Answer[] script;
    final long[] delays;
    /** The delay after each failed attempt; negative for no other attempt, {@link Long#MIN_VALUE} for a policy that throws. */
    final long[] retryDelays;
    /** How the plugin answers; null for a task without a plugin. */
    final Plugin plugin;

    TaskHandle handle;
    int steps;
    private int running;
    private Wait wait = Wait.START;
    /** Not before this. */
    private long waitUntil;
    /** When its retry policy was last asked, and the delay it gave. */
    private long retryBy;
    /** The step took long enough for its partition to be taken over: its answer may have been handled much later. */
    private boolean stalled;

    private boolean permit;
    private int signals;
    private int wakes;
    private boolean pauseAsked;
    private boolean killAsked;
    private boolean killedBeforeStart;
    /** The script alone does not say how it goes on. */
    private boolean unforeseeable;

    private int lastAttempt;
    private int hooks;
    int completionsAsked;
    /** A completion that the executor refuses runs on a thread of the JVM's. */
    final AtomicInteger completions = new AtomicInteger();

    /** What the plugin does. */
    enum Plugin {
        MAKES,
        THROWS,
        NOTHING
    }

    ScriptedTask(
            final History history,
            final TaskPolicy limits,
            final long id,
            final long groupId,
            final Container container,
            final Answer[] script,
            final long[] delays,
            final long[] retryDelays,
            final Plugin plugin) {
        this.history = history;
        this.limits = limits;
        this.unforeseeable = limits != null;
        this.id = id;
        this.groupId = groupId;
        this.container = container;
        this.script = script;
        this.delays = delays;
        this.retryDelays = retryDelays;
        this.plugin = plugin;
    }

    // ---- the task ----------------------------------------------------------------------------------------------

    @Override
    public Step execute(final TaskContext context) throws Exception {
        try {
            begin(context);
        } catch (final Throwable t) {
            history.fail(t);
        }
        final Answer answer = steps <= script.length ? script[steps - 1] : Answer.DONE;
        final long delay = steps <= script.length ? delays[steps - 1] : 0;
        try {
            history.duringStep(this, context);
        } catch (final InterruptedException e) {
            end(Answer.EXCEPTION, 0);
            throw e;
        } catch (final RuntimeException e) {
            check(killAsked || unforeseeable, "was thrown %s at", e);
            end(Answer.EXCEPTION, 0);
            throw e;
        }
        end(answer, delay);
        return switch (answer) {
            case DONE -> context.done(id);
            case NOW -> Step.AGAIN_NOW;
            case AFTER -> context.againAfter(delay, TimeUnit.NANOSECONDS);
            case SIGNALLED -> Step.WHEN_SIGNALLED;
            case FAILED -> context.failed(new IllegalStateException("scripted"));
            case EXCEPTION -> throw new Exception("scripted");
            case ERROR -> throw new StackOverflowError("scripted");
            case NULL -> null;
            case AFTER_WITHOUT_DELAY -> Step.AGAIN_AFTER;
        };
    }

    private void begin(final TaskContext context) {
        final boolean exclusive = context instanceof ExclusiveAttempt;
        check(running++ == 0, "runs twice at a time");
        steps++;
        check(!history.isFinal(this), "is called after its final event");
        check(!killedBeforeStart, "was killed before its start and starts");
        if (limits != null && context.attempt() > lastAttempt) {
            lastAttempt = context.attempt() - 1; // the engine may have ended an attempt before its first step
        }
        if (unforeseeable && context.attempt() == lastAttempt + 1) {
            wait = Wait.START; // whatever it waited for, the attempt failed
        }
        check(context.attempt() == expectedAttempt(), "is in attempt %d", context.attempt());
        final TaskState state = handle == null ? TaskState.RUNNING : handle.state();
        if (exclusive) {
            check(!killAsked, "starts a step after a kill");
            check(!pauseAsked, "starts a step while paused");
        } else {
            check(state == TaskState.RUNNING, "takes a step in state %s", state);
        }
        check(
                (wait != Wait.TIME && wait != Wait.RETRY) || history.now() - waitUntil >= 0,
                "is called %d ns too early",
                waitUntil - history.now());
        check(wait != Wait.NOTHING, "is called after its end");
        if (wait == Wait.SIGNAL) {
            // A body takes its permit some time before its step; a signal in between is one for the next wait.
            check(permit || exclusive, "goes on without a signal");
            permit = false;
            check(++wakes <= signals, "goes on more often than it was signalled");
        }
    }

    private int expectedAttempt() {
        return wait == Wait.RETRY || wait == Wait.START ? ++lastAttempt : lastAttempt;
    }

    private void end(final Answer answer, final long delay) {
        running--;
        stalled = history.hasStalled(this);
        wait = switch (answer) {
            case NOW -> Wait.TURN;
            case AFTER -> Wait.TIME;
            case SIGNALLED -> Wait.SIGNAL;
            case DONE -> Wait.NOTHING;
            default -> {
                waitUntil = history.now();
                yield Wait.RETRY;
            }
        };
        if (answer == Answer.AFTER) {
            waitUntil = history.now() + delay;
        }
    }

    @Override
    public void onKill(final TaskContext context) throws Exception {
        check(killAsked || limits != null || history.isClosed(), "gets its kill hook called");
        check(limits != null || ++hooks <= Math.max(1, lastAttempt), "gets its kill hook called again");
        history.duringHook(this);
    }

    @Override
    public long delayNanos(final int attempt, final Throwable failure) {
        check(attempt == lastAttempt || limits != null, "is asked for a retry of attempt %d", attempt);
        check(
                !(failure instanceof TaskStoppedException stopped) || limits != null && stopped.isRetryable(),
                "is asked for a retry after %s",
                failure);
        check(failure != null, "is asked for a retry without a failure");
        history.duringPolicy(this);
        final long delay = attempt <= retryDelays.length ? retryDelays[attempt - 1] : -1;
        if (delay == Long.MIN_VALUE) {
            throw new IllegalStateException("scripted");
        }
        waitUntil += Math.max(0, delay);
        retryBy = history.now() + Math.max(0, delay);
        return delay;
    }

    // ---- what others do to it ----------------------------------------------------------------------------------

    void kill() {
        final TaskState before = handle.state();
        if (handle.kill() == null) {
            if (!killAsked && steps == 0) {
                killedBeforeStart = switch (before) {
                    case INITIALIZED, PREPARED, SCHEDULED, PAUSED -> running == 0;
                    default -> false;
                };
            }
            killAsked = true;
        } else {
            check(handle.isDone(), "refuses a kill");
        }
    }

    void pause() {
        if (handle.pause() == null) {
            pauseAsked = true;
        } else {
            check(handle.isDone(), "refuses a pause");
        }
    }

    void resume() {
        if (handle.resume() == null) {
            pauseAsked = false;
        } else {
            check(handle.isDone(), "refuses a resume");
        }
    }

    void signal() {
        if (handle.signal() == null) {
            permit = true;
            signals++;
        } else {
            check(handle.isDone(), "refuses a signal");
        }
    }

    /** The engine may do other than the script says: an interrupt flag stays set on its own thread, its policy stalls. */
    void becomesUnforeseeable() {
        unforeseeable = true;
    }

    /** Its body sleeps in the middle of a step. */
    void sleeps(final long nanos) {
        wait = Wait.TIME;
        waitUntil = history.now() + nanos;
    }

    boolean isKillAsked() {
        return killAsked;
    }

    boolean isPauseAsked() {
        return pauseAsked;
    }

    boolean waitsForSignal() {
        return wait == Wait.SIGNAL;
    }

    boolean isRunning() {
        return running > 0;
    }

    // ---- what must hold ----------------------------------------------------------------------------------------

    /** Nothing is left to do now: the task is live for a reason. */
    void checkAtRest() {
        final TaskState state = handle.state();
        check(!killAsked || state == TaskState.KILLING, "is not ended by its kill");
        switch (state) {
            case RUNNING -> {
                check(!pauseAsked, "is not paused");
                switch (wait) {
                    case TIME -> checkNotDue(stalled || unforeseeable ? history.now() : waitUntil);
                    // A body may have taken its permit and been ended before its step.
                    case SIGNAL -> check(!permit || limits != null, "sleeps through a signal");
                    default -> check(false, "is forgotten, waiting for %s", wait);
                }
            }
            case PAUSING -> {
                check(pauseAsked && wait == Wait.TIME, "is neither paused nor asleep");
                checkNotDue(waitUntil); // a sleep is no pause point
            }
            case PAUSED -> check(pauseAsked, "is not resumed");
            case RETRY_WAIT -> checkNotDue(retryBy);
            default -> check(false, "rests");
        }
    }

    private void checkNotDue(final long time) {
        // The timers' resolution is 65 536 ns.
        check(history.now() - time <= 2 << 16, "is %d ns overdue", history.now() - time);
    }

    /** The task has ended: it ended as its script says, unless something interfered. */
    void checkOutcome(final TaskState state) {
        check(running == 0 || state == TaskState.ABANDONED, "has ended and runs");
        if (state == TaskState.KILLED || state == TaskState.ABANDONED) {
            check(killAsked || history.isClosed() || limits != null && state == TaskState.ABANDONED, "was not killed");
        }
        if (killAsked || unforeseeable) {
            return;
        }
        if (plugin != null && plugin != Plugin.MAKES) {
            check(state == TaskState.FAILED && steps == 0, "ended after %d steps", steps);
            return;
        }
        int expected = 0;
        int attempt = 1;
        while (true) {
            expected++;
            final Answer answer = expected <= script.length ? script[expected - 1] : Answer.DONE;
            if (answer == Answer.DONE) {
                check(state == TaskState.SUCCEEDED, "should have succeeded");
                break;
            }
            if (answer.fails()) {
                if (attempt > retryDelays.length || retryDelays[attempt - 1] < 0) {
                    check(state == TaskState.FAILED, "should have failed");
                    break;
                }
                attempt++;
            }
        }
        check(steps == expected, "took %d steps instead of %d", steps, expected);
        check(handle.attempt() == attempt, "made %d attempts instead of %d", handle.attempt(), attempt);
    }

    void check(final boolean holds, final String what, final Object... details) {
        if (!holds) {
            history.fail(new AssertionError(this + " " + String.format(what, details)));
        }
    }

    /** The answers of the script, for messages. */
    private List<String> answers() {
        final List<String> answers = new ArrayList<>();
        for (final Answer each : script) {
            answers.add(each.name());
        }
        return answers;
    }

    @Override
    public String toString() {
        return "task " + id + " (" + (handle == null ? null : handle.state()) + ", " + container + ", " + steps + " of "
                + answers() + ", waits for " + wait + (permit ? ", signalled" : "") + (pauseAsked ? ", paused" : "")
                + (killAsked ? ", killed" : "") + ")";
    }
}
