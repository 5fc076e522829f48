package io.ringmaster.soak;

import io.ringmaster.client.InProcessTaskExecutorClient;
import io.ringmaster.client.TaskReport;
import io.ringmaster.client.TaskReportChannel;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/** A Master behind a bad line: takes reports, checks what it was promised of them, and acknowledges in its own way. */
final class Master implements TaskReportChannel {
    /** What its line does. */
    enum Line {
        /** Nothing wrong. */
        GOOD(6),
        /** Loses, doubles, delays and reorders reports and acknowledgements, and throws. */
        LOSSY(6),
        /** Each call takes its time, and so does each acknowledgement. */
        SLOW(2),
        /** Nobody is there, and some calls hang. */
        DEAD(1);

        final int weight;

        Line(final int weight) {
            this.weight = weight;
        }
    }

    private static final long LATE_MILLIS = 30;
    private static final long SLOW_MILLIS = 5;
    private static final long HANG_MILLIS = 200;

    private final Line line;
    private final TaskBook book;
    private final ScheduledExecutorService network;
    private final Random random;
    private final AtomicInteger underWay = new AtomicInteger();
    /** By run; guarded by this. */
    private final Map<Long, Taken> taken = new HashMap<>();

    private volatile InProcessTaskExecutorClient client;

    private static final class Taken {
        long last;
        boolean ended;
    }

    Master(final Line line, final TaskBook book, final ScheduledExecutorService network, final long seed) {
        this.line = line;
        this.book = book;
        this.network = network;
        this.random = new Random(seed ^ line.ordinal());
    }

    String name() {
        return line.name().toLowerCase(Locale.ROOT);
    }

    Line line() {
        return line;
    }

    void connect(final InProcessTaskExecutorClient to) {
        client = to;
        to.connect(name(), this, book::onAnswer);
    }

    /** A new connection in place of the one there is. */
    void reconnect() {
        client.connect(name(), this::send, book::onAnswer);
    }

    @Override
    public void send(final String destination, final List<TaskReport> reports) throws Exception {
        switch (line) {
            case GOOD -> take(reports);
            case SLOW -> {
                Thread.sleep(SLOW_MILLIS);
                later(() -> take(reports), LATE_MILLIS);
            }
            case LOSSY -> {
                if (random.nextInt(10) == 0) {
                    throw new Fault.SoakException("thrown by a channel");
                }
                if (random.nextInt(5) != 0) {
                    later(() -> take(reports), random.nextInt((int) LATE_MILLIS));
                }
                if (random.nextInt(5) == 0) {
                    later(() -> take(reports), random.nextInt((int) LATE_MILLIS));
                }
            }
            default -> {
                if (random.nextInt(10) == 0) {
                    LockSupport.parkNanos(this, TimeUnit.MILLISECONDS.toNanos(HANG_MILLIS));
                }
            }
        }
    }

    private void later(final Runnable action, final long millis) {
        underWay.incrementAndGet();
        network.schedule(
                () -> {
                    try {
                        action.run();
                    } finally {
                        underWay.decrementAndGet();
                    }
                },
                millis,
                TimeUnit.MILLISECONDS);
    }

    /** A batch arrives; reports of one task in their order, tasks in any. */
    private void take(final List<TaskReport> reports) {
        final Map<Long, TaskReport> last = new HashMap<>();
        synchronized (this) {
            for (final TaskReport each : reports) {
                take(each);
                last.put(each.correlationId(), each);
            }
        }
        final List<TaskReport> answers = new ArrayList<>(last.values());
        if (line == Line.LOSSY) {
            Collections.shuffle(answers, random);
        }
        for (final TaskReport each : answers) {
            answer(each);
        }
    }

    private void take(final TaskReport report) {
        final SoakTask task = book.reportedRun(report.correlationId());
        if (task == null || task.id != report.taskId() || task.epoch != report.dispatchEpoch()) {
            book.violation("Master " + name(), "is told of a run it does not know: " + report);
            return;
        }
        final Taken known = taken.computeIfAbsent(task.run, key -> new Taken());
        if (report.sequence() <= known.last) {
            return;
        }
        if (known.ended) {
            book.violation(task, "has ended for Master " + name() + ": " + report);
        }
        final long first = report.sequence() - report.coalesced();
        if (first != known.last + 1 && !task.moved) {
            book.violation(task, "has told Master " + name() + " up to " + known.last + ": " + report);
        }
        known.last = report.sequence();
        if (report.isFinal()) {
            known.ended = true;
            if (report.to() != task.prompt.state()) {
                book.violation(task, "has ended " + task.prompt.state() + ": " + report);
            }
            task.reported = report.to();
        }
    }

    private void answer(final TaskReport report) {
        final long taskId = report.taskId();
        final long epoch = report.dispatchEpoch();
        final long last;
        synchronized (this) {
            final Taken known = taken.get(report.correlationId());
            last = known == null ? report.sequence() : known.last;
        }
        switch (line) {
            case GOOD -> client.acknowledge(name(), taskId, epoch, last);
            case SLOW -> later(() -> client.acknowledge(name(), taskId, epoch, last), LATE_MILLIS);
            default -> {
                if (random.nextInt(5) != 0) {
                    later(() -> client.acknowledge(name(), taskId, epoch, last), random.nextInt((int) LATE_MILLIS));
                }
                if (random.nextInt(10) == 0) {
                    later(() -> client.acknowledge(name(), taskId, epoch, last), random.nextInt((int) LATE_MILLIS));
                    client.acknowledge(name(), -taskId, epoch, last);
                    client.acknowledge("nobody", taskId, epoch, last);
                }
            }
        }
    }

    /** Whether nothing is on its line. */
    boolean isQuiet() {
        return underWay.get() == 0;
    }

    /** Forgets the runs of a phase that has settled. */
    synchronized void forget() {
        taken.clear();
    }
}
