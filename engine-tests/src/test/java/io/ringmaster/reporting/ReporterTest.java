package io.ringmaster.reporting;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.ringmaster.client.ClientCloseReport;
import io.ringmaster.client.OutboxSnapshot;
import io.ringmaster.client.ReporterSettings;
import io.ringmaster.client.TaskReport;
import io.ringmaster.lifecycle.LifecycleEventType;
import io.ringmaster.task.Refusal;
import io.ringmaster.task.RetryPolicy;
import io.ringmaster.task.Step;
import io.ringmaster.task.Task;
import io.ringmaster.task.TaskSpec;
import io.ringmaster.task.TaskState;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Acknowledged reports, case by case, on one thread and a virtual clock. */
@Timeout(60)
class ReporterTest {
    private static final Task WAITS = context -> Step.WHEN_SIGNALLED;

    private VirtualClient virtual;
    private Master first;
    private Master second;
    private final AtomicInteger executions = new AtomicInteger();
    private final Task counting = context -> {
        executions.incrementAndGet();
        return Step.DONE;
    };

    private void launch(final ReporterSettings settings) {
        virtual = new VirtualClient(settings, context -> {});
        first = new Master("first");
        second = new Master("second");
        virtual.client().connect("first", first::send);
        virtual.client().connect("second", second::send);
        connectQuietly(first);
        connectQuietly(second);
    }

    /** The client's default listener keeps the answers, so that the tests find them. */
    private void connectQuietly(final Master master) {
        master.connectTo(virtual.client());
        virtual.client().connect(master.name, master);
    }

    private void launch() {
        launch(VirtualClient.SETTINGS);
    }

    @AfterEach
    void close() {
        if (virtual != null) {
            virtual.close();
            assertThat(first.faults).isEmpty();
            assertThat(second.faults).isEmpty();
        }
    }

    private void assertNothingLeft() {
        for (final OutboxSnapshot each : virtual.client().outboxes()) {
            assertThat(each.liveTasks() + each.waitingTasks() + each.unacknowledged())
                    .as(each::toString)
                    .isZero();
        }
        assertThat(virtual.client().unacknowledged(10)).isEmpty();
    }

    // ---- sending and acknowledging -----------------------------------------------------------------------------

    @Test
    void shouldReportEachEventInOrderUpToTheFinalOne() {
        launch();
        assertThat(virtual.dispatch("first", 7, 3, counting)).isNull();
        virtual.settle();

        assertThat(first.taken).extracting(TaskReport::sequence).containsExactly(1L, 2L, 3L, 4L, 5L);
        assertThat(first.taken)
                .extracting(TaskReport::to)
                .containsExactly(
                        TaskState.INITIALIZED,
                        TaskState.PREPARED,
                        TaskState.SCHEDULED,
                        TaskState.RUNNING,
                        TaskState.SUCCEEDED);
        assertThat(first.taken).allMatch(each -> each.taskId() == 7 && each.dispatchEpoch() == 3);
        assertThat(first.taken).extracting(TaskReport::isFinal).containsExactly(false, false, false, false, true);
        assertThat(virtual.outbox("first").sent()).isEqualTo(5);
        assertThat(virtual.outbox("first").acknowledged()).isEqualTo(5);
        assertNothingLeft();
    }

    @Test
    void shouldSayWhyAnAttemptFailed() {
        launch();
        virtual.client()
                .dispatch(
                        1,
                        "first",
                        TaskSpec.builder(7)
                                .task(context -> {
                                    throw new IllegalStateException("attempt " + context.attempt());
                                })
                                .retryPolicy(RetryPolicy.fixed(2, TimeUnit.MILLISECONDS.toNanos(10)))
                                .build());
        virtual.pass(20);

        final List<TaskReport> failures =
                first.taken.stream().filter(each -> each.failure() != null).toList();
        assertThat(failures).extracting(TaskReport::to).containsExactly(TaskState.RETRY_WAIT, TaskState.FAILED);
        assertThat(failures).extracting(each -> each.failure().getMessage()).containsExactly("attempt 1", "attempt 2");
        assertThat(failures).allMatch(each -> each.failureType().equals(IllegalStateException.class.getName()));
        assertNothingLeft();
    }

    @Test
    void shouldSayWhatATaskGaveBack() {
        launch();
        final Task giving = context -> context.done("step " + executions.incrementAndGet());
        assertThat(virtual.dispatch("first", 7, 0, giving)).isNull();
        virtual.settle();
        assertThat(first.taken).extracting(TaskReport::result).containsExactly(null, null, null, null, "step 1");
        assertNothingLeft();

        assertThat(virtual.dispatch("second", 7, 0, giving)).isNull();
        virtual.settle();
        assertThat(second.taken)
                .as("an outcome that was acknowledged and is told again")
                .extracting(TaskReport::to, TaskReport::result)
                .containsExactly(tuple(TaskState.SUCCEEDED, null));
    }

    @Test
    void shouldFreeTheTaskAtItsEndAndKeepTheReport() {
        launch();
        first.acknowledges = false;
        virtual.dispatch("first", 7);
        virtual.settle();

        assertThat(virtual.client().engine().get(7)).isNull();
        assertThat(virtual.client().engine().ledger().isBalanced()).isTrue();
        assertThat(virtual.outbox("first").waitingTasks()).isEqualTo(1);
        assertThat(virtual.client().explain(7))
                .isEqualTo("SUCCEEDED 0 ms: waits for the acknowledgement of destination 'first', sent once");
        virtual.pass(150);
        assertThat(virtual.client().explain(7)).contains("SUCCEEDED 150 ms", "sent 2 times");
        assertThat(virtual.outbox("first").oldestWaitNanos()).isEqualTo(TimeUnit.MILLISECONDS.toNanos(150));

        first.acknowledgeAll();
        virtual.settle();
        assertThat(virtual.client().explain(7)).isEqualTo("SUCCEEDED: its final report was acknowledged");
        assertThat(virtual.outbox("first").oldestWaitNanos()).isZero();
        assertNothingLeft();
    }

    @Test
    void shouldRepeatWithGrowingDelaysUpToTheCap() {
        launch();
        final List<Long> millis = new ArrayList<>();
        final long start = virtual.nowNanos();
        virtual.client()
                .connect(
                        "first",
                        (name, reports) -> millis.add(TimeUnit.NANOSECONDS.toMillis(virtual.nowNanos() - start)));
        virtual.dispatch("first", 7);
        virtual.pass(6_500);

        assertThat(millis).containsExactly(0L, 100L, 300L, 700L, 1_500L, 3_100L, 4_700L, 6_300L);
        assertThat(virtual.outbox("first").silentRounds()).isPositive();
        assertThat(virtual.outbox("first").resent()).isEqualTo(7 * 5);
    }

    @Test
    void shouldSendASilentDestinationOneBatchAtATimeAndEverythingOnceItAnswers() {
        launch(VirtualClient.SETTINGS.withMaxBatch(5));
        first.acknowledges = false;
        for (long id = 1; id <= 100; id++) {
            virtual.dispatch("first", id);
        }
        virtual.settle();
        assertThat(first.calls).hasSize(100);
        virtual.pass(10_000);
        assertThat(first.calls.size()).isLessThan(115);

        first.acknowledges = true;
        virtual.pass(1_600);
        assertThat(first.finals()).isEqualTo(100);
        assertNothingLeft();
    }

    @Test
    void shouldHoldLaterReportsUntilEarlierOnesAreAcknowledgedOrDueAgain() {
        launch();
        first.acknowledges = false;
        virtual.dispatch("first", 7, 0, WAITS);
        virtual.settle();
        virtual.client().engine().signal(7);
        virtual.client().pause(1, 7);
        virtual.settle();
        assertThat(first.calls).hasSize(1);

        virtual.pass(100);
        assertThat(first.calls).hasSize(2);
        assertThat(first.calls.get(1).get(0).sequence()).isEqualTo(1);
        assertThat(first.calls.get(1)).hasSizeGreaterThan(4);

        virtual.client().resume(2, 7);
        virtual.settle();
        assertThat(first.calls).hasSize(2);
        first.acknowledgeAll();
        virtual.settle();
        assertThat(first.calls).hasSize(3);
        assertThat(first.calls.get(2).get(0).sequence())
                .isEqualTo(first.calls.get(1).size() + 1);
        first.acknowledges = true;
        first.acknowledgeAll();
        virtual.client().kill(3, 7);
        virtual.settle();
        assertThat(first.finals()).isEqualTo(1);
        assertNothingLeft();
    }

    @Test
    void shouldGoOnAfterAChannelThrew() {
        launch();
        final AtomicInteger calls = new AtomicInteger();
        virtual.client().connect("first", (name, reports) -> {
            if (calls.incrementAndGet() <= 3) {
                throw new AssertionError("no connection");
            }
            first.send(name, reports);
        });
        virtual.dispatch("first", 7);
        virtual.dispatch("second", 8);
        virtual.settle();
        assertThat(second.finals()).isEqualTo(1);
        assertThat(first.finals()).isZero();
        virtual.pass(5_000);
        assertThat(first.finals()).isEqualTo(1);
        assertThat(virtual.outbox("first").failedSends()).isEqualTo(3);
        assertThat(virtual.outbox("first").silentRounds()).isZero();
        assertNothingLeft();
    }

    @Test
    void shouldCountAcknowledgementsThatSayNothing() {
        launch();
        first.acknowledges = false;
        virtual.dispatch("first", 7, 1, WAITS);
        virtual.settle();
        virtual.client().acknowledge("first", 7, 1, 3);
        virtual.client().acknowledge("first", 7, 1, 2); // out of order
        virtual.settle();
        assertThat(virtual.outbox("first").acknowledged()).isEqualTo(3);
        assertThat(virtual.outbox("first").duplicateAcks()).isEqualTo(1);

        virtual.client().acknowledge("first", 7, 1, 1);
        virtual.settle();
        assertThat(virtual.outbox("first").duplicateAcks()).isEqualTo(2);

        virtual.client().acknowledge("first", 7, 0, 4); // another run
        virtual.client().acknowledge("first", 99, 1, 4);
        virtual.client().acknowledge("second", 7, 1, 4); // not its task
        virtual.client().acknowledge("nobody", 7, 1, 4);
        virtual.client().acknowledge("first", 7, 1, -1);
        virtual.settle();
        assertThat(virtual.outbox("first").unknownAcks()).isEqualTo(3);
        assertThat(virtual.outbox("second").unknownAcks()).isEqualTo(1);
        assertThat(virtual.client().strayAcknowledgements()).isEqualTo(1);
        assertThat(virtual.outbox("first").acknowledged()).isEqualTo(3);

        virtual.client().acknowledge("first", 7, 1, Long.MAX_VALUE); // all that was sent
        virtual.settle();
        assertThat(virtual.outbox("first").unknownAcks()).isEqualTo(4);
        assertThat(virtual.outbox("first").acknowledged()).isEqualTo(4);

        virtual.client().kill(1, 7);
        virtual.settle();
        virtual.client().acknowledge("first", 7, 1, 6);
        virtual.settle();
        assertNothingLeft();
        virtual.client().acknowledge("first", 7, 1, 6);
        assertThat(virtual.outbox("first").duplicateAcks()).isEqualTo(3);
    }

    // ---- room --------------------------------------------------------------------------------------------------

    @Test
    void shouldRefuseDispatchesWithoutRoomForTheirFinalReport() {
        launch(VirtualClient.SETTINGS.withOutboxCapacity(2));
        first.acknowledges = false;
        assertThat(virtual.dispatch("first", 1)).isNull();
        assertThat(virtual.dispatch("first", 2)).isNull();
        assertThat(virtual.dispatch("first", 3)).isEqualTo(Refusal.OUTBOX_FULL);
        virtual.settle();
        assertThat(virtual.dispatch("first", 3)).isEqualTo(Refusal.OUTBOX_FULL);
        assertThat(virtual.dispatch("second", 3)).isNull();
        assertThat(virtual.outbox("first").refused()).isEqualTo(2);
        assertThat(Refusal.OUTBOX_FULL.isTransient()).isTrue();

        first.acknowledges = true;
        virtual.pass(100);
        assertThat(virtual.dispatch("first", 4)).isNull();
        virtual.settle();
        assertNothingLeft();
    }

    @Test
    void shouldGiveRoomBackWhenTheEngineRefuses() {
        launch(VirtualClient.SETTINGS.withOutboxCapacity(1));
        for (int i = 0; i < 3; i++) {
            virtual.client()
                    .dispatch(
                            100 + i,
                            "first",
                            TaskSpec.builder(5).type("no such type").build());
            assertThat(virtual.answers(100 + i))
                    .extracting(VirtualClient.Answer::refusal)
                    .containsExactly(Refusal.UNKNOWN_TYPE);
        }
        virtual.settle();
        assertNothingLeft();
        assertThat(virtual.dispatch("first", 5)).isNull();
        virtual.settle();
        assertNothingLeft();
    }

    @Test
    void shouldCoalesceProgressAndBoundWhatATaskLeavesUnsent() {
        launch(VirtualClient.SETTINGS.withReportsPerTask(6));
        first.acknowledges = false;
        final AtomicInteger steps = new AtomicInteger();
        virtual.dispatch("first", 7, 0, context -> {
            context.progress(steps.incrementAndGet());
            return steps.get() < 50 ? Step.AGAIN_NOW : Step.WHEN_SIGNALLED;
        });
        virtual.settle();
        // The first sending has begun before the progress came, or holds all of it: either way it is one report.
        assertThat(virtual.outbox("first").unacknowledged()).isLessThanOrEqualTo(6);
        for (int i = 0; i < 20; i++) {
            virtual.client().pause(1, 7);
            virtual.settle();
            virtual.client().resume(2, 7);
            virtual.settle();
            assertThat(virtual.outbox("first").unacknowledged()).isLessThanOrEqualTo(7);
        }
        virtual.client().kill(3, 7);
        virtual.settle();
        assertThat(virtual.outbox("first").coalesced()).isGreaterThan(60);

        first.acknowledges = true;
        virtual.pass(3_200);
        assertNothingLeft();
        long covered = 0;
        for (final TaskReport each : first.takenOf(7)) {
            assertThat(each.sequence() - each.coalesced()).isEqualTo(covered + 1);
            covered = each.sequence();
        }
        final TaskReport last = first.taken.get(first.taken.size() - 1);
        assertThat(last.to()).isEqualTo(TaskState.KILLED);
        assertThat(last.coalesced()).isZero();
        assertThat(last.progress()).isEqualTo(50);
        assertThat(first.taken)
                .filteredOn(each -> each.type() == LifecycleEventType.PROGRESS)
                .isNotEmpty();
    }

    // ---- reassignment ------------------------------------------------------------------------------------------

    @Test
    void shouldMoveWhatIsUnacknowledgedAndAllThatFollows() {
        launch();
        first.acknowledges = false;
        virtual.dispatch("first", 7, 0, WAITS);
        virtual.settle();
        virtual.client().acknowledge("first", 7, 0, 2);
        virtual.settle();
        assertThat(virtual.reassign(7, "second")).isNull();
        virtual.client().acknowledge("first", 7, 0, 4); // too late
        virtual.settle();
        assertThat(second.taken).extracting(TaskReport::sequence).containsExactly(3L, 4L);
        assertThat(virtual.outbox("first").unknownAcks()).isEqualTo(1);
        assertThat(virtual.outbox("first").liveTasks()).isZero();
        assertThat(virtual.outbox("second").liveTasks()).isEqualTo(1);

        virtual.client().kill(1, 7);
        virtual.settle();
        assertThat(second.taken).extracting(TaskReport::sequence).containsExactly(3L, 4L, 5L, 6L);
        assertThat(first.calls).hasSize(1);
        assertNothingLeft();
        assertThat(virtual.reassign(7, "first")).isEqualTo(Refusal.NOT_LIVE);
    }

    @Test
    void shouldMoveATaskThatHasEnded() {
        launch();
        first.acknowledges = false;
        virtual.dispatch("first", 7);
        virtual.settle();
        assertThat(virtual.reassign(7, "second")).isNull();
        virtual.settle();
        assertThat(second.taken).hasSize(5);
        assertNothingLeft();
    }

    @Test
    void shouldTakeTheWordOfAMasterThatGetsATaskBack() {
        launch(VirtualClient.SETTINGS.withMaxBatch(5));
        first.acknowledges = false;
        virtual.dispatch("first", 7);
        virtual.settle();
        virtual.client().connect("second", (name, reports) -> {});
        virtual.reassign(7, "second");
        virtual.settle();
        virtual.client().connect("first", (name, reports) -> {
            virtual.client().acknowledge(name, 7, 0, 5); // the last it has seen
            virtual.client().acknowledge(name, 9, 0, 4);
        });
        virtual.dispatch("first", 9, 0, WAITS); // leaves room for one report of the other in the first batch
        virtual.client().invoker().fireWorker(0);
        virtual.client().invoker().fireWorker(1);
        virtual.reassign(7, "first");
        virtual.settle();
        assertThat(virtual.outbox("first").waitingTasks()).isZero();
        assertThat(virtual.outbox("first").resent()).isZero();
        assertThat(virtual.outbox("first").unknownAcks()).isEqualTo(1);
    }

    @Test
    void shouldMoveNothingWithoutRoom() {
        launch(VirtualClient.SETTINGS.withOutboxCapacity(1));
        first.acknowledges = false;
        second.acknowledges = false;
        virtual.dispatch("first", 7);
        virtual.dispatch("second", 8);
        virtual.settle();
        assertThat(virtual.reassign(7, "second")).isEqualTo(Refusal.OUTBOX_FULL);
        assertThat(virtual.reassign(7, "first")).isNull();
        first.acknowledges = true;
        virtual.pass(100);
        assertThat(virtual.outbox("first").waitingTasks()).isZero();
        assertThat(second.takenOf(7)).isEmpty();
    }

    @Test
    void shouldNotMoveBetweenTheKindsOfDestinations() {
        launch();
        virtual.client().subscribe("direct", event -> {});
        virtual.dispatch("first", 7, 0, WAITS);
        virtual.client().dispatch(1, "direct", TaskSpec.of(8, WAITS));
        virtual.settle();
        virtual.client().reassign(50, 8, "first");
        assertThat(virtual.answers(50))
                .extracting(VirtualClient.Answer::refusal)
                .containsExactly(Refusal.UNKNOWN_DESTINATION);
        virtual.client()
                .subscribe("other", event -> assertThat(event.refusal()).isEqualTo(Refusal.UNKNOWN_DESTINATION));
        virtual.client().reassign(51, 7, "other");
        assertThat(virtual.outbox("first").liveTasks()).isEqualTo(1);
        assertThatThrownBy(() -> virtual.client().connect("direct", first))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("destination 'direct' has subscribed and can't connect");
        assertThatThrownBy(() -> virtual.client().subscribe("first", event -> {}))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("destination 'first' is connected and can't subscribe");
    }

    @Test
    void shouldMoveInTheMiddleOfACallOfTheChannel() {
        launch();
        virtual.client().connect("first", (name, reports) -> {
            first.send(name, reports); // acknowledges
            virtual.client().reassign(60, 7, "second");
        });
        virtual.dispatch("first", 7);
        virtual.settle();
        assertThat(virtual.answers(60))
                .extracting(VirtualClient.Answer::refusal)
                .containsOnlyNulls();
        // The move came before the acknowledgement was taken in, so it has all.
        assertThat(second.taken).hasSize(5);
        assertNothingLeft();
    }

    // ---- repeated dispatches -----------------------------------------------------------------------------------

    @Test
    void shouldAnswerARepeatedDispatchOfALiveTask() {
        launch();
        first.acknowledges = false;
        final Task waits = context -> {
            executions.incrementAndGet();
            return Step.WHEN_SIGNALLED;
        };
        virtual.dispatch("first", 7, 4, waits);
        virtual.settle();
        assertThat(virtual.dispatch("first", 7, 4, waits)).isNull();
        virtual.settle();
        assertThat(executions).hasValue(1);
        assertThat(first.calls).hasSize(2);
        assertThat(first.calls.get(1)).isEqualTo(first.calls.get(0));
        assertThat(virtual.dispatch("first", 7, 3, waits)).isEqualTo(Refusal.STALE_EPOCH);
        assertThat(virtual.dispatch("first", 7, 5, waits)).isEqualTo(Refusal.DUPLICATE_ID);

        assertThat(virtual.dispatch("second", 7, 4, waits)).isNull(); // takes it over
        virtual.settle();
        assertThat(second.taken).hasSize(4);
        virtual.client().kill(1, 7);
        virtual.settle();
        assertThat(second.finals()).isEqualTo(1);
        assertNothingLeft();
    }

    @Test
    void shouldTellTheOutcomeAgainWhileItIsUnacknowledged() {
        launch();
        first.acknowledges = false;
        virtual.dispatch("first", 7, 0, counting);
        virtual.settle();
        assertThat(virtual.dispatch("first", 7, 0, counting)).isNull();
        virtual.settle();
        assertThat(first.calls).hasSize(2);
        assertThat(virtual.dispatch("second", 7, 0, counting)).isNull();
        virtual.settle();
        assertThat(second.taken).hasSize(5);
        assertThat(executions).hasValue(1);
        assertNothingLeft();
    }

    @Test
    void shouldTellARememberedOutcomeUntilItIsAcknowledgedAgain() {
        launch(VirtualClient.SETTINGS.withFinishedIds(2).withOutboxCapacity(1));
        final Task failing = context -> {
            executions.incrementAndGet();
            throw new IllegalStateException("no");
        };
        virtual.dispatch("first", 7, 0, failing);
        virtual.settle();
        assertNothingLeft();

        second.acknowledges = false;
        assertThat(virtual.dispatch("second", 7, 0, failing)).isNull();
        assertThat(virtual.dispatch("second", 8)).isEqualTo(Refusal.OUTBOX_FULL);
        virtual.pass(100);
        assertThat(second.calls).hasSize(2);
        assertThat(second.taken).hasSize(1);
        final TaskReport told = second.taken.get(0);
        assertThat(told.to()).isEqualTo(TaskState.FAILED);
        assertThat(told.sequence()).isEqualTo(5);
        assertThat(told.failureType()).isEqualTo(IllegalStateException.class.getName());
        assertThat(told.failure()).isNull();
        second.acknowledges = true;
        second.acknowledgeAll();
        virtual.settle();
        assertNothingLeft();
        assertThat(executions).hasValue(1);

        // Two later ones push it out of the window.
        virtual.dispatch("first", 10);
        virtual.settle();
        assertThat(virtual.dispatch("first", 7, 0, failing)).isNull();
        virtual.settle();
        assertThat(executions).hasValue(1);
        for (int id = 11; id < 13; id++) {
            virtual.dispatch("first", id);
            virtual.settle();
        }
        assertThat(virtual.dispatch("first", 7, 0, failing)).isNull();
        virtual.settle();
        assertThat(executions).hasValue(2);
        assertNothingLeft();
    }

    @Test
    void shouldRunAGreaterEpochOnceTheFormerHasEnded() {
        launch();
        first.acknowledges = false;
        virtual.dispatch("first", 7, 1, counting);
        virtual.settle();
        assertThat(virtual.dispatch("first", 7, 2, counting)).isNull();
        virtual.settle();
        assertThat(executions).hasValue(2);
        // Who asks for a new run no longer wants the old one's reports.
        assertThat(virtual.outbox("first").waitingTasks()).isEqualTo(1);
        assertThat(virtual.dispatch("first", 7, 1, counting)).isEqualTo(Refusal.STALE_EPOCH);
        virtual.client().acknowledge("first", 7, 1, 5);
        virtual.settle();
        assertThat(virtual.outbox("first").unknownAcks()).isEqualTo(1);
        virtual.client().acknowledge("first", 7, 2, 5);
        virtual.settle();
        assertNothingLeft();
        assertThat(virtual.dispatch("first", 7, 1, counting)).isEqualTo(Refusal.STALE_EPOCH);
    }

    @Test
    void shouldKeepAnotherDestinationsOutcomeBesideTheNewRun() {
        launch();
        first.acknowledges = false;
        virtual.dispatch("first", 7, 1, counting);
        virtual.settle();
        assertThat(virtual.dispatch("second", 7, 2, counting)).isNull();
        virtual.settle();
        assertThat(second.taken).hasSize(5).allMatch(each -> each.dispatchEpoch() == 2);
        assertThat(virtual.outbox("first").waitingTasks()).isEqualTo(1);
        assertThat(virtual.client().unacknowledged(10)).containsExactly(7L);
        first.acknowledges = true;
        virtual.pass(100);
        assertThat(first.taken).hasSize(5).allMatch(each -> each.dispatchEpoch() == 1);
        assertNothingLeft();
    }

    @Test
    void shouldKeepTheOldRunWhenTheNewOneIsRefused() {
        launch();
        first.acknowledges = false;
        virtual.dispatch("first", 7, 1, counting);
        virtual.settle();
        virtual.client()
                .dispatch(
                        70, "first", 2, TaskSpec.builder(7).type("no such type").build());
        assertThat(virtual.answers(70))
                .extracting(VirtualClient.Answer::refusal)
                .containsExactly(Refusal.UNKNOWN_TYPE);
        assertThat(virtual.dispatch("first", 7, 1, counting)).isNull();
        virtual.settle();
        assertThat(executions).hasValue(1);
        first.acknowledgeAll();
        virtual.settle();
        assertNothingLeft();
    }

    /** Of two runs of id 7 the later one is forgotten, while nobody has acknowledged the earlier one. */
    private void launchWithAForgottenSuccessor() {
        launch(VirtualClient.SETTINGS.withFinishedIds(0));
        first.acknowledges = false;
        assertThat(virtual.dispatch("first", 7, 1, counting)).isNull();
        virtual.settle();
        assertThat(virtual.dispatch("second", 7, 2, counting)).isNull();
        virtual.settle();
        assertThat(executions).hasValue(2);
        assertThat(second.finals()).isEqualTo(1);
        assertThat(virtual.outbox("first").waitingTasks()).isEqualTo(1);
        assertThat(virtual.outbox("second").waitingTasks()).isZero();
    }

    @Test
    void shouldNotStartARunAgainWhoseEndIsUnacknowledgedAlthoughItsSuccessorIsForgotten() {
        launchWithAForgottenSuccessor();
        // Started anew, it would drive the first one from its place when it is superseded in its turn.
        assertThat(virtual.dispatch("second", 7, 1, counting)).isNull();
        virtual.settle();
        assertThat(executions).hasValue(2);
        assertThat(second.taken).filteredOn(each -> each.dispatchEpoch() == 1).hasSize(5);
        assertThat(virtual.outbox("first").waitingTasks()).isZero();
        assertNothingLeft();
    }

    @Test
    void shouldLoseNoRunThatIsDispatchedAgainAndSupersededAgainOnceItsSuccessorIsForgotten() {
        launchWithAForgottenSuccessor();
        second.acknowledges = false;
        assertThat(virtual.dispatch("second", 7, 1, counting)).isNull();
        virtual.settle();
        assertThat(virtual.dispatch("first", 7, 2, counting)).isNull();
        virtual.settle();
        first.acknowledges = true;
        second.acknowledges = true;
        virtual.pass(3_200);
        assertNothingLeft();
    }

    @Test
    void shouldRefuseASmallerEpochThanThatOfAnUnacknowledgedRun() {
        launchWithAForgottenSuccessor();
        assertThat(virtual.dispatch("second", 7, 0, counting)).isEqualTo(Refusal.STALE_EPOCH);
        virtual.settle();
        assertThat(executions).hasValue(2);
        assertThat(virtual.outbox("second").liveTasks()).isZero();
        assertThat(virtual.client().explain(7)).startsWith("SUCCEEDED");
        first.acknowledgeAll();
        virtual.settle();
        assertNothingLeft();
        assertThat(virtual.dispatch("second", 7, 0, counting)).isNull(); // nothing is known of the id any more
        virtual.settle();
        assertNothingLeft();
    }

    @Test
    void shouldGiveUpAnUnacknowledgedRunForItsMastersNextOneAlthoughTheOneBetweenIsForgotten() {
        launchWithAForgottenSuccessor();
        assertThat(virtual.dispatch("first", 7, 3, counting)).isNull();
        virtual.settle();
        assertThat(executions).hasValue(3);
        assertThat(virtual.outbox("first").waitingTasks()).isEqualTo(1);
        virtual.client().acknowledge("first", 7, 3, 5);
        virtual.settle();
        assertNothingLeft();
    }

    @Test
    void shouldKeepAnUnacknowledgedRunWhenTheEngineRefusesTheNextOne() {
        launchWithAForgottenSuccessor();
        virtual.client()
                .dispatch(
                        70,
                        "second",
                        3,
                        TaskSpec.builder(7).type("no such type").build());
        assertThat(virtual.answers(70))
                .extracting(VirtualClient.Answer::refusal)
                .containsExactly(Refusal.UNKNOWN_TYPE);
        virtual.settle();
        assertThat(virtual.outbox("first").waitingTasks()).isEqualTo(1);
        first.acknowledgeAll();
        virtual.settle();
        assertNothingLeft();
    }

    @Test
    void shouldReassignAnUnacknowledgedRunWhoseSuccessorIsForgotten() {
        launchWithAForgottenSuccessor();
        assertThat(virtual.reassign(7, "second")).isNull();
        virtual.settle();
        assertThat(second.taken).filteredOn(each -> each.dispatchEpoch() == 1).hasSize(5);
        assertNothingLeft();
    }

    @Test
    void shouldNotReportATaskThatWasSubmittedToTheEngineUnderTheSameId() {
        launch();
        virtual.client().engine().trySubmit(TaskSpec.of(7, WAITS));
        assertThat(virtual.dispatch("first", 7)).isEqualTo(Refusal.DUPLICATE_ID);
        virtual.client().engine().kill(7);
        virtual.settle();
        assertThat(first.calls).isEmpty();
        virtual.dispatch("first", 7);
        virtual.settle();
        assertThat(first.finals()).isEqualTo(1);
        virtual.client().engine().trySubmit(TaskSpec.of(7, counting));
        virtual.settle();
        assertThat(first.taken).hasSize(5);
    }

    @Test
    void shouldRefuseWhatMakesNoSense() {
        launch();
        assertThatThrownBy(() -> virtual.dispatch("first", 7, -1, WAITS))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("dispatchEpoch must not be negative: -1");
        assertThat(virtual.dispatch("nobody", 7)).isEqualTo(Refusal.UNKNOWN_DESTINATION);
        assertThatThrownBy(() -> VirtualClient.SETTINGS.withRetry(0, 5))
                .hasMessage("firstRetryMillis must be from 1 to 86400000: 0");
        assertThatThrownBy(() -> VirtualClient.SETTINGS.withRetry(10, 5))
                .hasMessage("maxRetryMillis must be from 10 to 86400000: 5");
        assertThatThrownBy(() -> VirtualClient.SETTINGS.withReportsPerTask(1))
                .hasMessage("reportsPerTask must be from 2 to 100000000: 1");
    }

    // ---- Masters that come and go ------------------------------------------------------------------------------

    @Test
    void shouldSendEverythingAtOnceToAMasterThatConnectsAnew() {
        launch();
        first.acknowledges = false;
        virtual.dispatch("first", 7);
        virtual.pass(3_200);
        final int before = first.calls.size();
        first.acknowledges = true;
        virtual.client().connect("first", first);
        virtual.settle();
        assertThat(first.calls).hasSize(before + 1);
        assertNothingLeft();
    }

    @Test
    void shouldGiveUpWhatAMasterLeavesBehind() {
        launch();
        first.acknowledges = false;
        virtual.dispatch("first", 7, 0, counting);
        virtual.dispatch("first", 8, 0, WAITS);
        virtual.settle();
        assertThat(virtual.client().discard("nobody")).isFalse();
        assertThat(virtual.client().discard("first")).isTrue();
        virtual.settle();
        assertThat(virtual.outbox("first").discarded()).isEqualTo(5);
        assertThat(virtual.outbox("first").waitingTasks()).isZero();
        assertThat(virtual.outbox("first").liveTasks()).isEqualTo(1);
        assertThat(virtual.dispatch("second", 7, 0, counting)).isNull();
        assertThat(virtual.reassign(8, "second")).isNull();
        virtual.client().kill(1, 8);
        virtual.settle();
        assertThat(second.finals()).isEqualTo(2);
        assertThat(executions).hasValue(1);
        assertNothingLeft();
    }

    // ---- drain and close ---------------------------------------------------------------------------------------

    @Test
    void shouldDrainUntilEverythingIsAcknowledged() throws Exception {
        launch();
        first.acknowledges = false;
        virtual.dispatch("first", 7);
        assertThat(virtual.client().drain(1, TimeUnit.SECONDS)).isFalse();
        assertThat(virtual.client().unacknowledged(10)).containsExactly(7L);
        assertThat(virtual.dispatch("first", 8)).isEqualTo(Refusal.DRAINING);
        assertThat(virtual.dispatch("second", 7)).isNull(); // a repeated one is answered
        assertThat(virtual.client().drain(1, TimeUnit.SECONDS)).isTrue();
        assertThat(second.finals()).isEqualTo(1);
        assertNothingLeft();
    }

    @Test
    void shouldHandBackWhatIsUnacknowledgedAtTheEnd() {
        launch();
        first.acknowledges = false;
        virtual.dispatch("first", 7);
        virtual.dispatch("second", 8);
        virtual.settle();
        virtual.client().acknowledge("first", 7, 0, 2);
        virtual.settle();
        virtual.dispatch("first", 9, 0, WAITS);
        virtual.settle();
        final ClientCloseReport report = virtual.client().closeAndReport();
        assertThat(report.engine().clean()).isTrue();
        assertThat(report.clean()).isFalse();
        assertThat(report.stuckSenders()).isEmpty();
        assertThat(report.unacknowledged())
                .filteredOn(each -> each.taskId() == 7)
                .extracting(TaskReport::sequence)
                .containsExactly(3L, 4L, 5L);
        assertThat(report.unacknowledged())
                .filteredOn(each -> each.taskId() == 9)
                .extracting(TaskReport::to)
                .endsWith(TaskState.KILLED);
        assertThat(report.unacknowledged()).noneMatch(each -> each.taskId() == 8);
        assertThat(virtual.client().closeAndReport()).isSameAs(report);
        assertThat(virtual.dispatch("first", 7)).isEqualTo(Refusal.CLOSED);
        virtual.client().acknowledge("first", 7, 0, 5);
        assertThatThrownBy(() -> virtual.client().connect("third", first))
                .hasMessage("the client is closed, destination 'third' can't connect");
    }
}
