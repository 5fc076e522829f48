package io.ringmaster.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringmaster.event.EngineEvent;
import io.ringmaster.task.Refusal;
import io.ringmaster.task.TaskState;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class EngineCounterTest {
    /** What a client refuses by itself: no submission to an engine is. */
    private static final Set<Refusal> NOT_OF_SUBMISSIONS =
            EnumSet.of(Refusal.OUTBOX_FULL, Refusal.UNKNOWN_DESTINATION, Refusal.STALE_EPOCH, Refusal.NOT_LIVE);

    /** Others read these files: what was once there is there for good. New counters are added to the list. */
    @Test
    void shouldKeepIdsAndLabels() throws Exception {
        try (BufferedReader list = new BufferedReader(new InputStreamReader(
                EngineCounterTest.class.getResourceAsStream("engine-counters.txt"), StandardCharsets.UTF_8))) {
            final List<String> kept = list.lines().toList();
            assertThat(Arrays.stream(EngineCounter.values())
                            .map(each -> each.id() + " " + each.owner() + " " + each.type() + " " + each.label()))
                    .containsExactlyElementsOf(kept);
        }
    }

    @Test
    void shouldHaveIdsAndLabelsOnce() {
        final EngineCounter[] all = EngineCounter.values();
        assertThat(Arrays.stream(all).map(EngineCounter::id)).doesNotHaveDuplicates();
        assertThat(Arrays.stream(all).map(each -> each.owner() + each.label())).doesNotHaveDuplicates();
    }

    @Test
    void shouldCountEachStateOfATask() {
        for (final TaskState each : EnumSet.complementOf(EnumSet.of(TaskState.FINALIZED))) {
            final EngineCounter ofEngine = EngineCounter.of(each);
            final EngineCounter ofPartition = EngineCounter.ofPartition(each);
            assertThat(ofEngine.type()).isEqualTo(each.isFinal() ? CounterType.COUNTER : CounterType.GAUGE);
            assertThat(ofPartition.type()).isEqualTo(ofEngine.type());
            assertThat(ofPartition.label()).isEqualTo("byState." + each);
        }
    }

    @Test
    void shouldCountEachReasonForWhichASubmissionIsRefused() {
        assertThat(Arrays.stream(Refusal.values())
                        .filter(each -> EngineCounter.of(each) == null)
                        .collect(Collectors.toSet()))
                .isEqualTo(NOT_OF_SUBMISSIONS);
    }

    @Test
    void shouldCountEachKindOfEngineEvents() {
        for (final Class<?> kind : EngineEvent.class.getPermittedSubclasses()) {
            assertThat(EngineCounter.ofEvents(kind.getSimpleName()).type()).isEqualTo(CounterType.COUNTER);
        }
    }

    @Test
    void shouldNameWhatIsANumberInTheFile() {
        assertThat(EngineCounter.callName(0)).isEmpty();
        assertThat(EngineCounter.callName(EngineCounter.callNumber("LISTENER"))).isEqualTo("LISTENER");
        assertThat(EngineCounter.callName(99)).isEqualTo("call 99");
        assertThat(EngineCounter.blockedName(EngineCounter.blockedNumber(null))).isEmpty();
        assertThat(EngineCounter.blockedName(EngineCounter.blockedNumber(Refusal.LISTENER_BEHIND)))
                .isEqualTo("LISTENER_BEHIND");
        assertThat(EngineCounter.blockedName(-1)).isEqualTo("reason -1");
    }
}
