package io.ringmaster.scale;

import com.fasterxml.jackson.core.JsonGenerator;
import io.ringmaster.TaskEngine;
import io.ringmaster.eventbus.WaitMode;
import io.ringmaster.task.Container;
import io.ringmaster.task.Step;
import io.ringmaster.task.TaskSpec;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.HdrHistogram.Histogram;

/**
 * How long a tenant's exclusive task waits for a thread while another tenant floods: alone, beside the flood, and in the
 * same tenant's line, which is how it would be without turns. Bodies sleep, so the wait is for threads and not for CPUs.
 */
final class TenantsMeasurement {
    private static final int THREADS = 4;
    private static final int FLOOD = 2_000;
    private static final long BODY_MILLIS = 5;
    private static final int PROBES = 100;
    private static final long PROBE_ID = 1L << 40;

    void run(final JsonGenerator json) throws IOException {
        json.writeObjectFieldStart("tenants");
        json.writeNumberField("exclusiveThreads", THREADS);
        json.writeNumberField("bodyMillis", BODY_MILLIS);
        json.writeNumberField("flood", FLOOD);
        one(json, "alone", null, "quiet", PROBES);
        one(json, "besideFlood", "loud", "quiet", PROBES);
        one(json, "inFloodsLine", "loud", "loud", PROBES / 20); // each waits for the whole flood
        json.writeEndObject();
    }

    private static void one(
            final JsonGenerator json, final String name, final String flooder, final String prober, final int probes)
            throws IOException {
        final Histogram waits = Report.histogram();
        try (TaskEngine engine = TaskEngine.launch(new TaskEngine.Context()
                .fireWorkers(1)
                .waitMode(WaitMode.ADAPTIVE)
                .exclusiveThreads(THREADS)
                .exclusiveQueue(4 * FLOOD)
                .closeTimeoutMillis(60_000))) {
            long id = 0;
            for (int i = 0; i < probes; i++) {
                while (flooder != null && engine.ledger().live() < FLOOD) {
                    engine.submit(spec(id++, flooder, null));
                }
                final long submitted = System.nanoTime();
                engine.submit(spec(PROBE_ID + i, prober, () -> waits.recordValue(System.nanoTime() - submitted)))
                        .await(1, TimeUnit.MINUTES);
            }
        } catch (final InterruptedException | TimeoutException e) {
            throw new IllegalStateException("a probe did not end", e);
        }
        Report.micros(json, name + "WaitMicros", waits);
    }

    private static TaskSpec spec(final long id, final String tenant, final Runnable started) {
        return TaskSpec.builder(id)
                .tenant(tenant)
                .container(Container.EXCLUSIVE)
                .task(context -> {
                    if (started != null) {
                        started.run();
                    }
                    Thread.sleep(BODY_MILLIS);
                    return Step.DONE;
                })
                .build();
    }
}
