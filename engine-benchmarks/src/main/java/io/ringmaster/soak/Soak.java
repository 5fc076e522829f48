package io.ringmaster.soak;

import io.ringmaster.EngineMetrics;
import io.ringmaster.Ledger;
import io.ringmaster.task.Refusal;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.StringJoiner;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * Mixes every fault at random, from a seed, and checks that the engine survives them: phases of work, each followed by a
 * rest in which nothing may be left. One engine lives as long as the soak; every other phase a second one is launched,
 * worked for a while, drained and closed beside it. Heap and threads are compared with those after a first phase that
 * only warms up.
 */
public final class Soak {
    private static final long MEGABYTE = 1 << 20;
    private static final int COLLECTIONS = 3;
    private static final long CALM_NANOS = TimeUnit.SECONDS.toNanos(15);
    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
    private static final int BESIDE = 3;

    private final SoakSettings settings;
    private final PrintWriter out;
    private final BooleanSupplier stopping;
    private final AtomicLong lastRun = new AtomicLong();
    private final List<Row> rows = new ArrayList<>();
    private final List<String> wrong = new ArrayList<>();

    /** A phase's line of the table. */
    private record Row(String name, long tasks, double seconds, long heapBytes, int threads, int exclusiveThreads) {}

    /** Totals of an engine, to take differences of. */
    private record Totals(
            Ledger ledger, Map<Refusal, Long> refused, Map<Fault, Long> faults, Map<String, Long> events) {
        static Totals of(final SoakRig rig) {
            final EngineMetrics metrics = rig.client().engine().metrics();
            return new Totals(metrics.ledger(), rig.book().refused(), rig.book().faults(), metrics.engineEvents());
        }
    }

    Soak(final SoakSettings settings, final PrintWriter out, final BooleanSupplier stopping) {
        this.settings = settings;
        this.out = out;
        this.stopping = stopping;
    }

    /**
     * Prepares a soak.
     *
     * @param seed         what every fault is drawn from.
     * @param totalSeconds for how long to begin new phases.
     * @param phaseSeconds for how long tasks are submitted in each.
     * @param rate         tasks per second between floods.
     * @param only         names of the faults to be mixed, or empty for all.
     * @param out          told of each phase.
     * @param stopping     asked now and then; ends the soak after the phase.
     * @return the soak.
     * @throws IllegalArgumentException if there is no such fault.
     */
    public static Soak of(
            final long seed,
            final long totalSeconds,
            final int phaseSeconds,
            final int rate,
            final Set<String> only,
            final PrintWriter out,
            final BooleanSupplier stopping) {
        final EnumSet<Fault> faults = only.isEmpty() ? EnumSet.allOf(Fault.class) : EnumSet.of(Fault.NONE);
        for (final String each : only) {
            final Fault fault = Fault.of(each);
            if (fault == null) {
                throw new IllegalArgumentException("must be among " + String.join(", ", faults()) + ": " + each);
            }
            faults.add(fault);
        }
        final SoakSettings settings =
                new SoakSettings(seed, 0, totalSeconds, phaseSeconds, 0, rate, 8 * MEGABYTE, 4, faults);
        return new Soak(settings, out, stopping);
    }

    /** Returns the names of all faults that tasks may have. */
    public static List<String> faults() {
        final List<String> names = new ArrayList<>();
        for (final Fault each : Fault.values()) {
            names.add(each.label());
        }
        return names;
    }

    /**
     * Runs it.
     *
     * @return what is wrong; empty if all is as it should be.
     * @throws InterruptedException if interrupted.
     */
    public List<String> run() throws InterruptedException {
        out.println("seed " + settings.seed());
        out.flush();
        final ScheduledExecutorService network = Executors.newScheduledThreadPool(1, daemons("soak-network"));
        final ExecutorService completions = Executors.newSingleThreadExecutor(daemons("soak-completions"));
        final SplittableRandom random = new SplittableRandom(settings.seed());
        final long start = System.nanoTime();
        try (SoakRig rig = new SoakRig("soak", settings, lastRun, network, completions)) {
            phase("warm-up", rig, random);
            for (int i = 1; wrong.isEmpty() && !stopping.getAsBoolean() && goesOn(i, start); i++) {
                phase("phase " + i, rig, random);
                if (i % 2 == 1 && wrong.isEmpty()) {
                    beside("engine " + i, network, completions, random);
                }
            }
            checkGrowth();
        } finally {
            network.shutdownNow();
            completions.shutdownNow();
        }
        printTable();
        wrong.forEach(each -> out.println("WRONG: " + each));
        out.println((wrong.isEmpty() ? "all as it should be" : "something is wrong") + ", seed " + settings.seed());
        out.flush();
        return List.copyOf(wrong);
    }

    private boolean goesOn(final int phase, final long start) {
        return settings.phases() > 0
                ? phase <= settings.phases()
                : System.nanoTime() - start < TimeUnit.SECONDS.toNanos(settings.totalSeconds());
    }

    private static ThreadFactory daemons(final String name) {
        return body -> {
            final Thread thread = new Thread(body, name);
            thread.setDaemon(true);
            return thread;
        };
    }

    private void phase(final String name, final SoakRig rig, final SplittableRandom random)
            throws InterruptedException {
        final long start = System.nanoTime();
        final Totals before = Totals.of(rig);
        rig.work(random.split(), TimeUnit.SECONDS.toNanos(settings.phaseSeconds()), most(), stopping);
        rig.settle();
        final Totals after = Totals.of(rig);
        final Row row = measure(name, rig, after.ledger.accepted() - before.ledger.accepted(), start);
        rows.add(row);
        print(row, before, after);
        take(name, rig);
    }

    /** A second engine for a part of a phase, to be drained and closed. */
    private void beside(
            final String name,
            final ScheduledExecutorService network,
            final ExecutorService completions,
            final SplittableRandom random)
            throws InterruptedException {
        final SoakRig rig = new SoakRig("beside", settings, lastRun, network, completions);
        try (rig) {
            final Totals before = Totals.of(rig);
            final long nanos = TimeUnit.SECONDS.toNanos(settings.phaseSeconds()) / BESIDE;
            final long start = System.nanoTime();
            rig.work(random.split(), nanos, Math.max(1, most() / BESIDE), stopping);
            rig.settle();
            final Totals after = Totals.of(rig);
            final double seconds = (System.nanoTime() - start) / 1e9;
            print(new Row(name, after.ledger.accepted(), seconds, 0, 0, 0), before, after);
        }
        take(name, rig);
    }

    private int most() {
        return settings.phaseTasks() == 0 ? Integer.MAX_VALUE : settings.phaseTasks();
    }

    private void take(final String name, final SoakRig rig) {
        final List<String> found = rig.book().violations();
        found.forEach(each -> wrong.add(name + ": " + each));
        if (rig.book().violationCount() > found.size()) {
            wrong.add(name + ": and " + (rig.book().violationCount() - found.size()) + " more");
        }
    }

    // ---- heap and threads ----------------------------------------------------------------------------------------

    /** Once the threads that end by themselves have ended, and as often as it takes for the collector to get there. */
    private Row measure(final String name, final SoakRig rig, final long tasks, final long start) {
        final double seconds = (System.nanoTime() - start) / 1e9;
        final int most = rows.isEmpty() ? 0 : plainThreads(rows.get(0)) + settings.threadTolerance();
        final long calm = System.nanoTime();
        int exclusive;
        int threads;
        do {
            LockSupport.parkNanos(this, LOOK_NANOS);
            exclusive = rig.client().engine().metrics().exclusiveThreads();
            threads = ManagementFactory.getThreadMXBean().getThreadCount();
        } while (threads - exclusive > most && System.nanoTime() - calm < (rows.isEmpty() ? LOOK_NANOS : CALM_NANOS));
        long heap = Long.MAX_VALUE;
        for (int i = 0; i < COLLECTIONS; i++) {
            System.gc();
            heap = Math.min(
                    heap,
                    ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
        }
        return new Row(name, tasks, seconds, heap, threads, exclusive);
    }

    private static int plainThreads(final Row row) {
        return row.threads - row.exclusiveThreads;
    }

    private void checkGrowth() {
        final Row first = rows.get(0);
        final Row last = rows.get(rows.size() - 1);
        final long heap = last.heapBytes - first.heapBytes;
        if (heap > settings.heapTolerance()) {
            wrong.add(String.format(
                    Locale.ROOT,
                    "the live heap has grown by %.1f MB since the warm-up; %.1f MB are tolerated",
                    megabytes(heap),
                    megabytes(settings.heapTolerance())));
        }
        final int threads = plainThreads(last) - plainThreads(first);
        if (threads > settings.threadTolerance()) {
            wrong.add("there are " + threads + " threads more than after the warm-up; " + settings.threadTolerance()
                    + " are tolerated: "
                    + Thread.getAllStackTraces().keySet().stream()
                            .map(Thread::getName)
                            .sorted()
                            .toList());
        }
    }

    private static double megabytes(final long bytes) {
        return bytes / (double) MEGABYTE;
    }

    // ---- output --------------------------------------------------------------------------------------------------

    private void print(final Row row, final Totals before, final Totals after) {
        final Map<String, Long> ends = new LinkedHashMap<>();
        ends.put("succeeded", after.ledger.succeeded() - before.ledger.succeeded());
        ends.put("failed", after.ledger.failed() - before.ledger.failed());
        ends.put("killed", after.ledger.killed() - before.ledger.killed());
        ends.put("abandoned", after.ledger.abandoned() - before.ledger.abandoned());
        out.printf(
                Locale.ROOT,
                "%s: %d tasks in %.1f s: %s | refused: %s | faults: %s | events: %s%n",
                row.name,
                row.tasks,
                row.seconds,
                join(ends),
                join(difference(before.refused, after.refused)),
                join(byLabel(difference(before.faults, after.faults))),
                join(difference(before.events, after.events)));
        out.flush();
    }

    private static <K> Map<K, Long> difference(final Map<K, Long> before, final Map<K, Long> after) {
        final Map<K, Long> difference = new TreeMap<>();
        after.forEach((key, count) -> {
            final long more = count - before.getOrDefault(key, 0L);
            if (more != 0) {
                difference.put(key, more);
            }
        });
        return difference;
    }

    private static Map<String, Long> byLabel(final Map<Fault, Long> counts) {
        final Map<String, Long> labelled = new LinkedHashMap<>();
        new EnumMap<Fault, Long>(counts).forEach((fault, count) -> labelled.put(fault.label(), count));
        return labelled;
    }

    private static String join(final Map<?, Long> counts) {
        final StringJoiner text = new StringJoiner(" ").setEmptyValue("none");
        counts.forEach((key, count) -> text.add(key + "=" + count));
        return text.toString();
    }

    private void printTable() {
        out.printf("%n%-12s %10s %10s %10s %10s %10s%n", "", "tasks", "seconds", "heap, MB", "threads", "exclusive");
        for (final Row each : rows) {
            out.printf(
                    Locale.ROOT,
                    "%-12s %10d %10.1f %10.2f %10d %10d%n",
                    each.name,
                    each.tasks,
                    each.seconds,
                    megabytes(each.heapBytes),
                    each.threads,
                    each.exclusiveThreads);
        }
    }
}
