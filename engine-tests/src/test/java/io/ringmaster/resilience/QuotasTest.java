package io.ringmaster.resilience;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ringmaster.TaskEngine;
import io.ringmaster.lifecycle.TaskExecutor;
import io.ringmaster.task.Container;
import io.ringmaster.task.ContextPropagator;
import io.ringmaster.task.Refusal;
import io.ringmaster.task.RetryPolicy;
import io.ringmaster.task.Step;
import io.ringmaster.task.Task;
import io.ringmaster.task.TaskHandle;
import io.ringmaster.task.TaskRefusedException;
import io.ringmaster.task.TaskSpec;
import io.ringmaster.task.TaskState;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Quotas on a virtual clock: who is refused, who waits and for how long, to the task and to the nanosecond. */
@Timeout(120)
class QuotasTest {
    private VirtualEngine virtual;
    private long ids;

    @AfterEach
    void close() {
        virtual.close();
    }

    private TaskEngine.Context context() {
        return new TaskEngine.Context().fireWorkers(2);
    }

    private Quotas launch(final TaskEngine.Context context) {
        virtual = new VirtualEngine(context);
        return virtual.engine().quotas();
    }

    private TaskHandle submit(final String tenant, final String type, final Container container, final Task task) {
        return virtual.engine()
                .trySubmit(TaskSpec.builder(++ids)
                        .tenant(tenant)
                        .type(type)
                        .container(container)
                        .task(task)
                        .build());
    }

    private TaskHandle noOp(final String tenant, final String type) {
        return submit(tenant, type, Container.SHARED, context -> Step.DONE);
    }

    private TaskHandle waiting(final String tenant, final String type) {
        return submit(tenant, type, Container.SHARED, context -> Step.WHEN_SIGNALLED);
    }

    private int accepted(final int tries, final String tenant) {
        int count = 0;
        for (int i = 0; i < tries; i++) {
            final TaskHandle handle = noOp(tenant, "");
            if (handle.isAccepted()) {
                count++;
            } else {
                assertThat(handle.refusal()).isEqualTo(Refusal.RATE);
            }
        }
        virtual.settle();
        return count;
    }

    // ---- submissions per second --------------------------------------------------------------------------------

    @Test
    void shouldAcceptTheRateAndTheBurst() {
        final Quotas quotas = launch(context());
        quotas.tenant("a").submissionsPerSecond(10, 4);
        assertThat(accepted(20, "a")).as("the burst").isEqualTo(4);
        int second = 0;
        for (int i = 0; i < 1_000; i++) {
            virtual.pass(1, TimeUnit.MILLISECONDS);
            second += accepted(2, "a");
        }
        assertThat(second).as("in a second").isEqualTo(10);
        virtual.pass(3, TimeUnit.SECONDS);
        assertThat(accepted(20, "a")).as("the burst again").isEqualTo(4);
        assertThat(accepted(20, "b")).as("another tenant").isEqualTo(20);
        assertThat(accepted(20, "")).as("nobody").isEqualTo(20);
        assertThat(quotas.tenant("a").usage().refusedRate()).isEqualTo(16 + 1990 + 16);
    }

    @Test
    void shouldComeToTheNanosecond() {
        launch(context().quotas(quotas -> quotas.engine().submissionsPerSecond(3, 1)));
        assertThat(accepted(2, "")).isEqualTo(1);
        virtual.pass(333_333_333, TimeUnit.NANOSECONDS);
        assertThat(accepted(2, "")).as("a third of a nanosecond early").isZero();
        virtual.pass(1, TimeUnit.NANOSECONDS);
        assertThat(accepted(2, "")).isEqualTo(1);
    }

    @Test
    void shouldChangeTheRateAtRunTime() {
        final Quotas quotas = launch(context());
        final Quota engine = quotas.engine().submissionsPerSecond(1, 5);
        assertThat(accepted(10, "")).isEqualTo(5);
        engine.submissionsPerSecond(1_000, 50);
        assertThat(accepted(10, "")).as("a larger bucket is not fuller").isZero();
        virtual.pass(20, TimeUnit.MILLISECONDS);
        assertThat(accepted(100, "")).isEqualTo(20);
        virtual.pass(1, TimeUnit.SECONDS);
        engine.submissionsPerSecond(1, 2);
        assertThat(accepted(10, "")).as("a smaller one is cut").isEqualTo(2);
        engine.unlimitedSubmissions();
        assertThat(accepted(1_000, "")).isEqualTo(1_000);
        assertThat(engine.submissionsPerSecond()).isEqualTo(Double.POSITIVE_INFINITY);
        assertThat(engine.burst()).isEqualTo(Long.MAX_VALUE);
    }

    /** Whoever reads its settings anew each moment and sets them as they are does not hold a tenant up. */
    @Test
    void shouldKeepTheRateThatIsSetAgainAndAgain() {
        final Quotas quotas = launch(context());
        final Quota tenant = quotas.tenant("a").submissionsPerSecond(0.5, 1);
        int count = 0;
        for (int i = 0; i < 100; i++) {
            tenant.submissionsPerSecond(0.5, 1);
            count += accepted(1, "a");
            virtual.pass(400, TimeUnit.MILLISECONDS);
        }
        assertThat(count).as("in 40 seconds").isEqualTo(20);
    }

    /** A submission must be within all three rates, and takes a token of none if one is used up. */
    @Test
    void shouldTakeNoTokenForWhatIsRefused() {
        final Quotas quotas = launch(context());
        quotas.engine().submissionsPerSecond(1, 6);
        quotas.tenant("a").submissionsPerSecond(1, 5);
        quotas.type("x").submissionsPerSecond(1, 2);
        assertThat(noOp("a", "x").isAccepted()).isTrue();
        assertThat(noOp("a", "x").isAccepted()).isTrue();
        for (int i = 0; i < 10; i++) {
            assertThat(noOp("a", "x").refusal()).isEqualTo(Refusal.RATE);
        }
        for (int i = 0; i < 3; i++) {
            assertThat(noOp("a", "").isAccepted())
                    .as("the tenant's token %d", 3 + i)
                    .isTrue();
        }
        assertThat(noOp("a", "").refusal()).isEqualTo(Refusal.RATE);
        assertThat(noOp("", "").isAccepted()).as("the engine's last one").isTrue();
        assertThat(noOp("", "").refusal()).isEqualTo(Refusal.RATE);
        assertThat(quotas.type("x").usage().refusedRate()).isEqualTo(10);
        assertThat(quotas.tenant("a").usage().refusedRate()).isEqualTo(1);
        assertThat(quotas.engine().usage().refusedRate()).isEqualTo(1);
        virtual.settle();
        assertThat(quotas.tenant("a").live()).isZero();
        assertThat(quotas.type("x").live()).isZero();
    }

    @Test
    void shouldGiveBackWhatALaterRefusalMakesUseless() throws Exception {
        final Quotas quotas = launch(context()
                .fireWorkers(1)
                .ringCapacity(64)
                .reservedSlots(32)
                .exclusiveThreads(1)
                .exclusiveQueue(0));
        quotas.tenant("a").submissionsPerSecond(1, 100);
        quotas.type("x").submissionsPerSecond(1, 100);
        quotas.engine().submissionsPerSecond(1, 100);
        final TaskHandle first = waiting("a", "x");
        virtual.settle();
        // The same id again.
        for (int i = 0; i < 50; i++) {
            ids = first.id() - 1;
            assertThat(waiting("a", "x").refusal()).isEqualTo(Refusal.DUPLICATE_ID);
        }
        // No place.
        final TaskHandle exclusive = submit("", "", Container.EXCLUSIVE, context -> Step.DONE);
        for (int i = 0; i < 50; i++) {
            assertThat(submit("a", "x", Container.EXCLUSIVE, context -> Step.DONE)
                            .refusal())
                    .isEqualTo(Refusal.EXCLUSIVE_QUEUE_FULL);
        }
        // A full ring.
        TaskHandle last = noOp("", "");
        while (last.isAccepted()) {
            last = noOp("", "");
        }
        assertThat(last.refusal()).isEqualTo(Refusal.RING_FULL);
        for (int i = 0; i < 50; i++) {
            assertThat(waiting("a", "x").refusal()).isEqualTo(Refusal.RING_FULL);
        }
        virtual.settle();
        assertThat(exclusive.isDone()).isTrue();
        assertThat(quotas.tenant("a").live()).isEqualTo(1);
        assertThat(quotas.type("x").live()).isEqualTo(1);
        // 99 tokens are left to each.
        quotas.engine().unlimitedSubmissions();
        int accepted = 0;
        for (TaskHandle each = noOp("a", "x"); each.isAccepted(); each = noOp("a", "x")) {
            accepted++;
            virtual.settle();
        }
        assertThat(accepted).isEqualTo(99);
        first.kill();
        virtual.settle();
        assertThat(quotas.tenant("a").live()).isZero();
        assertThat(quotas.type("x").live()).isZero();
    }

    /** Between the look at the ring and the publication others may come: here what the propagator submits. */
    @Test
    void shouldGiveBackWhatWasTakenBeforeTheRingFilledUp() {
        final boolean[] fill = {false};
        final Quotas quotas = launch(context()
                .fireWorkers(1)
                .ringCapacity(64)
                .reservedSlots(32)
                .exclusiveThreads(1)
                .exclusiveQueue(0)
                .contextPropagator(new ContextPropagator() {
                    @Override
                    public Object capture() {
                        boolean more = fill[0];
                        fill[0] = false;
                        while (more) {
                            more = noOp("", "").isAccepted();
                        }
                        return null;
                    }

                    @Override
                    public Object install(final Object captured) {
                        return null;
                    }

                    @Override
                    public void restore(final Object previous) {}
                }));
        quotas.tenant("a").submissionsPerSecond(1, 2);
        quotas.type("x").submissionsPerSecond(1, 2);
        final long id = ids + 1;
        for (int i = 0; i < 3; i++) {
            fill[0] = true;
            assertThat(submit("a", "x", Container.EXCLUSIVE, context -> Step.DONE)
                            .refusal())
                    .isEqualTo(Refusal.RING_FULL);
            virtual.settle();
        }
        assertThat(quotas.tenant("a").live()).isZero();
        assertThat(quotas.type("x").live()).isZero();
        assertThat(virtual.engine().metrics().exclusiveReserved()).isZero();
        ids = id - 1;
        assertThat(noOp("a", "x").refusal()).as("its id, and a token").isNull();
        ids += 1_000;
        assertThat(noOp("a", "x").refusal()).as("the other token").isNull();
        assertThat(noOp("a", "x").refusal()).isEqualTo(Refusal.RATE);
    }

    // ---- live tasks --------------------------------------------------------------------------------------------

    @Test
    void shouldLimitLiveTasksByTenantAndType() {
        final Quotas quotas = launch(context());
        quotas.tenant("a").maxLive(3);
        quotas.type("x").maxLive(2);
        final List<TaskHandle> live = new ArrayList<>();
        live.add(waiting("a", "x"));
        live.add(waiting("b", "x"));
        assertThat(waiting("b", "x").refusal()).isEqualTo(Refusal.QUOTA);
        assertThat(waiting("a", "x").refusal())
                .as("its tenant may, its type not")
                .isEqualTo(Refusal.QUOTA);
        assertThat(quotas.tenant("a").live())
                .as("and its tenant is not charged")
                .isEqualTo(1);
        live.add(waiting("a", ""));
        live.add(waiting("a", "y"));
        assertThat(waiting("a", "").refusal()).isEqualTo(Refusal.QUOTA);
        live.add(waiting("b", ""));
        live.add(waiting("", "y"));
        virtual.settle();
        assertThat(quotas.tenant("a").usage())
                .isEqualTo(new QuotaUsage(
                        "tenant 'a'",
                        3,
                        3,
                        Double.POSITIVE_INFINITY,
                        Long.MAX_VALUE,
                        0,
                        Quota.NO_EXCLUSIVE_LIMIT,
                        1,
                        0));
        assertThat(quotas.type("x").usage().refusedLive()).isEqualTo(2);
        live.get(0).kill();
        virtual.settle();
        assertThat(quotas.tenant("a").live()).isEqualTo(2);
        assertThat(quotas.type("x").live()).isEqualTo(1);
        assertThat(waiting("a", "x").isAccepted()).isTrue();
    }

    @Test
    void shouldSayWhichQuotaRefused() {
        final Quotas quotas = launch(context().maxLiveTasks(4));
        quotas.tenant("a").maxLive(1).submissionsPerSecond(2.5, 7);
        quotas.type("x").maxLive(2);
        waiting("a", "x");
        assertRefused("a", "x", Refusal.QUOTA, "tenant 'a' has 1 live tasks and its maxLive is 1");
        waiting("", "x");
        assertRefused("", "x", Refusal.QUOTA, "type 'x' has 2 live tasks and its maxLive is 2");
        quotas.tenant("a").maxLive(Quota.NO_MAX_LIVE).submissionsPerSecond(2.5, 1);
        noOp("a", "");
        assertRefused("a", "", Refusal.RATE, "tenant 'a' may have 2.5 submissions per second, 1 at once");
        quotas.engine().submissionsPerSecond(1, 1);
        waiting("", "");
        assertRefused("", "", Refusal.QUOTA, "4 tasks are live and maxLiveTasks is 4");
        virtual.settle();
        assertRefused("", "", Refusal.RATE, "engine may have 1 submissions per second, 1 at once");
        assertThat(Refusal.RATE.isTransient()).isTrue();
    }

    private void assertRefused(final String tenant, final String type, final Refusal refusal, final String words) {
        final TaskSpec spec = TaskSpec.builder(++ids)
                .tenant(tenant)
                .type(type)
                .task(context -> Step.DONE)
                .build();
        assertThatThrownBy(() -> virtual.engine().submit(spec))
                .isInstanceOf(TaskRefusedException.class)
                .hasMessage("task " + ids + " was refused (" + refusal + "): " + words);
    }

    /** Whatever a task goes through, it is counted once until it is finalized. */
    @Test
    void shouldCountATaskUntilItIsFinalizedHoweverItEnds() {
        final Quotas quotas = launch(context());
        final Quota tenant = quotas.tenant("a").maxLive(100);
        final Quota type = quotas.type("x").maxLive(100);
        final List<TaskHandle> handles = new ArrayList<>();
        for (final Container container : List.of(Container.SHARED, Container.EXCLUSIVE)) {
            handles.add(submit("a", "x", container, context -> Step.DONE));
            handles.add(submit("a", "x", container, context -> {
                throw new IllegalStateException("fails");
            }));
            handles.add(submit("a", "x", container, context -> context.againAfter(50, TimeUnit.MILLISECONDS)));
            handles.add(submit("a", "x", container, context -> Step.WHEN_SIGNALLED));
        }
        handles.add(virtual.engine()
                .trySubmit(TaskSpec.builder(++ids)
                        .tenant("a")
                        .type("x")
                        .retryPolicy(RetryPolicy.fixed(3, 10_000_000))
                        .task(context -> {
                            throw new IllegalStateException("again");
                        })
                        .build()));
        assertThat(tenant.live()).isEqualTo(9);
        handles.get(0).pause();
        virtual.pass(10, TimeUnit.MILLISECONDS);
        assertThat(tenant.live())
                .isEqualTo(handles.stream().filter(each -> !each.isDone()).count());
        handles.get(0).resume();
        virtual.pass(100, TimeUnit.MILLISECONDS);
        handles.forEach(TaskHandle::kill);
        virtual.pass(5, TimeUnit.SECONDS);
        assertThat(handles).allMatch(TaskHandle::isDone);
        assertThat(tenant.live()).isZero();
        assertThat(type.live()).isZero();
        assertThat(tenant.exclusiveRunning()).isZero();
        assertThat(type.exclusiveRunning()).isZero();
    }

    @Test
    void shouldNotCountWhatWasAcceptedBeforeTheQuota() {
        final Quotas quotas = launch(context());
        final TaskHandle uncounted = waiting("a", "x");
        final Quota type = quotas.type("x");
        final TaskHandle ofTypeAlone = waiting("a", "x");
        final Quota tenant = quotas.tenant("a").maxLive(1);
        final TaskHandle counted = waiting("a", "x");
        assertThat(waiting("a", "x").refusal()).isEqualTo(Refusal.QUOTA);
        virtual.settle();
        uncounted.kill();
        virtual.settle();
        assertThat(tenant.live()).isEqualTo(1);
        assertThat(type.live()).isEqualTo(2);
        ofTypeAlone.kill();
        virtual.settle();
        assertThat(tenant.live()).isEqualTo(1);
        assertThat(type.live()).isEqualTo(1);
        counted.kill();
        virtual.settle();
        assertThat(tenant.live()).isZero();
        assertThat(type.live()).isZero();
    }

    @Test
    void shouldEndNothingWhenALimitIsLowered() {
        final Quotas quotas = launch(context());
        final Quota tenant = quotas.tenant("a");
        final List<TaskHandle> live = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            live.add(waiting("a", ""));
        }
        tenant.maxLive(4);
        virtual.settle();
        assertThat(tenant.live()).isEqualTo(10);
        for (int i = 0; i < 6; i++) {
            assertThat(waiting("a", "").refusal()).isEqualTo(Refusal.QUOTA);
            live.get(i).kill();
            virtual.settle();
        }
        assertThat(waiting("a", "").refusal()).isEqualTo(Refusal.QUOTA);
        live.get(6).kill();
        virtual.settle();
        assertThat(waiting("a", "").isAccepted()).isTrue();
        tenant.maxLive(0);
        virtual.settle();
        assertThat(waiting("a", "").refusal()).isEqualTo(Refusal.QUOTA);
        tenant.maxLive(Quota.NO_MAX_LIVE);
        assertThat(waiting("a", "").isAccepted()).isTrue();
    }

    /** The engine's own limit is exact after each change, however its tasks are spread over partitions. */
    @Test
    void shouldChangeTheEnginesLimitAtRunTime() {
        final Quotas quotas = launch(context().fireWorkers(5).maxLiveTasks(1_000));
        final ArrayList<TaskHandle> live = new ArrayList<>();
        for (final int most : new int[] {1_000, 300, 301, 7, 0, 64, 1_500, 3, 2_000}) {
            quotas.engine().maxLive(most);
            while (live.size() > most) {
                assertThat(waiting("", "").refusal())
                        .as("with %d live", live.size())
                        .isEqualTo(Refusal.QUOTA);
                for (int i = 0; i < 29 && !live.isEmpty(); i++) {
                    live.remove(live.size() / 2).kill();
                }
                virtual.settle();
            }
            TaskHandle next = waiting("", "");
            while (next.isAccepted()) {
                live.add(next);
                next = waiting("", "");
            }
            assertThat(next.refusal()).isEqualTo(Refusal.QUOTA);
            assertThat(live).hasSize(most);
            assertThat(quotas.engine().live()).isEqualTo(most);
            virtual.settle();
        }
        assertThat(quotas.engine().usage().refusedLive()).isPositive();
    }

    /** [Q3]: what is live is all in one partition, and the next submission goes to the other one, which is empty. */
    @Test
    void shouldCountTheOtherPartitionsAfterTheLimitWasLowered() {
        final Quotas quotas = launch(context());
        final List<TaskHandle> here = new ArrayList<>();
        final List<TaskHandle> there = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            final TaskHandle handle = waiting("", "");
            (((TaskExecutor) handle).bus().partition() == 0 ? here : there).add(handle);
        }
        assertThat(there).hasSizeGreaterThan(10);
        there.forEach(TaskHandle::kill);
        virtual.settle();
        quotas.engine().maxLive(here.size());
        ids = there.get(0).id() - 1;
        assertThat(waiting("", "").refusal()).isEqualTo(Refusal.QUOTA);
        here.get(0).kill();
        virtual.settle();
        ids = there.get(0).id() - 1;
        assertThat(waiting("", "").isAccepted()).isTrue();
    }

    // ---- exclusive threads -------------------------------------------------------------------------------------

    private TaskHandle body(final String tenant, final String type, final List<Long> started) {
        return submit(tenant, type, Container.EXCLUSIVE, context -> {
            started.add(context.taskId());
            return Step.DONE;
        });
    }

    @Test
    void shouldDelayOneTenantByABoundedNumberOfStartsOfAnother() {
        final Quotas quotas = launch(context().fireWorkers(1).exclusiveThreads(4));
        quotas.engine().exclusiveThreads(1);
        final List<Long> started = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            body("a", "", started);
        }
        while (virtual.engine().invoker().invoke() > 0) {} // all in line, the first one handed over
        final long firstOfB = ids + 1;
        for (int i = 0; i < 5; i++) {
            body("b", "", started);
        }
        assertThat(virtual.engine().quotas().engine().exclusiveRunning()).isEqualTo(1);
        while (virtual.engine().invoker().invoke() > 0) {}
        virtual.settle();
        assertThat(started).hasSize(1_005);
        for (int i = 0; i < 5; i++) {
            assertThat(started.indexOf(firstOfB + i))
                    .as("starts before the %d. of b", i + 1)
                    .isEqualTo(2 + 2 * i);
        }
        started.removeIf(id -> id >= firstOfB);
        assertThat(started).as("a's, in their order").isSorted();
    }

    /** Without a quota a simulation gets every body at once, as many as there are. */
    @Test
    void shouldHandEveryBodyOverWithoutAQuota() {
        launch(context().exclusiveThreads(2).exclusiveQueue(100));
        for (int i = 0; i < 50; i++) {
            submit("a", "", Container.EXCLUSIVE, context -> Step.WHEN_SIGNALLED);
        }
        virtual.settle();
        assertThat(virtual.engine().quotas().engine().exclusiveRunning()).isEqualTo(50);
    }

    @Test
    void shouldHoldTenantAndTypeToTheirThreads() {
        final Quotas quotas = launch(context().fireWorkers(1));
        quotas.tenant("a").exclusiveThreads(2);
        quotas.type("x").exclusiveThreads(3);
        final List<TaskHandle> ofA = new ArrayList<>();
        final List<TaskHandle> ofX = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            ofA.add(submit("a", "", Container.EXCLUSIVE, context -> Step.WHEN_SIGNALLED));
            ofX.add(submit("", "x", Container.EXCLUSIVE, context -> Step.WHEN_SIGNALLED));
        }
        virtual.settle();
        assertStates(ofA, 2);
        assertStates(ofX, 3);
        assertThat(virtual.engine().explain(ofA.get(2).id()))
                .endsWith(", number 1 in line, tenant 'a' has 2 of 2 exclusive threads");
        assertThat(virtual.engine().explain(ofX.get(4).id())).endsWith(", type 'x' has 3 of 3 exclusive threads");
        quotas.tenant("a").exclusiveThreads(3);
        virtual.settle();
        assertStates(ofA, 3);
        quotas.tenant("a").exclusiveThreads(1);
        ofA.get(0).signal();
        virtual.settle();
        virtual.pass(1, TimeUnit.MILLISECONDS);
        ofA.get(0).kill();
        virtual.pass(1, TimeUnit.MILLISECONDS);
        assertThat(ofA.get(3).state()).as("2 of 1 threads are in use").isEqualTo(TaskState.SCHEDULED);
        assertThat(quotas.tenant("a").exclusiveRunning()).isEqualTo(2);
        ofA.get(3).kill();
        virtual.settle();
        VirtualEngine.assertEnded(ofA.get(3), TaskState.KILLED, 1);
        ofA.get(1).kill();
        ofA.get(2).kill();
        virtual.pass(1, TimeUnit.MILLISECONDS);
        assertThat(ofA.get(4).state()).as("the killed one is skipped").isEqualTo(TaskState.RUNNING);
        quotas.type("x").exclusiveThreads(Quota.NO_EXCLUSIVE_LIMIT);
        virtual.settle();
        assertStates(ofX, 5);
    }

    @Test
    void shouldHoldWhoeverWaitsToAQuotaThatIsNew() {
        final Quotas quotas = launch(context().fireWorkers(1));
        quotas.engine().exclusiveThreads(1);
        final List<TaskHandle> ofA = new ArrayList<>();
        final List<TaskHandle> ofX = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            ofA.add(submit("a", "", Container.EXCLUSIVE, context -> Step.WHEN_SIGNALLED));
            ofX.add(submit("", "x", Container.EXCLUSIVE, context -> Step.WHEN_SIGNALLED));
        }
        virtual.settle();
        assertStates(ofA, 1);
        assertStates(ofX, 0);
        quotas.tenant("a").exclusiveThreads(2);
        quotas.type("x").exclusiveThreads(3);
        quotas.engine().exclusiveThreads(Quota.NO_EXCLUSIVE_LIMIT);
        virtual.settle();
        assertStates(ofA, 2);
        assertStates(ofX, 3);
    }

    private static void assertStates(final List<TaskHandle> handles, final int running) {
        for (int i = 0; i < handles.size(); i++) {
            assertThat(handles.get(i).state())
                    .as("task %d of %d", i, handles.size())
                    .isEqualTo(i < running ? TaskState.RUNNING : TaskState.SCHEDULED);
        }
    }

    /** A pause takes an attempt out of the line, a resume puts its next one at the end; a retry goes through it again. */
    @Test
    void shouldQueueEachAttemptAnew() {
        final Quotas quotas = launch(context().fireWorkers(1));
        quotas.tenant("a").exclusiveThreads(1);
        final List<Long> started = new ArrayList<>();
        final TaskHandle holder = submit("a", "", Container.EXCLUSIVE, context -> Step.WHEN_SIGNALLED);
        final TaskHandle paused = body("a", "", started);
        final TaskHandle retried = virtual.engine()
                .trySubmit(TaskSpec.builder(++ids)
                        .tenant("a")
                        .container(Container.EXCLUSIVE)
                        .retryPolicy(RetryPolicy.fixed(2, 1_000_000))
                        .task(context -> {
                            started.add(context.taskId());
                            if (context.attempt() == 1) {
                                throw new IllegalStateException("once");
                            }
                            return Step.DONE;
                        })
                        .build());
        final TaskHandle last = body("a", "", started);
        virtual.settle();
        paused.pause();
        virtual.settle();
        assertThat(paused.state()).isEqualTo(TaskState.PAUSED);
        paused.resume();
        virtual.settle();
        holder.kill();
        virtual.pass(100, TimeUnit.MILLISECONDS);
        assertThat(started).containsExactly(retried.id(), last.id(), paused.id(), retried.id());
        VirtualEngine.assertEnded(retried, TaskState.SUCCEEDED, 2);
        assertThat(quotas.tenant("a").exclusiveRunning()).isZero();
    }

    /** A body that was given up gives its place among the threads back, and its late end does so not once more. */
    @Test
    void shouldGiveTheThreadOfAnAbandonedBodyBack() {
        final Quotas quotas =
                launch(context().killInterruptMillis(10).killHookMillis(10).killAbandonMillis(10));
        quotas.tenant("a").exclusiveThreads(1);
        final boolean[] released = {false};
        final TaskHandle stubborn = submit("a", "", Container.EXCLUSIVE, context -> {
            while (!released[0]) {
                virtual.stopBody();
            }
            return Step.DONE;
        });
        final TaskHandle next = submit("a", "", Container.EXCLUSIVE, context -> Step.WHEN_SIGNALLED);
        virtual.settle();
        assertThat(next.state()).isEqualTo(TaskState.SCHEDULED);
        stubborn.kill();
        virtual.passUntil("the next one runs", () -> next.state() == TaskState.RUNNING);
        assertThat(stubborn.outcome().state()).isEqualTo(TaskState.ABANDONED);
        assertThat(quotas.tenant("a").exclusiveRunning()).isEqualTo(1);
        released[0] = true;
        virtual.pass(20, TimeUnit.MILLISECONDS);
        assertThat(quotas.tenant("a").exclusiveRunning())
                .as("the late end changes nothing")
                .isEqualTo(1);
        final TaskHandle third = submit("a", "", Container.EXCLUSIVE, context -> Step.DONE);
        virtual.settle();
        assertThat(third.state()).isEqualTo(TaskState.SCHEDULED);
    }

    @Test
    void shouldKeepPlacesForOtherTenants() {
        final Quotas quotas = launch(context().exclusiveThreads(10).exclusiveQueue(90));
        quotas.engine().exclusiveThreads(0);
        final List<Long> started = new ArrayList<>();
        int ofA = 0;
        while (body("a", "", started).isAccepted()) {
            ofA++;
        }
        assertThat(ofA).isEqualTo(50);
        final TaskSpec more = TaskSpec.builder(++ids)
                .tenant("a")
                .container(Container.EXCLUSIVE)
                .task(context -> Step.DONE)
                .build();
        assertThatThrownBy(() -> virtual.engine().submit(more))
                .hasMessage(
                        "task " + ids + " was refused (EXCLUSIVE_QUEUE_FULL): exclusiveThreads (10) and exclusiveQueue"
                                + " (90) are taken, or tenant 'a' would have more than it leaves free: it has 50 of the 50 in use");
        for (int i = 0; i < 25; i++) {
            assertThat(body("b", "", started).isAccepted()).isTrue();
        }
        assertThat(body("b", "", started).isAccepted()).isFalse();
        quotas.engine().exclusiveThreads(10);
        virtual.settle();
        assertThat(started).hasSize(75);
        assertThat(body("a", "", started).isAccepted()).isTrue();
        assertThat(virtual.engine().metrics().exclusiveReserved()).isEqualTo(1);
    }

    // ---- use ---------------------------------------------------------------------------------------------------

    @Test
    void shouldShowEveryQuotaInTheMetrics() {
        launch(context()
                .maxLiveTasks(77)
                .quotas(quotas -> quotas.tenant("a").maxLive(5).exclusiveThreads(2))
                .quotas(quotas -> quotas.type("x").submissionsPerSecond(10, 3)));
        waiting("a", "x");
        submit("a", "", Container.EXCLUSIVE, context -> Step.WHEN_SIGNALLED);
        virtual.settle();
        final double any = Double.POSITIVE_INFINITY;
        assertThat(virtual.engine().metrics().quotas())
                .containsExactly(
                        new QuotaUsage("engine", 2, 77, any, Long.MAX_VALUE, 1, Quota.NO_EXCLUSIVE_LIMIT, 0, 0),
                        new QuotaUsage("tenant 'a'", 2, 5, any, Long.MAX_VALUE, 1, 2, 0, 0),
                        new QuotaUsage("type 'x'", 1, Quota.NO_MAX_LIVE, 10, 3, 0, Quota.NO_EXCLUSIVE_LIMIT, 0, 0));
    }

    @Test
    void shouldRefuseBadLimits() {
        final Quotas quotas = launch(context());
        final Quota tenant = quotas.tenant("a");
        assertThat(quotas.tenant("a")).isSameAs(tenant);
        assertBad(() -> tenant.maxLive(-1), "maxLive of tenant 'a' must be not negative: -1");
        assertBad(() -> tenant.exclusiveThreads(-2), "exclusiveThreads of tenant 'a' must be not negative: -2");
        for (final double rate : new double[] {0, -1, 1e-7, 1.1e9, Double.NaN, Double.POSITIVE_INFINITY}) {
            assertBad(
                    () -> quotas.type("x").submissionsPerSecond(rate, 1),
                    "submissionsPerSecond of type 'x' must be from 0.000001 to 1000000000: " + rate);
        }
        assertBad(() -> quotas.engine().submissionsPerSecond(2, 0), "burst of engine must be from 1 to 2000000000: 0");
        assertBad(
                () -> quotas.engine().submissionsPerSecond(2, 2_000_000_001L),
                "burst of engine must be from 1 to 2000000000: 2000000001");
        assertBad(() -> quotas.tenant(""), "the tenant of a quota must not be empty: ");
        assertBad(() -> quotas.type(null), "the type of a quota must not be empty: null");
        quotas.engine().submissionsPerSecond(1e-6, 1_000).submissionsPerSecond(1e9, 1_000_000_000_000_000_000L);
        for (int i = 1; i < 10_000; i++) {
            quotas.tenant("tenant-" + i);
        }
        assertThatThrownBy(() -> quotas.tenant("b"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("tenants with a quota must be at most 10000: one more is 'b'");
        assertThat(quotas.tenant("a")).isSameAs(tenant);
    }

    private static void assertBad(final Runnable call, final String message) {
        assertThatIllegalArgumentException().isThrownBy(call::run).withMessage(message);
    }
}
