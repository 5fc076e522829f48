package io.ringmaster.guard;

import io.ringmaster.benchmarks.GuardedScenario;
import io.ringmaster.benchmarks.GuardedScenario.Phase;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.LongSupplier;

/**
 * One sample: measures a scenario in a process of its own and prints a line for each of its benchmarks. Benchmark and control
 * alternate, some tenths of a millisecond each, so that what disturbs the machine disturbs both; and both are taken at their
 * {@value #QUANTILE} quantile, since on a CPU that is shared a disturbance makes a window longer and never shorter.
 *
 * <p>How often each body runs is fixed: the JIT then sees the same in every process.
 */
public final class GuardFork {
    /** Where a measurement's value is taken among its windows. */
    static final double QUANTILE = 0.1;

    private static final String LINE = "sample %s %.4f %.4f %.3f%n";
    /**
     * Copies of the control, each compiled and laid out for itself. Now and then one of them is a tenth slower for the whole
     * life of its process; the fastest one counts.
     */
    private static final int CONTROLS = 3;

    /** Rounds in which only the allocation is looked at. */
    private static final int ALLOCATION_ROUNDS = 40;

    private final GuardedScenario scenario;
    private final List<Phase> phases;
    private final LongSupplier[] controls;
    private final int rounds;
    private final double[][] nanos;
    private final double[][] controlNanos;

    private GuardFork(final GuardedScenario scenario, final LongSupplier[] controls) {
        this.scenario = scenario;
        this.phases = scenario.phases();
        this.controls = controls;
        this.rounds = scenario.rounds();
        this.nanos = new double[phases.size()][rounds];
        this.controlNanos = new double[CONTROLS][(rounds * phases.size() + CONTROLS - 1) / CONTROLS];
    }

    /**
     * Measures.
     *
     * @param args the scenario, the control's class path, and a file for every window's times if they are wanted.
     * @throws IOException if that file can't be written.
     */
    public static void main(final String[] args) throws IOException {
        final LongSupplier[] controls = new LongSupplier[CONTROLS];
        for (int i = 0; i < CONTROLS; i++) {
            controls[i] = RawControl.load(args[1]);
        }
        try (GuardedScenario scenario = GuardedScenario.open(args[0])) {
            final GuardFork fork = new GuardFork(scenario, controls);
            fork.measure();
            fork.print(System.out, fork.allocated());
            if (args.length > 2) {
                fork.write(Path.of(args[2]));
            }
        }
        System.exit(0);
    }

    private void measure() {
        int turn = 0;
        for (int round = 0; round < rounds; round++) {
            for (int i = 0; i < phases.size(); i++) {
                final Phase phase = phases.get(i);
                controlNanos[turn % CONTROLS][turn / CONTROLS] = controls[turn % CONTROLS].getAsLong() / 1000.0;
                turn++;
                final long start = System.nanoTime();
                phase.body().run();
                nanos[i][round] = (double) (System.nanoTime() - start) / phase.operations();
            }
            scenario.check();
        }
    }

    /**
     * Returns the bytes that an operation of each phase allocates, in the median round: a round has thousands of operations, so
     * what only some of them allocate is seen too, and what happens once in a while, a table that grows, is not. NaN where
     * the JVM does not count them.
     */
    private double[] allocated() {
        final double[] bytes = new double[phases.size()];
        Arrays.fill(bytes, Double.NaN);
        final ThreadMXBean bean = ManagementFactory.getThreadMXBean();
        if (!(bean instanceof com.sun.management.ThreadMXBean threads)
                || !threads.isThreadAllocatedMemorySupported()
                || !threads.isThreadAllocatedMemoryEnabled()) {
            return bytes;
        }
        final long self = Thread.currentThread().getId();
        final double[][] perRound = new double[phases.size()][ALLOCATION_ROUNDS];
        for (int round = 0; round < ALLOCATION_ROUNDS; round++) {
            for (int i = 0; i < phases.size(); i++) {
                final Phase phase = phases.get(i);
                final long before = threads.getThreadAllocatedBytes(self);
                phase.body().run();
                perRound[i][round] = (double) (threads.getThreadAllocatedBytes(self) - before) / phase.operations();
            }
            scenario.check();
        }
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = quantile(perRound[i], 0, 0.5);
        }
        return bytes;
    }

    private void print(final PrintStream out, final double[] bytes) {
        double controlValue = Double.POSITIVE_INFINITY;
        for (final double[] each : controlNanos) {
            // the last window of a copy may be missing, and is 0 then
            controlValue =
                    Math.min(controlValue, quantile(Arrays.copyOf(each, each.length - 1), each.length / 2, QUANTILE));
        }
        for (int i = 0; i < phases.size(); i++) {
            out.printf(
                    Locale.ROOT,
                    LINE,
                    phases.get(i).benchmark(),
                    quantile(nanos[i], rounds / 2, QUANTILE),
                    controlValue,
                    bytes[i]);
        }
        out.flush();
    }

    private double control(final int turn) {
        return controlNanos[turn % CONTROLS][turn / CONTROLS];
    }

    private void write(final Path file) throws IOException {
        final StringBuilder text = new StringBuilder();
        for (int round = 0; round < rounds; round++) {
            for (int i = 0; i < phases.size(); i++) {
                text.append(String.format(
                        Locale.ROOT,
                        "%s %.3f %.3f%n",
                        phases.get(i).benchmark(),
                        nanos[i][round],
                        control(round * phases.size() + i)));
            }
        }
        Files.writeString(file, text, StandardCharsets.UTF_8);
    }

    /**
     * A quantile of a part of some values.
     *
     * @param values   not changed.
     * @param from     the first that counts: those before warm up.
     * @param quantile 0 to 1.
     */
    static double quantile(final double[] values, final int from, final double quantile) {
        final double[] sorted = Arrays.copyOfRange(values, from, values.length);
        Arrays.sort(sorted);
        return sorted[(int) (quantile * (sorted.length - 1))];
    }
}
