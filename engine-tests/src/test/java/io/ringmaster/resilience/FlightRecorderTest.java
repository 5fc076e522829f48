package io.ringmaster.resilience;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringmaster.event.EngineEvent;
import io.ringmaster.event.EngineEvents;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** Every engine event in the flight recorder, under its name, with its fields and units. */
@Timeout(60)
class FlightRecorderTest {
    private static final long NANOS = TimeUnit.MILLISECONDS.toNanos(123);

    private static final List<EngineEvent> ONE_OF_EACH = List.of(
            new EngineEvent.Stall(1, "STEP", 7, "sql", NANOS, "worker-1", "\tat X\n", true),
            new EngineEvent.HandOver(1, "STEP", 7, "sql", NANOS, 2),
            new EngineEvent.ListenerReturned(1, "a.Listener", 55),
            new EngineEvent.Zombie(7, "sql", 3, NANOS, "RETRY", "exclusive-1", "\tat X\n"),
            new EngineEvent.Deadlock(7, "sql", 2, "7 waits for 8"),
            new EngineEvent.ThreadDeadlock(2, "both"),
            new EngineEvent.Starvation(4, NANOS, "threads"),
            new EngineEvent.Overload(1, true, NANOS, 9),
            new EngineEvent.PlacementChange("sql", "EXCLUSIVE", "it stalled"),
            new EngineEvent.PartitionMove(1, 0, 2, 0.9, 0.1));

    @Test
    void shouldRecordEachEventWithItsFields(@TempDir final Path folder) throws Exception {
        assertThat(ONE_OF_EACH).hasSize(EngineEvent.class.getPermittedSubclasses().length);
        final Map<String, RecordedEvent> recorded = record(folder.resolve("events.jfr"));
        assertThat(recorded).hasSize(ONE_OF_EACH.size());
        final RecordedEvent stall = recorded.get("ringmaster.Stall");
        assertThat(stall.getInt("partition")).isEqualTo(1);
        assertThat(stall.getLong("taskId")).isEqualTo(7);
        assertThat(stall.getString("taskType")).isEqualTo("sql");
        assertThat(stall.getDuration("held")).isEqualTo(Duration.ofNanos(NANOS));
        assertThat(stall.getString("stack")).isEqualTo("\tat X\n");
        assertThat(stall.getBoolean("spare")).isTrue();
        assertThat(recorded.get("ringmaster.HandOver").getLong("epoch")).isEqualTo(2);
        assertThat(recorded.get("ringmaster.ListenerReturned").getLong("events"))
                .isEqualTo(55);
        assertThat(recorded.get("ringmaster.Zombie").getDuration("silent")).isEqualTo(Duration.ofNanos(NANOS));
        assertThat(recorded.get("ringmaster.Zombie").getString("action")).isEqualTo("RETRY");
        assertThat(recorded.get("ringmaster.Deadlock").getString("cycle")).isEqualTo("7 waits for 8");
        assertThat(recorded.get("ringmaster.ThreadDeadlock").getInt("threads")).isEqualTo(2);
        assertThat(recorded.get("ringmaster.Starvation").getDuration("waited")).isEqualTo(Duration.ofNanos(NANOS));
        assertThat(recorded.get("ringmaster.Overload").getLong("refused")).isEqualTo(9);
        assertThat(recorded.get("ringmaster.PlacementChange").getString("to")).isEqualTo("EXCLUSIVE");
        assertThat(recorded.get("ringmaster.PartitionMove").getDouble("fromLoad"))
                .isEqualTo(0.9);
    }

    private static Map<String, RecordedEvent> record(final Path file) throws Exception {
        final Map<String, RecordedEvent> byName = new TreeMap<>();
        try (Recording recording = new Recording()) {
            ONE_OF_EACH.forEach(
                    each -> recording.enable("ringmaster." + each.getClass().getSimpleName()));
            recording.start();
            final AtomicInteger told = new AtomicInteger();
            final EngineEvents events = new EngineEvents(
                    LoggerFactory.getLogger(FlightRecorderTest.class),
                    List.of(event -> {
                        told.incrementAndGet();
                        throw new IllegalStateException("a listener that throws harms nobody");
                    }),
                    (what, error) -> {});
            ONE_OF_EACH.forEach(events::accept);
            assertThat(events.flush()).isEqualTo(ONE_OF_EACH.size());
            assertThat(told).hasValue(ONE_OF_EACH.size());
            assertThat(events.counts()).containsEntry("Stall", 1L).hasSize(ONE_OF_EACH.size());
            recording.stop();
            recording.dump(file);
        }
        for (final RecordedEvent each : RecordingFile.readAllEvents(file)) {
            if (each.getEventType().getName().startsWith("ringmaster.")) {
                byName.put(each.getEventType().getName(), each);
            }
        }
        return byName;
    }
}
