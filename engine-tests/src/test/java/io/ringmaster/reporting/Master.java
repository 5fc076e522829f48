package io.ringmaster.reporting;

import io.ringmaster.client.TaskExecutorClient;
import io.ringmaster.client.TaskReport;
import io.ringmaster.client.TaskReportChannel;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** A Master as it should be: takes each report once, checks that none is missing, acknowledges if it is told to. */
class Master implements TaskReportChannel {
    /** One run of a task. */
    record Run(long taskId, long epoch) {
        static Run of(final TaskReport report) {
            return new Run(report.taskId(), report.dispatchEpoch());
        }
    }

    final String name;
    /** What it took, in its order. */
    final List<TaskReport> taken = new CopyOnWriteArrayList<>();
    /** What was sent to it, each call. */
    final List<List<TaskReport>> calls = new CopyOnWriteArrayList<>();

    final List<String> faults = new CopyOnWriteArrayList<>();
    volatile boolean acknowledges = true;

    private final Map<Run, Long> last = new ConcurrentHashMap<>();
    private volatile TaskExecutorClient client;

    Master(final String name) {
        this.name = name;
    }

    Master connectTo(final TaskExecutorClient executor) {
        client = executor;
        executor.connect(name, this, answer -> {});
        return this;
    }

    @Override
    public void send(final String destination, final List<TaskReport> reports) throws Exception {
        calls.add(reports);
        for (final TaskReport each : reports) {
            final Run run = Run.of(each);
            final long before = last.getOrDefault(run, 0L);
            if (each.sequence() > before) {
                if (before > 0 && each.sequence() - each.coalesced() > before + 1) {
                    faults.add(name + " has " + before + " and got " + each);
                }
                last.put(run, each.sequence());
                taken.add(each);
            }
            if (acknowledges) {
                acknowledge(each);
            }
        }
    }

    void acknowledge(final TaskReport report) {
        client.acknowledge(name, report.taskId(), report.dispatchEpoch(), report.sequence());
    }

    void acknowledgeAll() {
        taken.forEach(this::acknowledge);
    }

    List<TaskReport> takenOf(final long taskId) {
        return taken.stream().filter(each -> each.taskId() == taskId).toList();
    }

    long finals() {
        return taken.stream().filter(TaskReport::isFinal).count();
    }
}
