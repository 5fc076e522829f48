package io.ringmaster.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringmaster.TaskEngine;
import io.ringmaster.client.TaskExecutorClientEvent.Kind;
import io.ringmaster.eventbus.WaitMode;
import io.ringmaster.task.Refusal;
import io.ringmaster.task.Step;
import io.ringmaster.task.TaskSpec;
import io.ringmaster.task.TaskState;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class InProcessTaskExecutorClientTest {
    private record Seen(Kind kind, long correlationId, long taskId, Refusal refusal, TaskState state) {
        static Seen of(final TaskExecutorClientEvent event) {
            return new Seen(event.kind(), event.correlationId(), event.taskId(), event.refusal(), event.state());
        }
    }

    private final LinkedBlockingQueue<Seen> master = new LinkedBlockingQueue<>();
    private final LinkedBlockingQueue<Seen> other = new LinkedBlockingQueue<>();
    private final LinkedBlockingQueue<Seen> fallback = new LinkedBlockingQueue<>();
    private InProcessTaskExecutorClient client;

    @BeforeEach
    void launch() {
        client = InProcessTaskExecutorClient.launch(
                new TaskEngine.Context().fireWorkers(1).waitMode(WaitMode.ADAPTIVE),
                event -> fallback.add(Seen.of(event)));
        client.subscribe("master", event -> master.add(Seen.of(event)));
        client.subscribe("other", event -> other.add(Seen.of(event)));
    }

    @AfterEach
    void close() {
        client.close();
    }

    private static Seen next(final LinkedBlockingQueue<Seen> queue) throws InterruptedException {
        return queue.poll(30, TimeUnit.SECONDS);
    }

    private static Seen until(final LinkedBlockingQueue<Seen> queue, final TaskState state) throws Exception {
        Seen seen = next(queue);
        while (seen.state() != state) {
            seen = next(queue);
        }
        return seen;
    }

    @Test
    void shouldAnswerDispatchInOrder() throws Exception {
        client.dispatch(70, "master", TaskSpec.of(7, context -> Step.DONE));
        assertThat(next(master)).isEqualTo(new Seen(Kind.ACCEPTED, 70, 7, null, null));
        for (final TaskState state : new TaskState[] {
            TaskState.INITIALIZED, TaskState.PREPARED, TaskState.SCHEDULED, TaskState.RUNNING, TaskState.SUCCEEDED
        }) {
            assertThat(next(master)).isEqualTo(new Seen(Kind.LIFECYCLE, 70, 7, null, state));
        }
        assertThat(next(master)).isEqualTo(new Seen(Kind.DONE, 70, 7, null, TaskState.SUCCEEDED));
    }

    @Test
    void shouldRefuseWithReason() throws Exception {
        client.dispatch(1, "nobody", TaskSpec.of(1, context -> Step.DONE));
        assertThat(next(fallback)).isEqualTo(new Seen(Kind.REFUSED, 1, 1, Refusal.UNKNOWN_DESTINATION, null));
        client.kill(2, 99);
        assertThat(next(fallback)).isEqualTo(new Seen(Kind.REFUSED, 2, 99, Refusal.NOT_LIVE, null));
        client.reassign(3, 99, "other");
        assertThat(next(other)).isEqualTo(new Seen(Kind.REFUSED, 3, 99, Refusal.NOT_LIVE, null));
        client.dispatch(4, "master", TaskSpec.builder(5).type("no such type").build());
        assertThat(next(master)).isEqualTo(new Seen(Kind.REFUSED, 4, 5, Refusal.UNKNOWN_TYPE, null));
    }

    @Test
    void shouldRefuseDuplicateAndKeepTheFirst() throws Exception {
        client.dispatch(1, "master", TaskSpec.of(1, context -> Step.WHEN_SIGNALLED));
        until(master, TaskState.RUNNING);
        client.dispatch(2, "master", TaskSpec.of(1, context -> Step.DONE));
        assertThat(next(master)).isEqualTo(new Seen(Kind.REFUSED, 2, 1, Refusal.DUPLICATE_ID, null));
        client.kill(3, 1);
        // There before kill returns; what the fire-worker tells of it may have come first.
        assertThat(master).contains(new Seen(Kind.ACCEPTED, 3, 1, null, null));
        assertThat(until(master, TaskState.KILLED).correlationId()).isEqualTo(1);
    }

    @Test
    void shouldSendLaterEventsToTheNewDestination() throws Exception {
        client.dispatch(1, "master", TaskSpec.of(1, context -> Step.WHEN_SIGNALLED));
        until(master, TaskState.RUNNING);
        client.reassign(2, 1, "other");
        assertThat(next(other)).isEqualTo(new Seen(Kind.ACCEPTED, 2, 1, null, null));
        client.pause(3, 1);
        until(other, TaskState.PAUSED);
        client.resume(4, 1);
        until(other, TaskState.RUNNING);
        client.kill(5, 1);
        until(other, TaskState.KILLED);
        assertThat(next(other).kind()).isEqualTo(Kind.DONE);
        assertThat(master).isEmpty();
    }
}
