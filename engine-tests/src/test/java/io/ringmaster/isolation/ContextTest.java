package io.ringmaster.isolation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.ringmaster.TaskEngine;
import io.ringmaster.eventbus.WaitMode;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Each setting's rule is checked at the launch, with a message that names setting, rule and value. */
@Timeout(60)
class ContextTest {
    private static final long TOO_LONG = 315_360_000_001L;

    static Stream<Arguments> badSettings() {
        return Stream.of(
                bad(c -> c.fireWorkers(0), "fireWorkers must be at least 1: 0"),
                bad(c -> c.fireWorkers(-3), "fireWorkers must be at least 1: -3"),
                bad(c -> c.ringCapacity(63), "ringCapacity must be a power of two from 64 to 67108864: 63"),
                bad(c -> c.fireWorkers(2).partitions(1), "partitions must be 0 or at least fireWorkers = 2: 1"),
                bad(c -> c.fireWorkers(1).partitions(-1), "partitions must be 0 or at least fireWorkers = 1: -1"),
                bad(c -> c.ringCapacity(32), "ringCapacity must be a power of two from 64 to 67108864: 32"),
                bad(c -> c.ringCapacity(100), "ringCapacity must be a power of two from 64 to 67108864: 100"),
                bad(c -> c.ringCapacity(1 << 27), "ringCapacity must be a power of two from 64 to 67108864: 134217728"),
                bad(
                        c -> c.ringCapacity(Integer.MIN_VALUE),
                        "ringCapacity must be a power of two from 64 to 67108864: -2147483648"),
                bad(c -> c.batchLimit(0), "batchLimit must be from 1 to 256: 0"),
                bad(c -> c.batchLimit(257), "batchLimit must be from 1 to 256: 257"),
                bad(c -> c.maxLiveTasks(0), "maxLiveTasks must be at least 1: 0"),
                bad(c -> c.exclusiveThreads(0), "exclusiveThreads must be at least 1: 0"),
                bad(c -> c.exclusiveQueue(-1), "exclusiveQueue must be not negative: -1"),
                bad(c -> c.quarantineLimit(-1), "quarantineLimit must be not negative: -1"),
                bad(c -> c.spareThreads(-1), "spareThreads must be not negative: -1"),
                bad(c -> c.listenerBacklog(-1), "listenerBacklog must be not negative: -1"),
                bad(c -> c.reservedSlots(-1), "reservedSlots must be from 1 to 8192: -1"),
                bad(c -> c.ringCapacity(64).reservedSlots(33), "reservedSlots must be from 1 to 32: 33"),
                bad(c -> c.stallThresholdMillis(2), "stallThresholdMillis must be from 3 to 315360000000: 2"),
                bad(c -> c.balanceIntervalMillis(-1), "balanceIntervalMillis must be from 0 to 315360000000: -1"),
                bad(c -> c.maxQueueMillis(-1), "maxQueueMillis must be from 0 to 315360000000: -1"),
                bad(c -> c.slowStepMicros(0), "slowStepMicros must be from 1 to 315360000000000: 0"),
                bad(c -> c.slowStepMicros(Long.MAX_VALUE), "slowStepMicros must be from 1 to 315360000000000: "),
                bad(c -> c.autoSharedMicros(0), "autoSharedMicros must be from 1 to 315360000000000: 0"),
                bad(
                        c -> c.autoSharedMicros(10).autoExclusiveMicros(9),
                        "autoExclusiveMicros must be from 10 to 315360000000000: 9"),
                bad(c -> c.submitTimeoutMillis(-1), "submitTimeoutMillis must be from 0 to 315360000000: -1"),
                bad(
                        c -> c.submitTimeoutMillis(TOO_LONG),
                        "submitTimeoutMillis must be from 0 to 315360000000: 315360000001"),
                bad(c -> c.killInterruptMillis(-1), "killInterruptMillis must be from 0 to 315360000000: -1"),
                bad(c -> c.killHookMillis(-1), "killHookMillis must be from 0 to 315360000000: -1"),
                bad(
                        c -> c.killAbandonMillis(Long.MIN_VALUE),
                        "killAbandonMillis must be from 0 to 315360000000: -9223372036854775808"),
                bad(c -> c.deadlockCheckMillis(-1), "deadlockCheckMillis must be from 0 to 315360000000: -1"),
                bad(c -> c.starvationMillis(-1), "starvationMillis must be from 0 to 315360000000: -1"),
                bad(c -> c.closeTimeoutMillis(3_999), "closeTimeoutMillis must be from 4000 to 315360000000: 3999"),
                bad(c -> c.waitMode(WaitMode.BUSY_SPIN).fireWorkers(10_000), "fireWorkers must be at most CPUs - 1 = "),
                bad(c -> c.waitMode(WaitMode.YIELD).fireWorkers(10_000), "fireWorkers must be at most CPUs - 1 = "),
                bad(c -> c.nanoClock(() -> 0L), "nanoClock needs invokerMode(true)"),
                bad(c -> c.exclusiveRunner((id, attempt, body) -> {}), "exclusiveRunner needs invokerMode(true)"));
    }

    private static Arguments bad(final UnaryOperator<TaskEngine.Context> setting, final String message) {
        return Arguments.of(message, setting);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("badSettings")
    void shouldRefuseABadSettingAndLeaveNoThread(
            final String message, final UnaryOperator<TaskEngine.Context> setting) {
        final List<Thread> made = new CopyOnWriteArrayList<>();
        final TaskEngine.Context context = setting.apply(new TaskEngine.Context().waitMode(WaitMode.ADAPTIVE))
                .threadFactory(body -> {
                    final Thread thread = new Thread(body);
                    thread.setDaemon(true);
                    made.add(thread);
                    return thread;
                });
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TaskEngine.launch(context))
                .withMessageStartingWith(message);
        assertThat(made).as("threads that were made").isEmpty();
    }

    /** A setting without a case above would go unnoticed. */
    @Test
    void shouldCheckEveryNumber() {
        final Set<String> numbers = new TreeSet<>();
        for (final Method each : TaskEngine.Context.class.getMethods()) {
            if (each.getReturnType() == TaskEngine.Context.class
                    && each.getParameterCount() == 1
                    && (each.getParameterTypes()[0] == int.class || each.getParameterTypes()[0] == long.class)) {
                numbers.add(each.getName());
            }
        }
        final Set<String> covered = new TreeSet<>();
        badSettings().forEach(each -> covered.add(each.get()[0].toString().split(" ")[0]));
        assertThat(covered).containsAll(numbers);
    }

    @Test
    void shouldTakeTheSmallestSettings() throws Exception {
        final TaskEngine engine = TaskEngine.launch(new TaskEngine.Context()
                .waitMode(WaitMode.ADAPTIVE)
                .fireWorkers(1)
                .ringCapacity(64)
                .reservedSlots(1)
                .batchLimit(1)
                .exclusiveThreads(1)
                .exclusiveQueue(250)
                .maxLiveTasks(250)
                .quarantineLimit(0)
                .spareThreads(0)
                .listenerBacklog(0)
                .submitTimeoutMillis(60_000)
                .killInterruptMillis(0)
                .killHookMillis(0)
                .killAbandonMillis(0)
                .closeTimeoutMillis(2_000));
        Isolation.assertNeighboursDoWell(engine);
        Isolation.assertBalancedAndClose(engine);
    }

    @Test
    void shouldRefuseNulls() {
        final List<UnaryOperator<TaskEngine.Context>> setters = new ArrayList<>();
        setters.add(c -> c.waitMode(null));
        setters.add(c -> c.closePolicy(null));
        setters.add(c -> c.name(null));
        setters.add(c -> c.threadFactory(null));
        setters.add(c -> c.contextPropagator(null));
        setters.add(c -> c.completionExecutor(null));
        setters.add(c -> c.nanoClock(null));
        setters.add(c -> c.invokerIdle(null));
        setters.add(c -> c.exclusiveRunner(null));
        setters.add(c -> c.listener(null));
        setters.add(c -> c.plugin(null));
        for (final UnaryOperator<TaskEngine.Context> each : setters) {
            assertThatNullPointerException()
                    .isThrownBy(() -> each.apply(new TaskEngine.Context()))
                    .withMessageMatching("[a-zA-Z]+");
        }
        assertThatNullPointerException().isThrownBy(() -> TaskEngine.launch(null));
    }

    @Test
    void shouldLaunchOneEngineFromAContext() {
        final TaskEngine.Context context = Isolation.context();
        TaskEngine.launch(context).close();
        assertThatIllegalStateException()
                .isThrownBy(() -> TaskEngine.launch(context))
                .withMessage("a Context launches one engine: make a new one");
    }

    @Test
    void shouldRefuseVirtualThreadsWhereThereAreNone() {
        assumeTrue(Runtime.version().feature() < 21, "this JDK has virtual threads");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TaskEngine.launch(Isolation.context().virtualThreads(true)))
                .withMessage("virtualThreads needs JDK 21 or later; this is "
                        + Runtime.version().feature());
    }

    @Test
    void shouldRefuseTheInvokerOfAnEngineWithThreads() {
        try (TaskEngine engine = TaskEngine.launch(Isolation.context())) {
            assertThatIllegalStateException()
                    .isThrownBy(engine::invoker)
                    .withMessage("the engine has its own threads: set invokerMode(true) before the launch");
        }
    }
}
