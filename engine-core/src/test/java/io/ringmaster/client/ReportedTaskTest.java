package io.ringmaster.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringmaster.lifecycle.LifecycleEventType;
import io.ringmaster.lifecycle.TaskExecutor;
import io.ringmaster.lifecycle.TaskExecutorLifecycleEvent;
import io.ringmaster.task.Refusal;
import io.ringmaster.task.Step;
import io.ringmaster.task.TaskSpec;
import io.ringmaster.task.TaskState;
import io.ringmaster.testing.Watchdog;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ReportedTaskTest {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final int ROUNDS = 50_000;

    private final TaskSpec spec = TaskSpec.of(7, context -> Step.DONE);
    private final TaskExecutor executor = new TaskExecutor(7, spec, null, null, 0);
    private final Outbox first = outbox("first");
    private final Outbox second = outbox("second");
    private final ReportedTask task = new ReportedTask(1, first, 0, spec);

    private static Outbox outbox(final String name) {
        return new Outbox(name, 2, 1, (destination, reports) -> {});
    }

    private TaskExecutorLifecycleEvent event(final LifecycleEventType type, final TaskState from, final TaskState to) {
        final TaskExecutorLifecycleEvent event = new TaskExecutorLifecycleEvent(() -> executor, 0);
        event.set(TaskExecutorLifecycleEvent.transition(type.ordinal(), from.ordinal(), to.ordinal()), 1, 0, 0);
        return event;
    }

    private void report(final int number) {
        task.report(
                number % 2 == 0
                        ? event(LifecycleEventType.RESUME, TaskState.PAUSED, TaskState.SCHEDULED)
                        : event(LifecycleEventType.PAUSE, TaskState.SCHEDULED, TaskState.PAUSED),
                4);
    }

    private void assertComplete(final List<TaskReport> reports, final long upTo) {
        long told = 0;
        for (final TaskReport each : reports) {
            assertThat(each.sequence() - each.coalesced()).isEqualTo(told + 1);
            told = each.sequence();
        }
        assertThat(told).isEqualTo(upTo);
    }

    @Test
    void shouldBoundWhatWaitsForTheAgent() {
        for (int i = 0; i < 1_000; i++) {
            report(i);
        }
        task.report(event(LifecycleEventType.STEP_DONE, TaskState.RUNNING, TaskState.SUCCEEDED), 4);
        final List<TaskReport> mail = task.takeMail(true);
        assertThat(mail).hasSizeLessThanOrEqualTo(5);
        assertComplete(mail, 1_001);
        assertThat(mail.get(mail.size() - 1)).matches(TaskReport::isFinal).matches(each -> each.coalesced() == 0);
        assertThat(task.takeMail(true)).isEmpty();
        assertThat(task.isOwn(event(LifecycleEventType.SUBMIT, TaskState.INITIALIZED, TaskState.INITIALIZED)))
                .as("an event after the end")
                .isFalse();
    }

    /** A Master that knows of the end may dispatch the next run at once. */
    @Test
    void shouldKeepTheFinalReportUntilTheEngineHasLetTheIdGo() {
        report(1);
        assertThat(task.takeMail(false)).hasSize(1);
        report(2);
        task.report(event(LifecycleEventType.STEP_DONE, TaskState.RUNNING, TaskState.SUCCEEDED), 4);
        assertThat(task.isEnded()).isTrue();
        assertThat(task.takeMail(false)).isNull();
        executor.complete();
        assertThat(task.takeMail(false)).extracting(TaskReport::sequence).containsExactly(2L, 3L);
        assertThat(task.takeMail(false)).isEmpty();
    }

    @Test
    void shouldKeepTheLastProgressOnly() {
        for (int i = 1; i <= 10; i++) {
            executor.progress(i);
            task.report(event(LifecycleEventType.PROGRESS, TaskState.RUNNING, TaskState.RUNNING), 4);
        }
        final List<TaskReport> mail = task.takeMail(true);
        assertThat(mail).hasSize(1);
        assertThat(mail.get(0).progress()).isEqualTo(10);
        assertComplete(mail, 10);
    }

    @Test
    void shouldCoalesceUnsentReportsAndNeitherSentNorFinalOnes() {
        for (int i = 0; i < 3; i++) {
            report(i);
        }
        for (final TaskReport each : task.takeMail(true)) {
            task.append(each, 4);
        }
        task.sentTo = 3;
        for (int i = 3; i < 100; i++) {
            report(i);
            for (final TaskReport each : task.takeMail(true)) {
                task.append(each, 4);
            }
        }
        task.report(event(LifecycleEventType.STEP_DONE, TaskState.RUNNING, TaskState.SUCCEEDED), 4);
        for (final TaskReport each : task.takeMail(true)) {
            task.append(each, 4);
        }
        assertThat(task.unacknowledged()).hasSize(5);
        assertThat(task.unacknowledged().subList(0, 3)).allMatch(each -> each.coalesced() == 0);
        assertThat(task.unacknowledged().get(3).coalesced()).isEqualTo(96);
        assertThat(task.unacknowledged().get(3).from()).isEqualTo(TaskState.SCHEDULED);
        assertThat(task.unacknowledged().get(4).coalesced()).isZero();
        assertComplete(task.unacknowledged(), 101);
        assertThat(task.outcome().to()).isEqualTo(TaskState.SUCCEEDED);
    }

    @Test
    void shouldTakeAnAcknowledgementOfTheOneThatHasTheTask() {
        assertThat(task.acknowledge(first, 1)).as("nothing was sent").isFalse();
        task.sentTo = 3;
        assertThat(task.acknowledge(second, 1)).isFalse();
        assertThat(task.acknowledge(first, 2)).isTrue();
        assertThat(task.acknowledge(first, 1)).isFalse();
        assertThat(task.acknowledge(first, 9)).isTrue();
        assertThat(task.takeAck()).isEqualTo(new ReportedTask.Ack(first, 3));
        assertThat(task.takeAck()).isNull();
        assertThat(first.duplicateAcks.sum()).isEqualTo(1);
        assertThat(first.unknownAcks.sum()).isEqualTo(2);
        assertThat(second.unknownAcks.sum()).isEqualTo(1);

        assertThat(task.acknowledge(first, 3)).isTrue();
        assertThat(task.moveOutbox(first, second)).isTrue();
        assertThat(task.acknowledge(second, 1)).as("replaces the old one's").isTrue();
        assertThat(task.acknowledge(first, 3)).isFalse();
        assertThat(task.takeAck()).isEqualTo(new ReportedTask.Ack(second, 1));
    }

    @Test
    void shouldGiveRoomBackOnce() {
        assertThat(first.tryReserve()).isTrue();
        assertThat(first.tryReserve()).isTrue();
        assertThat(first.tryReserve()).isFalse();
        task.giveBack();
        task.giveBack();
        assertThat(first.tasks()).isEqualTo(1);
        assertThat(task.moveOutbox(first, second)).isFalse();
    }

    @Test
    void shouldHoldRepeatedDispatchesUntilTheEngineHasAnswered() {
        assertThat(task.awaitAdmission(2, first)).isTrue();
        assertThat(task.awaitAdmission(3, second)).isTrue();
        assertThat(task.isAccepted()).isFalse();
        final ReportedTask.Waiter waiting = task.decide(Refusal.QUOTA);
        assertThat(waiting.correlationId()).isEqualTo(3);
        assertThat(waiting.next().correlationId()).isEqualTo(2);
        assertThat(waiting.next().next()).isNull();
        assertThat(task.isRefused()).isTrue();
        assertThat(task.awaitAdmission(4, first)).isFalse();
    }

    /** [R1] and [R2]: each event is found although the agent is just turning away. */
    @Test
    void shouldOverlookNothing() throws Exception {
        Watchdog.within(LIMIT, () -> {
            final ConcurrentLinkedQueue<ReportedTask> inbox = new ConcurrentLinkedQueue<>();
            final AtomicLong taken = new AtomicLong();
            final AtomicBoolean over = new AtomicBoolean();
            final Thread agent = new Thread(() -> {
                while (!over.get()) {
                    final ReportedTask next = inbox.poll();
                    if (next != null) {
                        next.clearQueued();
                        for (final TaskReport each : next.takeMail(true)) {
                            taken.set(each.sequence());
                        }
                    }
                }
            });
            agent.start();
            for (int i = 1; i <= ROUNDS; i++) {
                report(i);
                if (task.markQueued()) {
                    inbox.add(task);
                }
                while (taken.get() < i) {
                    Thread.onSpinWait();
                    if (Thread.interrupted()) {
                        over.set(true);
                        throw new InterruptedException("event " + i + " was overlooked");
                    }
                }
            }
            over.set(true);
            agent.join();
        });
    }

    /** [W1] and [W2]: the agent is woken although it is just about to park. */
    @Test
    void shouldNeverParkBesideInput() throws Exception {
        Watchdog.within(LIMIT, () -> {
            final WakeGate gate = new WakeGate();
            final AtomicLong given = new AtomicLong();
            final AtomicLong taken = new AtomicLong();
            final Thread agent = new Thread(() -> {
                while (taken.get() < ROUNDS) {
                    if (given.get() > taken.get()) {
                        taken.incrementAndGet();
                    } else {
                        gate.prepare();
                        if (given.get() > taken.get()) {
                            gate.cancel();
                        } else {
                            gate.park(Long.MAX_VALUE);
                        }
                    }
                }
            });
            agent.setDaemon(true);
            agent.start();
            for (int i = 1; i <= ROUNDS; i++) {
                given.incrementAndGet();
                gate.wake();
                while (taken.get() < i) {
                    Thread.yield();
                    if (Thread.interrupted()) {
                        throw new InterruptedException("input " + i + " was slept through");
                    }
                }
            }
            agent.join();
        });
    }
}
