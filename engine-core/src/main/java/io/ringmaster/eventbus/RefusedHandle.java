package io.ringmaster.eventbus;

import io.ringmaster.task.InternalApi;
import io.ringmaster.task.Refusal;
import io.ringmaster.task.TaskHandle;
import io.ringmaster.task.TaskOutcome;
import io.ringmaster.task.TaskState;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

/** The answer to a submission that was not accepted: one constant per reason, so that refusing allocates nothing. */
@InternalApi
public final class RefusedHandle implements TaskHandle {
    private static final RefusedHandle[] BY_REASON = new RefusedHandle[Refusal.values().length];

    static {
        for (final Refusal each : Refusal.values()) {
            BY_REASON[each.ordinal()] = new RefusedHandle(each);
        }
    }

    private final Refusal refusal;

    private RefusedHandle(final Refusal refusal) {
        this.refusal = refusal;
    }

    /**
     * The handle for a reason.
     *
     * @param refusal why.
     * @return a constant.
     */
    public static TaskHandle of(final Refusal refusal) {
        return BY_REASON[refusal.ordinal()];
    }

    /** Returns the handle whose control methods answer {@link Refusal#NOT_LIVE}: for ids that no live task has. */
    public static TaskHandle notLive() {
        return BY_REASON[Refusal.NOT_LIVE.ordinal()];
    }

    private Refusal request() {
        if (refusal == Refusal.NOT_LIVE) {
            return refusal;
        }
        throw noTask();
    }

    private IllegalStateException noTask() {
        return new IllegalStateException("the submission was refused (" + refusal + "): there is no task");
    }

    @Override
    public long id() {
        return 0;
    }

    @Override
    public Refusal refusal() {
        return refusal;
    }

    @Override
    public TaskState state() {
        return null;
    }

    @Override
    public int attempt() {
        throw noTask();
    }

    @Override
    public long progress() {
        throw noTask();
    }

    @Override
    public TaskOutcome outcome() {
        throw noTask();
    }

    @Override
    public boolean isDone() {
        throw noTask();
    }

    @Override
    public CompletionStage<TaskHandle> accepted() {
        throw noTask();
    }

    @Override
    public CompletionStage<TaskOutcome> completion() {
        throw noTask();
    }

    @Override
    public TaskOutcome await(final long timeout, final TimeUnit unit) {
        throw noTask();
    }

    @Override
    public Refusal kill() {
        return request();
    }

    @Override
    public Refusal pause() {
        return request();
    }

    @Override
    public Refusal resume() {
        return request();
    }

    @Override
    public Refusal signal() {
        return request();
    }

    @Override
    public String toString() {
        return "RefusedHandle{" + refusal + '}';
    }
}
