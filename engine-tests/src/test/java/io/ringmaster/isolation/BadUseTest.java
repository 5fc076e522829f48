package io.ringmaster.isolation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ringmaster.TaskEngine;
import io.ringmaster.TaskFilter;
import io.ringmaster.task.Container;
import io.ringmaster.task.Refusal;
import io.ringmaster.task.RetryPolicy;
import io.ringmaster.task.Step;
import io.ringmaster.task.TaskHandle;
import io.ringmaster.task.TaskOutcome;
import io.ringmaster.task.TaskRefusedException;
import io.ringmaster.task.TaskSpec;
import io.ringmaster.task.TaskState;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Bad use of the API gets one clear answer and changes nothing. */
@Timeout(120)
class BadUseTest {
    private TaskEngine engine = TaskEngine.launch(Isolation.context());

    @AfterEach
    void close() {
        engine.close();
    }

    private TaskHandle waiting(final long id) {
        return engine.submit(Isolation.spec(id, Container.SHARED, context -> Step.WHEN_SIGNALLED));
    }

    // ---- specs ------------------------------------------------------------------------------------------------

    @Test
    void shouldRefuseNulls() {
        assertThatNullPointerException().isThrownBy(() -> engine.submit(null)).withMessage("spec must not be null");
        assertThatNullPointerException()
                .isThrownBy(() -> engine.trySubmit(null))
                .withMessage("spec must not be null");
        assertThatNullPointerException()
                .isThrownBy(() -> engine.trySubmit(1, null))
                .withMessage("spec must not be null");
        assertThatNullPointerException().isThrownBy(() -> TaskSpec.of(1, null)).withMessageContaining("task");
        assertThatNullPointerException()
                .isThrownBy(() -> engine.list(null, 0, 1))
                .withMessage("filter must not be null");
        assertThat(engine.ledger().accepted()).isZero();
    }

    @Test
    void shouldRefuseASpecWithoutTaskAndType() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TaskSpec.builder(7).build())
                .withMessage("task 7: a spec needs a task or a type, and has neither");
    }

    @Test
    void shouldRefuseAnUnknownType() {
        final TaskSpec spec = TaskSpec.builder(7).type("nothing").build();
        assertThat(engine.trySubmit(spec).refusal()).isEqualTo(Refusal.UNKNOWN_TYPE);
        assertThatThrownBy(() -> engine.submit(spec))
                .isInstanceOf(TaskRefusedException.class)
                .hasMessageStartingWith("task 7 was refused (UNKNOWN_TYPE): no plugin for type 'nothing' among [")
                .hasMessageContaining("shell");
        assertThat(engine.ledger().accepted()).isZero();
    }

    @Test
    void shouldRefuseAnIdInUse() throws Exception {
        final TaskHandle first = waiting(7);
        final TaskSpec second = Isolation.spec(7, Container.EXCLUSIVE, context -> Step.DONE);
        assertThat(engine.trySubmit(second).refusal()).isEqualTo(Refusal.DUPLICATE_ID);
        assertThatThrownBy(() -> engine.submit(second))
                .isInstanceOfSatisfying(
                        TaskRefusedException.class, e -> assertThat(e.refusal()).isEqualTo(Refusal.DUPLICATE_ID))
                .hasMessage("task 7 was refused (DUPLICATE_ID): a live task has this id");
        first.kill();
        assertThat(Isolation.end(first).state()).isEqualTo(TaskState.KILLED);
        assertThat(Isolation.end(engine.submit(second)).isSuccess())
                .as("the id may be used again")
                .isTrue();
        Isolation.assertBalancedAndClose(engine);
    }

    /** The id is given free before the handle completes, so whoever saw the end may use it at once. */
    @Test
    void shouldAcceptAnIdAgainAsSoonAsItsHandleHasCompleted() throws Exception {
        for (int i = 0; i < 2_000; i++) {
            assertThat(Isolation.end(engine.submit(Isolation.spec(7, Container.SHARED, context -> Step.DONE)))
                            .isSuccess())
                    .isTrue();
        }
        Isolation.assertBalancedAndClose(engine);
    }

    @Test
    void shouldRefuseNegativeTimes() throws Exception {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RetryPolicy.fixed(2, -1))
                .withMessage("delay must not be negative: -1 NANOSECONDS");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RetryPolicy.fixed(0, 1))
                .withMessage("attempts must be at least 1: 0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> engine.drain(-1, TimeUnit.SECONDS))
                .withMessage("timeout must not be negative: -1");
        final TaskHandle handle = waiting(7);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> handle.await(-1, TimeUnit.SECONDS))
                .withMessage("task 7: timeout must not be negative: -1");
        assertThatThrownBy(() -> handle.await(0, TimeUnit.SECONDS)).isInstanceOf(TimeoutException.class);
        assertThat(engine.trySubmit(Isolation.spec(8, Container.SHARED, context -> Step.DONE))
                        .isAccepted())
                .as("the refused drain did not stop the intake")
                .isTrue();
    }

    @Test
    void shouldRefuseBadPagesAndGroups() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> engine.list(new TaskFilter(null, 0, null), 0, 0))
                .withMessage("limit must be from 1 to 10000: 0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> engine.list(new TaskFilter(null, 0, null), 0, 10_001))
                .withMessage("limit must be from 1 to 10000: 10001");
        for (final Runnable each :
                List.<Runnable>of(() -> engine.killGroup(0), () -> engine.pauseGroup(0), () -> engine.resumeGroup(0))) {
            assertThatIllegalArgumentException()
                    .isThrownBy(each::run)
                    .withMessage("groupId must not be 0, which means no group");
        }
    }

    // ---- tasks that are not there -----------------------------------------------------------------------------

    @Test
    void shouldAnswerNotLiveForUnknownAndFinishedIds() throws Exception {
        final TaskHandle finished = engine.submit(Isolation.spec(7, Container.SHARED, context -> Step.DONE));
        assertThat(Isolation.end(finished).isSuccess()).isTrue();
        for (final long id : new long[] {7, 8, 0, -1, Long.MIN_VALUE, Long.MAX_VALUE}) {
            assertThat(engine.kill(id)).isEqualTo(Refusal.NOT_LIVE);
            assertThat(engine.pause(id)).isEqualTo(Refusal.NOT_LIVE);
            assertThat(engine.resume(id)).isEqualTo(Refusal.NOT_LIVE);
            assertThat(engine.signal(id)).isEqualTo(Refusal.NOT_LIVE);
            assertThat(engine.get(id)).isNull();
            assertThat(engine.explain(id)).isEqualTo("NOT_LIVE: no live task has id " + id);
        }
        assertThat(finished.kill()).isEqualTo(Refusal.NOT_LIVE);
        assertThat(finished.pause()).isEqualTo(Refusal.NOT_LIVE);
        assertThat(finished.resume()).isEqualTo(Refusal.NOT_LIVE);
        assertThat(finished.signal()).isEqualTo(Refusal.NOT_LIVE);
        assertThat(engine.killGroup(99)).isZero();
        assertThat(finished.outcome().state()).as("a late kill changes nothing").isEqualTo(TaskState.SUCCEEDED);
    }

    @Test
    void shouldGiveARefusedHandleThatSaysWhy() {
        final TaskHandle refused =
                engine.trySubmit(TaskSpec.builder(7).type("nothing").build());
        assertThat(refused.isAccepted()).isFalse();
        assertThat(refused.state()).isNull();
        for (final ThrowingCallable each : List.<ThrowingCallable>of(
                refused::outcome,
                refused::isDone,
                refused::attempt,
                refused::progress,
                refused::accepted,
                refused::completion,
                refused::kill,
                refused::pause,
                refused::resume,
                refused::signal,
                () -> refused.await(1, TimeUnit.SECONDS))) {
            assertThatIllegalStateException()
                    .isThrownBy(each)
                    .withMessage("the submission was refused (UNKNOWN_TYPE): there is no task");
        }
    }

    // ---- after the end ----------------------------------------------------------------------------------------

    @Test
    void shouldRefuseSubmissionsOnceItDrainsOrIsClosed() throws Exception {
        final TaskSpec spec = Isolation.spec(7, Container.SHARED, context -> Step.DONE);
        assertThat(engine.drain(60, TimeUnit.SECONDS)).isTrue();
        assertThat(engine.trySubmit(spec).refusal()).isEqualTo(Refusal.DRAINING);
        assertThatThrownBy(() -> engine.submit(spec))
                .isInstanceOf(TaskRefusedException.class)
                .hasMessage("task 7 was refused (DRAINING): the engine drains");
        engine.close();
        assertThat(engine.trySubmit(spec).refusal()).isEqualTo(Refusal.CLOSED);
        assertThatThrownBy(() -> engine.submit(spec))
                .isInstanceOf(TaskRefusedException.class)
                .hasMessage("task 7 was refused (CLOSED): the engine is closed");
    }

    @Test
    void shouldAnswerEverythingAfterTheClose() throws Exception {
        final TaskHandle killed = waiting(7);
        engine.close();
        engine.close();
        assertThat(killed.outcome().state()).isEqualTo(TaskState.KILLED);
        assertThat(engine.kill(7)).isEqualTo(Refusal.NOT_LIVE);
        assertThat(engine.get(7)).isNull();
        assertThat(engine.explain(7)).startsWith("NOT_LIVE");
        assertThat(engine.ledger().isBalanced()).isTrue();
        assertThat(engine.metrics().ledger().accepted()).isEqualTo(1);
        assertThat(engine.health().ok()).isFalse();
        assertThat(engine.list(new TaskFilter(null, 0, null), Long.MIN_VALUE, 10)
                        .tasks())
                .isEmpty();
        assertThat(engine.drain(60, TimeUnit.SECONDS)).isTrue();
        assertThat(killed.completion().toCompletableFuture().get(60, TimeUnit.SECONDS))
                .isEqualTo(killed.outcome());
        assertThat(killed.await(0, TimeUnit.SECONDS)).isEqualTo(killed.outcome());
    }

    @Test
    void shouldCloseOnceForManyCallers() throws Exception {
        waiting(7);
        final List<CompletableFuture<Boolean>> closes = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            closes.add(CompletableFuture.supplyAsync(
                    () -> engine.closeAndReport().clean(), body -> new Thread(body).start()));
        }
        for (final CompletableFuture<Boolean> each : closes) {
            assertThat(each.get(60, TimeUnit.SECONDS)).isTrue();
        }
    }

    // ---- blocking calls where nothing may block ---------------------------------------------------------------

    private String refusedCall(final String name) {
        return name + " may block and was called on fire-worker 0, which must not";
    }

    /** Each blocking call's message, by name; made in a step or a listener. */
    private void makeBlockingCalls(final TaskHandle other, final ConcurrentHashMap<String, String> messages) {
        final TaskSpec spec = Isolation.spec(99, Container.SHARED, context -> Step.DONE);
        note(messages, "await", () -> other.await(1, TimeUnit.HOURS));
        note(messages, "drain", () -> engine.drain(1, TimeUnit.HOURS));
        note(messages, "close", () -> engine.close());
        note(messages, "submit", () -> engine.submit(spec));
    }

    private static void note(
            final ConcurrentHashMap<String, String> messages, final String name, final ThrowingCallable call) {
        try {
            call.call();
            messages.put(name, "returned");
        } catch (final Throwable t) {
            messages.put(name, t.getClass().getSimpleName() + ": " + t.getMessage());
        }
    }

    private void assertAllRefused(final ConcurrentHashMap<String, String> messages) {
        assertThat(messages).hasSize(4);
        messages.forEach(
                (name, message) -> assertThat(message).isEqualTo("IllegalStateException: " + refusedCall(name)));
    }

    @Test
    void shouldRefuseBlockingCallsInASharedStep() throws Exception {
        final TaskHandle other = waiting(1);
        final ConcurrentHashMap<String, String> messages = new ConcurrentHashMap<>();
        final TaskHandle caller = engine.submit(Isolation.spec(2, Container.SHARED, context -> {
            makeBlockingCalls(other, messages);
            return Step.DONE;
        }));
        assertThat(Isolation.end(caller).isSuccess()).isTrue();
        assertAllRefused(messages);
        Isolation.assertNeighboursDoWell(engine);
    }

    @Test
    void shouldRefuseBlockingCallsInAListener() throws Exception {
        final ConcurrentHashMap<String, String> messages = new ConcurrentHashMap<>();
        final CountDownLatch launched = new CountDownLatch(1);
        engine.close();
        engine = TaskEngine.launch(Isolation.context().stallThresholdMillis(500).listener(event -> {
            if (event.taskId() == 2 && event.to() == TaskState.RUNNING) {
                launched.await();
                makeBlockingCalls(event.handle(), messages);
            }
        }));
        final TaskHandle caller = engine.submit(Isolation.spec(2, Container.SHARED, context -> Step.DONE));
        launched.countDown();
        assertThat(Isolation.end(caller).isSuccess()).isTrue();
        assertAllRefused(messages);
        Isolation.assertNeighboursDoWell(engine);
    }

    @Test
    void shouldRefuseBlockingCallsInAPluginAndARetryPolicy() throws Exception {
        final ConcurrentHashMap<String, String> messages = new ConcurrentHashMap<>();
        final TaskHandle other = waiting(1);
        final TaskHandle caller = engine.submit(TaskSpec.builder(2)
                .retryPolicy((attempt, failure) -> {
                    makeBlockingCalls(other, messages);
                    return -1;
                })
                .task(context -> context.failed(new IllegalStateException("thrown")))
                .build());
        assertThat(Isolation.end(caller).state()).isEqualTo(TaskState.FAILED);
        assertAllRefused(messages);
    }

    @Test
    void shouldAllowBlockingCallsOnAnExclusiveThread() throws Exception {
        final TaskHandle other = waiting(1);
        final TaskHandle caller = engine.submit(Isolation.spec(2, Container.EXCLUSIVE, context -> {
            final TaskHandle child = engine.submit(Isolation.spec(3, Container.SHARED, step -> step.done("child")));
            other.signal();
            other.kill();
            final TaskOutcome killed = Isolation.end(other);
            return context.done(killed.state() + " " + Isolation.end(child).result());
        }));
        assertThat(Isolation.end(caller).result()).isEqualTo("KILLED child");
        Isolation.assertBalancedAndClose(engine);
    }

    /** A stalled step's thread has lost its partition: it is no fire-worker any more, and may block. */
    @Test
    void shouldAllowBlockingCallsOnceAStepHasLostItsFireWorker() throws Exception {
        final CountDownLatch latch = new CountDownLatch(1);
        final TaskHandle other = engine.submit(Isolation.spec(1, Container.SHARED, context -> Step.WHEN_SIGNALLED));
        final TaskHandle caller = engine.submit(Isolation.spec(2, Container.SHARED, context -> {
            latch.await();
            other.kill();
            return context.done(Isolation.end(other).state());
        }));
        Isolation.assertNeighboursDoWell(engine);
        latch.countDown();
        assertThat(Isolation.end(caller).result()).isEqualTo(TaskState.KILLED);
        Isolation.assertBalancedAndClose(engine);
    }

    @Test
    void shouldRefuseToWaitForItself() throws Exception {
        final TaskHandle caller = engine.submit(Isolation.spec(2, Container.SHARED, context -> {
            context.handle().await(1, TimeUnit.HOURS);
            return Step.DONE;
        }));
        assertThat(Isolation.end(caller).failure())
                .isInstanceOf(IllegalStateException.class)
                .hasMessage(refusedCall("await"));
    }
}
