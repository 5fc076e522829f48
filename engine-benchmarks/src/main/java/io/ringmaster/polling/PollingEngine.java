package io.ringmaster.polling;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;

/** The model's facade. All methods may be called from any thread. */
public final class PollingEngine implements AutoCloseable {
    private static final long CLOSE_SECONDS = 10;

    /**
     * The design's constants and threads.
     *
     * @param tickMillis       between the end of one scan and the start of the next.
     * @param trackMillis      between two looks at an asynchronous task's state.
     * @param fireThreads      of the pool that fires events.
     * @param sharedThreads    that run shared tasks.
     * @param exclusiveThreads that run one task each; 0 for none.
     * @param renders          whether events are rendered for a log.
     */
    public record Settings(
            long tickMillis,
            long trackMillis,
            int fireThreads,
            int sharedThreads,
            int exclusiveThreads,
            boolean renders) {

        /**
         * The design's own.
         *
         * @param exclusiveThreads how many.
         * @return the settings.
         */
        public static Settings ofTheDesign(final int exclusiveThreads) {
            final int cpus = Runtime.getRuntime().availableProcessors();
            return new Settings(50, TimeUnit.SECONDS.toMillis(10), cpus, cpus, exclusiveThreads, true);
        }
    }

    private final Map<Long, PollingExecutor> live = new ConcurrentHashMap<>();
    private final LongSupplier clockMillis = System::currentTimeMillis;
    private final PollingLog log;
    private final PollingContainer shared;
    private final PollingContainer exclusive;
    private final PollingReporter reporter;
    private final PollingEventBuses buses;
    private final ScheduledExecutorService ticking = Executors.newSingleThreadScheduledExecutor(daemons("tick"));
    private final ExecutorService firing;
    private final ExecutorService working = Executors.newCachedThreadPool(daemons("worker"));

    /**
     * Starts an engine.
     *
     * @param settings how.
     * @param listener told of every event that is fired.
     */
    public PollingEngine(final Settings settings, final PollingListener listener) {
        log = new PollingLog(settings.renders());
        shared = new PollingContainer(settings.sharedThreads(), false, clockMillis, settings.trackMillis());
        exclusive = new PollingContainer(settings.exclusiveThreads(), true, clockMillis, settings.trackMillis());
        firing = Executors.newFixedThreadPool(settings.fireThreads(), daemons("fire"));
        reporter = new PollingReporter(log, this::reported);
        buses = new PollingEventBuses(live, firing, listener, reporter, log);
        shared.workers().forEach(working::execute);
        exclusive.workers().forEach(working::execute);
        working.execute(reporter);
        ticking.scheduleWithFixedDelay(buses::tick, 0, settings.tickMillis(), TimeUnit.MILLISECONDS);
    }

    /** The Master's side: it acknowledges at once. */
    private void reported(final PollingEvent event) {
        reporter.acknowledge(event);
    }

    private static ThreadFactory daemons(final String role) {
        final AtomicInteger number = new AtomicInteger();
        return body -> {
            final Thread thread = new Thread(body, "polling-" + role + '-' + number.getAndIncrement());
            thread.setDaemon(true);
            return thread;
        };
    }

    /**
     * Submits a task.
     *
     * @param id        its id; no live task has it.
     * @param task      what to run.
     * @param exclusively whether it gets a thread of its own.
     * @return false if all exclusive threads are taken: there is no queue.
     */
    public boolean submit(final long id, final PollingTask task, final boolean exclusively) {
        final PollingContainer container = exclusively ? exclusive : shared;
        final PollingExecutor executor = new PollingExecutor(id, task, container, log, clockMillis.getAsLong());
        if (!container.dispatch(executor)) {
            return false;
        }
        live.put(executor.id(), executor);
        executor.publish(PollingEventType.DISPATCHED);
        container.start(executor);
        return true;
    }

    /**
     * Raises a KILL for a live task.
     *
     * @param id its id.
     * @return false if none has it.
     */
    public boolean kill(final long id) {
        final PollingExecutor executor = live.get(id);
        if (executor == null) {
            return false;
        }
        executor.publish(PollingEventType.KILL);
        return true;
    }

    /** Returns how many executors are live. */
    public int live() {
        return live.size();
    }

    /** Stops all threads, whatever is live, and waits up to ten seconds for their end. */
    @Override
    public void close() {
        final List<ExecutorService> all = new ArrayList<>(List.of(ticking, firing, working));
        all.forEach(ExecutorService::shutdownNow);
        boolean interrupted = false;
        final long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(CLOSE_SECONDS);
        for (final ExecutorService each : all) {
            try {
                each.awaitTermination(end - System.nanoTime(), TimeUnit.NANOSECONDS);
            } catch (final InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
