package io.ringmaster.cli;

import io.ringmaster.capacity.CapacityObserver;
import io.ringmaster.capacity.Quantities;
import io.ringmaster.capacity.Step;
import java.io.Console;
import java.io.PrintWriter;
import java.util.Locale;

/** Tells a person how a capacity run goes: a line for each step that was measured, and on a terminal one that moves. */
final class CapacityProgress implements CapacityObserver {
    private static final double NANOS_PER_SECOND = 1e9;

    private final PrintWriter err;
    private final Console console;
    private ProgressLine line;
    private int count;

    CapacityProgress(final PrintWriter err) {
        this.err = err;
        this.console = Terminal.console();
    }

    @Override
    public void began(final Step.Purpose purpose, final double perSecond, final long nanos) {
        if (console != null) {
            clear();
            line = new ProgressLine(console.writer(), true, Math.round(perSecond * nanos / NANOS_PER_SECOND), 0);
        }
    }

    @Override
    public void looked(final long nanos, final long ended, final long live) {
        if (line != null) {
            line.update(nanos, ended, live);
        }
    }

    @Override
    public void measured(final Step step) {
        clear();
        final Step.Load load = step.load();
        final double p99 = step.endToEnd().p99();
        err.printf(
                Locale.ROOT,
                "step %d, %s: %s/s offered, %s/s completed, %d refused, p99 %s us%s%n",
                count++,
                step.purpose().name().toLowerCase(Locale.ROOT).replace('_', ' '),
                Quantities.rate(load.offeredPerSecond()),
                Quantities.rate(load.completedPerSecond()),
                load.refused(),
                Double.isNaN(p99) ? "?" : Quantities.rate(p99),
                step.isValid() ? "" : "; not valid: " + step.complaints().get(0));
        err.flush();
    }

    void clear() {
        if (line != null) {
            line.clear();
            line = null;
        }
    }
}
