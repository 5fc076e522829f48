package io.ringmaster.reporting;

import io.ringmaster.TaskEngine;
import io.ringmaster.client.InProcessTaskExecutorClient;
import io.ringmaster.client.OutboxSnapshot;
import io.ringmaster.client.ReporterSettings;
import io.ringmaster.client.TaskExecutorClientEvent;
import io.ringmaster.client.TaskExecutorClientEvent.Kind;
import io.ringmaster.task.Refusal;
import io.ringmaster.task.Step;
import io.ringmaster.task.Task;
import io.ringmaster.task.TaskSpec;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** A client, its engine and its reporter on one thread and a virtual clock; the answers to requests by correlation id. */
final class VirtualClient implements AutoCloseable {
    /** What came back for a request. */
    record Answer(Kind kind, Refusal refusal, String destination) {}

    static final ReporterSettings SETTINGS = ReporterSettings.DEFAULT.withRetry(100, 1_600);

    private static final long IDLE_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    private final Map<Long, List<Answer>> answers = new HashMap<>();
    private final InProcessTaskExecutorClient client;
    private long now = Long.MAX_VALUE - TimeUnit.SECONDS.toNanos(1); // comparisons have to be by subtraction
    private long correlations;

    VirtualClient(final ReporterSettings settings, final Consumer<TaskEngine.Context> more) {
        final TaskEngine.Context context = new TaskEngine.Context()
                .fireWorkers(2)
                .invokerMode(true)
                .nanoClock(() -> now)
                .invokerIdle(nanos -> now += Math.min(nanos, IDLE_NANOS));
        more.accept(context);
        client = InProcessTaskExecutorClient.launch(context, this::answered, settings);
    }

    InProcessTaskExecutorClient client() {
        return client;
    }

    private void answered(final TaskExecutorClientEvent event) {
        answers.computeIfAbsent(event.correlationId(), each -> new ArrayList<>())
                .add(new Answer(event.kind(), event.refusal(), event.destination()));
    }

    List<Answer> answers(final long correlationId) {
        return answers.getOrDefault(correlationId, List.of());
    }

    long nextCorrelation() {
        return ++correlations;
    }

    // ---- requests, each with its one answer; null for ACCEPTED ---------------------------------------------------

    Refusal dispatch(final String destination, final long id, final long epoch, final Task task) {
        final long correlation = nextCorrelation();
        client.dispatch(correlation, destination, epoch, TaskSpec.of(id, task));
        return answer(correlation);
    }

    Refusal dispatch(final String destination, final long id) {
        return dispatch(destination, id, 0, context -> Step.DONE);
    }

    Refusal reassign(final long id, final String destination) {
        final long correlation = nextCorrelation();
        client.reassign(correlation, id, destination);
        return answer(correlation);
    }

    private Refusal answer(final long correlation) {
        final List<Answer> all = answers(correlation);
        if (all.size() != 1) {
            throw new AssertionError("request " + correlation + " has the answers " + all);
        }
        return all.get(0).refusal();
    }

    // ---- time ----------------------------------------------------------------------------------------------------

    long nowNanos() {
        return now;
    }

    void passNanos(final long nanos) {
        now += nanos;
    }

    /** Turns everything until nothing is left to do at this time. */
    void settle() {
        int turns = 0;
        while (client.invoker().invoke() > 0) {
            if (++turns > 100_000) {
                throw new AssertionError("never comes to rest");
            }
        }
    }

    /** Lets time pass from deadline to deadline. */
    void pass(final long millis) {
        final long end = now + TimeUnit.MILLISECONDS.toNanos(millis);
        settle();
        while (now - end < 0) {
            final long idle = client.invoker().idleNanos();
            now += Math.max(1, Math.min(idle, end - now));
            settle();
        }
    }

    OutboxSnapshot outbox(final String destination) {
        return client.outboxes().stream()
                .filter(each -> each.destination().equals(destination))
                .findFirst()
                .orElseThrow();
    }

    @Override
    public void close() {
        client.close();
    }
}
