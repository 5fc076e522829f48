package io.ringmaster.simulation;

import io.ringmaster.ClosePolicy;
import io.ringmaster.CloseReport;
import io.ringmaster.Ledger;
import io.ringmaster.TaskEngine;
import io.ringmaster.TaskFilter;
import io.ringmaster.TaskPage;
import io.ringmaster.lifecycle.ExclusiveAttempt;
import io.ringmaster.lifecycle.TaskExecutorLifecycleEvent;
import io.ringmaster.task.Container;
import io.ringmaster.task.Refusal;
import io.ringmaster.task.Task;
import io.ringmaster.task.TaskContext;
import io.ringmaster.task.TaskHandle;
import io.ringmaster.task.TaskPlugin;
import io.ringmaster.task.TaskPolicy;
import io.ringmaster.task.TaskSpec;
import io.ringmaster.task.TaskState;
import io.ringmaster.task.ZombiePolicy;
import io.ringmaster.testing.Conditions;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** One random history of an engine, and what must hold in every one. */
final class History {
    private static final ScriptedTask.Answer[] ANSWERS = ScriptedTask.Answer.values();
    private static final int MOST_TASKS = 400;
    private static final int MOST_REPLIES = 80;

    private final SplittableRandom random;
    private final SimulatedEngine simulation;
    private final TaskEngine engine;
    private final int partitions;
    private final List<ScriptedTask> accepted = new ArrayList<>();
    private final List<Runnable> completions = new ArrayList<>();
    private final EventOracle first = new EventOracle("the first listener", null, this::fail);
    private final EventOracle unruly = new EventOracle("the unruly listener", first, this::fail);
    private final EventOracle last = new EventOracle("the last listener", first, this::fail);
    private final boolean rejectsCompletions;
    private final boolean drainsAtClose;
    private final long maxLive;
    private final int idRange;
    private boolean draining;
    private boolean closed;
    private boolean busy;
    private ScriptedTask stalled;
    private int repliesLeft = MOST_REPLIES;
    private int submitted;
    private final Map<Refusal, Integer> refusals = new EnumMap<>(Refusal.class);

    History(final long seed, final boolean tracing) {
        random = new SplittableRandom(seed);
        partitions = 1 + random.nextInt(3);
        rejectsCompletions = random.nextInt(8) == 0;
        drainsAtClose = random.nextInt(4) == 0;
        maxLive = random.nextInt(6) == 0 ? 1 + random.nextInt(20) : 1_000_000;
        idRange = 1 + random.nextInt(random.nextBoolean() ? 30 : 100_000);
        simulation = new SimulatedEngine(random, partitions, this::configure, this::clientAction, tracing);
        engine = simulation.engine();
    }

    private void configure(final TaskEngine.Context context) {
        context.ringCapacity(64)
                .batchLimit(random.nextBoolean() ? 256 : 1 + random.nextInt(8))
                .maxLiveTasks(maxLive)
                .exclusiveThreads(1 + random.nextInt(4))
                .exclusiveQueue(random.nextInt(40))
                .spareThreads(random.nextInt(5))
                .listenerBacklog(random.nextInt(30))
                .killInterruptMillis(random.nextInt(4))
                .killHookMillis(random.nextInt(4))
                .killAbandonMillis(random.nextInt(4))
                .closePolicy(drainsAtClose ? ClosePolicy.DRAIN : ClosePolicy.KILL)
                .recordLatency(random.nextInt(8) == 0)
                .completionExecutor(this::complete)
                .plugin(new ScriptedPlugin())
                .listener(this::onFirst)
                .listener(this::onUnruly)
                .listener(this::onLast);
    }

    // ---- what happens ------------------------------------------------------------------------------------------

    /** Plays the history from its start to its end. */
    void play() {
        final int parts = 1 + random.nextInt(3);
        for (int i = 0; i < parts; i++) {
            simulation.run(30 + random.nextInt(150));
            checkBooks();
        }
        if (random.nextInt(3) != 0) {
            end();
        }
        close();
        simulation.settle();
        checkEnd();
        simulation.end();
    }

    private void clientAction() {
        switch (random.nextInt(22)) {
            case 0, 1, 2, 3, 4, 5, 6, 7 -> submit(null);
            case 8 -> flood();
            case 9, 10 -> someTask().ifPresent(ScriptedTask::kill);
            case 11, 12 -> someTask().ifPresent(ScriptedTask::pause);
            case 13, 14 -> someTask().ifPresent(ScriptedTask::resume);
            case 15, 16 -> someTask().ifPresent(ScriptedTask::signal);
            case 17 -> controlGroup();
            case 18 -> look();
            case 19 -> checkBooks();
            case 20 -> runCompletions();
            default -> rarely();
        }
    }

    private void rarely() {
        if (busy || random.nextInt(30) != 0) {
            return;
        }
        busy = true;
        switch (random.nextInt(3)) {
            case 0 -> drain();
            case 1 -> closeNow();
            default -> someTask().ifPresent(this::await);
        }
        busy = false;
    }

    private Optional<ScriptedTask> someTask() {
        return accepted.isEmpty()
                ? Optional.empty()
                : Optional.of(accepted.get(accepted.size()
                        - 1
                        - random.nextInt(random.nextBoolean() ? Math.min(8, accepted.size()) : accepted.size())));
    }

    private void flood() {
        final int count = random.nextInt(60);
        for (int i = 0; i < count; i++) {
            submit(null);
        }
    }

    private void controlGroup() {
        final long group = 1 + random.nextInt(3);
        final int what = random.nextInt(4);
        final List<ScriptedTask> members = new ArrayList<>();
        for (final ScriptedTask each : accepted) {
            if (each.groupId == group && engine.get(each.id) == each.handle) {
                members.add(each);
            }
        }
        simulation.trace("control %d group %d of %d", what, group, members.size());
        // Asked of each member, since the model keeps the books by task; the engine's own call must count the same.
        members.forEach(what == 0 ? ScriptedTask::kill : what == 1 ? ScriptedTask::pause : ScriptedTask::resume);
        final int taken =
                what == 0 ? engine.killGroup(group) : what == 1 ? engine.pauseGroup(group) : engine.resumeGroup(group);
        check(taken == members.size(), "%d of %d members of group %d were controlled", taken, members.size(), group);
    }

    private void look() {
        engine.health();
        someTask().ifPresent(task -> {
            final String text = engine.explain(task.id);
            check(text != null && !text.isEmpty(), "no explanation for %s", task);
            if (task.handle.isDone()) {
                checkOutcome(task);
            }
        });
    }

    private void await(final ScriptedTask task) {
        try {
            task.handle.await(random.nextInt(20), TimeUnit.MILLISECONDS);
            task.check(task.handle.isDone(), "is awaited and live");
        } catch (final TimeoutException e) {
            // it is not done yet
        } catch (final InterruptedException e) {
            fail(e);
        }
    }

    private void drain() {
        if (closed) {
            return;
        }
        draining = true;
        simulation.trace("drain");
        try {
            final boolean drained = engine.drain(random.nextInt(30), TimeUnit.MILLISECONDS);
            check(!drained || engine.ledger().live() == 0, "drained, and live: %s", engine.ledger());
        } catch (final InterruptedException e) {
            fail(e);
        }
    }

    private void closeNow() {
        if (closed) {
            return;
        }
        draining = true;
        closed = true;
        // A kill comes with it, if only after the time its policy allows: the engine asks, not the model.
        accepted.stream().filter(each -> !each.handle.isDone()).forEach(ScriptedTask::becomesUnforeseeable);
        simulation.trace("close");
        final CloseReport report = engine.closeAndReport();
        simulation.trace("closed");
        check(report.clean(), "closed with %s", report);
    }

    private void close() {
        if (!closed) {
            simulation.call(this::closeNow, random.nextInt(40));
        }
    }

    /** Brings every task to its own end: resumed and signalled as often as it asks for. */
    private void end() {
        for (int i = 0; ; i++) {
            simulation.settle();
            checkBooks();
            final List<ScriptedTask> live = live();
            live.forEach(ScriptedTask::checkAtRest);
            checkLive(live);
            if (live.isEmpty()) {
                break;
            }
            check(i < 1000, "does not end: %s", live);
            for (final ScriptedTask each : live) {
                if (each.isPauseAsked()) {
                    each.resume();
                } else if (each.waitsForSignal()) {
                    each.signal();
                }
            }
            simulation.passToNextDeadline();
        }
        for (int i = 0; i < 4; i++) { // the monitor forgets whom it suspected
            simulation.passToNextDeadline();
            simulation.settle();
        }
        check(engine.ledger().isBalanced(), "drained and not balanced: %s", engine.ledger());
        check(engine.invoker().idleNanos() == Long.MAX_VALUE, "ended, and waits for something");
    }

    // ---- submissions -------------------------------------------------------------------------------------------

    private void submit(final TaskContext parent) {
        if (submitted >= MOST_TASKS) {
            return;
        }
        submitted++;
        final ScriptedTask task = newTask(random.nextInt(idRange));
        final TaskHandle before = engine.get(task.id);
        final long acceptedBefore = engine.ledger().accepted();
        final boolean unknown = random.nextInt(100) == 0;
        final TaskSpec spec = spec(task, unknown);
        final boolean byParent = parent != null && random.nextBoolean();
        final boolean parentLive = parent != null && !parent.handle().isDone();
        final TaskHandle handle = byParent ? parent.trySubmit(spec) : engine.trySubmit(spec);
        final Refusal refusal = handle.refusal();
        simulation.trace("submit %d (%s): %s", task.id, task.container, refusal);
        check(
                engine.ledger().accepted() == acceptedBefore + (refusal == null ? 1 : 0),
                "%d were accepted before %s: %s",
                acceptedBefore,
                refusal,
                engine.ledger());
        if (refusal != null) {
            refusals.merge(refusal, 1, Integer::sum);
            check(engine.get(task.id) == before, "task %d was refused (%s) and is known", task.id, refusal);
            checkRefusal(task, refusal, before, unknown, byParent && parentLive);
            return;
        }
        task.handle = handle;
        check(before == null, "two tasks have id %d", task.id);
        check(
                !draining || (!closed || drainsAtClose) && byParent && parentLive,
                "task %d was accepted by a closed engine",
                task.id);
        check(engine.get(task.id) == handle, "task %d was accepted and is not known", task.id);
        check(engine.ledger().live() <= 2 * maxLive, "%s, and the quota is %d", engine.ledger(), maxLive);
        accepted.add(task);
        if (closed) {
            task.becomesUnforeseeable();
        }
        if (random.nextInt(3) == 0) {
            task.completionsAsked++;
            handle.completion().thenAccept(outcome -> {
                task.completions.incrementAndGet();
                task.check(outcome.equals(handle.outcome()), "was completed with %s", outcome);
            });
        }
    }

    private void checkRefusal(
            final ScriptedTask task,
            final Refusal refusal,
            final TaskHandle before,
            final boolean unknown,
            final boolean child) {
        switch (refusal) {
            case DUPLICATE_ID -> check(before != null, "task %d has no double", task.id);
            case CLOSED -> check(closed, "the engine is not closed");
            case DRAINING -> check(draining && (!closed || drainsAtClose) && !child, "the engine does not drain");
            case UNKNOWN_TYPE -> check(unknown, "the type is known");
            case QUOTA -> check(engine.ledger().live() >= maxLive, "%s, and the quota is %d", engine.ledger(), maxLive);
            case EXCLUSIVE_QUEUE_FULL -> check(task.container == Container.EXCLUSIVE, "%s is not exclusive", task);
            case RING_FULL, NO_SPARE, LISTENER_BEHIND, OVERLOADED -> {
                // passes, and the model does not look into partitions
            }
            default -> check(false, "task %d was refused: %s", task.id, refusal);
        }
    }

    private ScriptedTask newTask(final long id) {
        final int length = random.nextInt(5);
        final ScriptedTask.Answer[] script = new ScriptedTask.Answer[length];
        final long[] delays = new long[length];
        for (int i = 0; i < length; i++) {
            script[i] =
                    random.nextInt(4) == 0 ? ANSWERS[random.nextInt(ANSWERS.length)] : ANSWERS[1 + random.nextInt(3)];
            delays[i] = random.nextInt(5) == 0 ? 0 : random.nextLong(1L << random.nextInt(1, 26));
        }
        final long[] retryDelays = new long[random.nextInt(4)];
        for (int i = 0; i < retryDelays.length; i++) {
            retryDelays[i] = switch (random.nextInt(12)) {
                case 0 -> -1;
                case 1 -> Long.MIN_VALUE;
                case 2, 3, 4 -> 0;
                default -> random.nextLong(1L << random.nextInt(1, 26));
            };
        }
        final ScriptedTask.Plugin plugin = random.nextInt(5) != 0
                ? null
                : random.nextInt(4) != 0
                        ? ScriptedTask.Plugin.MAKES
                        : random.nextBoolean() ? ScriptedTask.Plugin.THROWS : ScriptedTask.Plugin.NOTHING;
        return new ScriptedTask(
                this,
                random.nextInt(5) == 0 ? newLimits() : null,
                id,
                random.nextInt(4),
                random.nextInt(4) == 0 ? Container.EXCLUSIVE : Container.SHARED,
                script,
                delays,
                retryDelays,
                plugin);
    }

    /** Any of the limits, now tight and now wide. */
    private TaskPolicy newLimits() {
        final TaskPolicy.Builder limits = TaskPolicy.builder();
        if (random.nextInt(3) == 0) {
            limits.queueTimeout(1 + random.nextLong(1L << random.nextInt(12, 26)), TimeUnit.NANOSECONDS);
        }
        if (random.nextBoolean()) {
            limits.runTimeout(1 + random.nextLong(1L << random.nextInt(12, 26)), TimeUnit.NANOSECONDS);
        }
        if (random.nextInt(3) == 0) {
            limits.lifeTimeout(1 + random.nextLong(1L << random.nextInt(12, 27)), TimeUnit.NANOSECONDS);
        }
        if (random.nextInt(3) == 0) {
            limits.heartbeat(1 + random.nextLong(1L << random.nextInt(16, 24)), TimeUnit.NANOSECONDS)
                    .missedBeats(1 + random.nextInt(3))
                    .onZombie(ZombiePolicy.values()[random.nextInt(ZombiePolicy.values().length)]);
        }
        return limits.build();
    }

    private static TaskSpec spec(final ScriptedTask task, final boolean unknown) {
        final TaskSpec.Builder builder = TaskSpec.builder(task.id)
                .groupId(task.groupId)
                .container(task.container)
                .policy(task.limits == null ? TaskPolicy.OPEN : task.limits)
                .retryPolicy(task)
                .attachment(task);
        if (unknown) {
            builder.type("unknown");
        } else if (task.plugin != null) {
            builder.type("scripted");
        } else {
            builder.task(task);
        }
        return builder.build();
    }

    private final class ScriptedPlugin implements TaskPlugin {
        @Override
        public String type() {
            return "scripted";
        }

        @Override
        public Task create(final TaskSpec spec) throws Exception {
            final ScriptedTask task = (ScriptedTask) spec.attachment();
            task.check(task.steps == 0, "is prepared after its start");
            misbehave(task, 12, "plugin");
            return switch (task.plugin) {
                case MAKES -> task;
                case THROWS -> throw new Exception("scripted");
                case NOTHING -> null;
            };
        }
    }

    // ---- what foreign code does --------------------------------------------------------------------------------

    /** In the middle of a step. */
    void duringStep(final ScriptedTask task, final TaskContext context) throws InterruptedException {
        stalled = null;
        simulation.passTime(random.nextInt(3) == 0 ? random.nextLong(200_000) : 0);
        final int choice = random.nextInt(60);
        switch (choice) {
            case 0, 1, 2, 3 -> submit(context);
            case 4 -> task.signal();
            case 5 -> task.pause();
            case 6 -> task.resume();
            case 7 -> task.kill();
            case 8 -> context.progress(random.nextLong());
            case 9, 10 -> context.pausePoint();
            case 11 -> leaveInterrupt(task, context);
            case 12, 13, 14, 15 -> {
                simulation.stall("step of " + task.id);
                stalled = task;
            }
            case 16 -> {
                if (context instanceof ExclusiveAttempt) {
                    final long nanos = random.nextInt(4_000_000);
                    task.sleeps(nanos);
                    context.sleep(nanos, TimeUnit.NANOSECONDS);
                }
            }
            case 17, 18 -> reply();
            case 19 -> checkMayNotBlock(context);
            default -> {
                // an orderly step
            }
        }
        if (task.handle != null) {
            task.check(context.isCancelled() || !task.isKillAsked(), "does not see its kill");
        }
    }

    private void leaveInterrupt(final ScriptedTask task, final TaskContext context) {
        if (context instanceof ExclusiveAttempt) {
            task.becomesUnforeseeable(); // its next wait ends by it
        }
        Thread.currentThread().interrupt();
    }

    private void checkMayNotBlock(final TaskContext context) throws InterruptedException {
        if (context instanceof ExclusiveAttempt) {
            return;
        }
        try {
            engine.drain(0, TimeUnit.NANOSECONDS);
            fail(new AssertionError("drain did not throw on a fire-worker"));
        } catch (final IllegalStateException expected) {
            // as it should be
        }
    }

    void duringHook(final ScriptedTask task) throws Exception {
        if (random.nextInt(3) == 0) {
            throw new Exception("scripted, in the hook of " + task.id);
        }
    }

    void duringPolicy(final ScriptedTask task) {
        if (!simulation.isCalm() && random.nextInt(24) == 0) {
            task.becomesUnforeseeable(); // its answer may come too late to be heard
            simulation.stall("policy of " + task.id);
        } else if (random.nextInt(12) == 0) {
            reply();
        }
    }

    /** Stalls, calls back or leaves an interrupt flag. */
    private void misbehave(final ScriptedTask task, final int oneOf, final String where) {
        if (simulation.isCalm()) {
            return;
        }
        switch (random.nextInt(3 * oneOf)) {
            case 0 -> simulation.stall(where + " of " + task.id);
            case 1 -> reply();
            case 2 -> Thread.currentThread().interrupt();
            default -> {
                // it behaves
            }
        }
    }

    /** A call back into the engine, from whatever code. */
    private void reply() {
        if (repliesLeft <= 0 || simulation.isCalm()) {
            return;
        }
        repliesLeft--;
        switch (random.nextInt(6)) {
            case 0, 1 -> submit(null);
            case 2 -> someTask().ifPresent(ScriptedTask::kill);
            case 3 -> someTask().ifPresent(ScriptedTask::pause);
            case 4 -> someTask().ifPresent(ScriptedTask::resume);
            default -> someTask().ifPresent(ScriptedTask::signal);
        }
    }

    private void onFirst(final TaskExecutorLifecycleEvent event) {
        simulation.trace("%s", event);
        guarded(first, event);
        final ScriptedTask task = task(event);
        if (event.to().isFinal()) {
            guard(() -> {
                task.check(task.handle.state() == event.to(), "has ended and does not say so: %s", event);
                task.check(!task.handle.isDone(), "is done before its listeners know");
                task.check(engine.get(task.id) == task.handle, "is forgotten before its listeners know");
            });
        }
    }

    private void onUnruly(final TaskExecutorLifecycleEvent event) throws Exception {
        guarded(unruly, event);
        final ScriptedTask task = task(event);
        switch (random.nextInt(60)) {
            case 0 -> throw new Exception("scripted, in a listener");
            case 1 -> throw new AssertionError("scripted, in a listener");
            case 2, 3, 4 -> reply();
            case 5 -> task.kill();
            case 6 -> task.pause();
            case 7 -> task.resume();
            case 8 -> simulation.passTime(random.nextLong(1_000_000));
            default -> misbehave(task, 30, "listener");
        }
    }

    private void onLast(final TaskExecutorLifecycleEvent event) {
        guarded(last, event);
    }

    private void guarded(final EventOracle oracle, final TaskExecutorLifecycleEvent event) {
        guard(() -> {
            final ScriptedTask task = task(event);
            task.check(task.handle != null, "was refused, and has an event: %s", event);
            oracle.onEvent(task, event);
        });
    }

    /** The engine catches what listeners throw: what goes wrong in them is noted. */
    private void guard(final Runnable checks) {
        try {
            checks.run();
        } catch (final Throwable t) {
            fail(t);
        }
    }

    private static ScriptedTask task(final TaskExecutorLifecycleEvent event) {
        return (ScriptedTask) event.spec().attachment();
    }

    private void complete(final Runnable dependents) {
        if (rejectsCompletions && random.nextInt(4) == 0) {
            throw new RejectedExecutionException("scripted");
        }
        if (!simulation.isCalm() && random.nextInt(12) == 0) {
            simulation.stall("completion");
        }
        if (random.nextBoolean()) {
            dependents.run();
        } else {
            completions.add(dependents);
        }
    }

    private void runCompletions() {
        final List<Runnable> due = new ArrayList<>(completions);
        completions.clear();
        due.forEach(Runnable::run);
    }

    // ---- what must hold ----------------------------------------------------------------------------------------

    long now() {
        return simulation.now();
    }

    boolean isFinal(final ScriptedTask task) {
        final TaskState state = first.state(task);
        return state != null && state.isFinal();
    }

    /** Whether the step of the task that is just ending has stalled. */
    boolean hasStalled(final ScriptedTask task) {
        return stalled == task;
    }

    boolean isClosed() {
        return closed;
    }

    private List<ScriptedTask> live() {
        final List<ScriptedTask> live = new ArrayList<>();
        for (final ScriptedTask each : accepted) {
            if (!each.handle.isDone()) {
                live.add(each);
            }
        }
        return live;
    }

    /** At any time: the books never show less accepted than there is. */
    private void checkBooks() {
        final Ledger ledger = engine.ledger();
        final long inStates = ledger.liveByState().values().stream()
                .mapToLong(Long::longValue)
                .sum();
        final long ended = ledger.succeeded() + ledger.failed() + ledger.killed() + ledger.abandoned();
        check(ledger.accepted() == accepted.size(), "%d were accepted: %s", accepted.size(), ledger);
        check(ledger.accepted() >= ledger.finalized() + inStates, "too many live: %s", ledger);
        check(ended >= ledger.finalized(), "more are finalized than ended: %s", ledger);
        check(ledger.liveByState().values().stream().allMatch(count -> count >= 0), "negative: %s", ledger);
    }

    /** At rest: the books, the list and the model agree. */
    private void checkLive(final List<ScriptedTask> live) {
        final Ledger ledger = engine.ledger();
        check(ledger.live() == live.size(), "%d are live: %s", live.size(), ledger);
        final TaskPage page = engine.list(new TaskFilter(null, 0, null), Long.MIN_VALUE, 10_000);
        check(page.tasks().size() == live.size(), "%d are live, and listed: %s", live.size(), page);
        for (final TaskState state : TaskState.values()) {
            final long count =
                    live.stream().filter(each -> each.handle.state() == state).count();
            check(ledger.liveByState().getOrDefault(state, 0L) == count, "%d are %s: %s", count, state, ledger);
        }
    }

    private void checkOutcome(final ScriptedTask task) {
        final TaskState state = task.handle.outcome().state();
        task.check(first.state(task) == state, "ended %s and the first listener knows %s", state, first.state(task));
        task.checkOutcome(state);
    }

    private void checkEnd() {
        runCompletions();
        checkBooks();
        check(live().isEmpty(), "closed, and live: %s", live());
        check(engine.ledger().isBalanced(), "closed and not balanced: %s", engine.ledger());
        checkLive(List.of());
        check(engine.ledger().quarantined() == 0, "all code has ended: %s", engine.ledger());
        for (final ScriptedTask each : accepted) {
            checkOutcome(each);
            final TaskState state = each.handle.outcome().state();
            each.check(unruly.state(each) == state, "ended, and the unruly listener knows %s", unruly.state(each));
            each.check(last.state(each) == state, "ended, and the last listener knows %s", last.state(each));
            each.check(!each.isRunning(), "runs after everything has ended");
            if (rejectsCompletions) {
                awaitRejected(each);
            }
            each.check(
                    each.completions.get() == each.completionsAsked,
                    "was completed %s times instead of %d",
                    each.completions,
                    each.completionsAsked);
        }
        checkCount(TaskState.SUCCEEDED, engine.ledger().succeeded());
        checkCount(TaskState.FAILED, engine.ledger().failed());
        checkCount(TaskState.KILLED, engine.ledger().killed());
        checkCount(TaskState.ABANDONED, engine.ledger().abandoned());
    }

    /** What the executor refuses runs on a thread that the simulation does not know. */
    private void awaitRejected(final ScriptedTask task) {
        try {
            Conditions.await("dependents of " + task + " ran", () -> task.completions.get() >= task.completionsAsked);
        } catch (final Exception e) {
            fail(e);
        }
    }

    private void checkCount(final TaskState state, final long booked) {
        for (final EventOracle each : List.of(first, unruly, last)) {
            check(each.ended(state) == booked, "%d ended %s, and %d were told", booked, state, each.ended(state));
        }
    }

    void check(final boolean holds, final String what, final Object... details) {
        if (!holds) {
            fail(new AssertionError(String.format(what, details)));
        }
    }

    void fail(final Throwable cause) {
        simulation.fail(cause);
    }

    List<String> trace() {
        return simulation.traced();
    }

    Map<Refusal, Integer> refusals() {
        return refusals;
    }

    TaskEngine engine() {
        return engine;
    }
}
