package io.ringmaster.capacity;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What the figures mean for whoever sizes machines. Each line says what it was derived from, and how.
 *
 * @param targetPerSecond  the rate that is planned for, of all Masters together.
 * @param masters          how many it takes.
 * @param fireWorkers      fire-workers of each.
 * @param exclusiveThreads exclusive threads of each; 0 if no work needs one.
 * @param ringCapacity     slots of each ring.
 * @param heapMebibytes    the heap of each.
 * @param headroom         the share of what a Master carries that stays free.
 * @param nextBottleneck   what would be exhausted first if the rate rose.
 * @param lines            all of it for people.
 */
public record Verdict(
        double targetPerSecond,
        int masters,
        int fireWorkers,
        int exclusiveThreads,
        int ringCapacity,
        long heapMebibytes,
        double headroom,
        String nextBottleneck,
        List<String> lines) {
    private static final double SECONDS_PER_DAY = 86_400;
    private static final double MICROS_PER_SECOND = 1e6;
    private static final double MILLIS_PER_SECOND = 1e3;
    private static final double MEBI = 1 << 20;
    private static final int LEAST_RING = 1 << 10;
    private static final int MOST_RING = 1 << 26;
    private static final int HEAP_STEP = 64;
    private static final double COLLECTIONS_PER_SECOND = 2;
    private static final double NEAR_LIMIT = 0.7;
    private static final double FULL = 0.95;

    /**
     * Derives it.
     *
     * @param settings what was asked for.
     * @param steps    what was measured.
     * @param knee     the highest rate that was kept up with, or null.
     * @param within   the highest rate within the objective, or null.
     * @param burst    what a burst did, or null.
     * @param cost     what live tasks take of the heap, or null.
     * @return null if there is no rate to base it on.
     */
    static Verdict of(
            final CapacitySettings settings,
            final List<Step> steps,
            final CapacityResult.Knee knee,
            final CapacityResult.Rate within,
            final CapacityResult.Disturbance burst,
            final LiveTaskCost cost) {
        final CapacityResult.Rate best = settings.slo() != null ? within : knee == null ? null : knee.rate();
        if (best == null) {
            return null;
        }
        return new Derivation(settings, steps, knee, best, burst, cost).verdict();
    }

    /** The way from the figures to the verdict, a method for each part of it. */
    private static final class Derivation {
        private final CapacitySettings settings;
        private final Step step;
        private final Step kneeStep;
        private final double kneePerSecond;
        private final double best;
        private final CapacityResult.Disturbance burst;
        private final LiveTaskCost cost;
        private final List<String> lines = new ArrayList<>();

        private final double target;
        private final int masters;
        private final double perMaster;

        Derivation(
                final CapacitySettings settings,
                final List<Step> steps,
                final CapacityResult.Knee knee,
                final CapacityResult.Rate rate,
                final CapacityResult.Disturbance burst,
                final LiveTaskCost cost) {
            this.settings = settings;
            this.step = steps.get(rate.step());
            this.kneeStep = knee == null ? step : steps.get(knee.rate().step());
            this.kneePerSecond = knee == null ? rate.perSecond() : knee.rate().perSecond();
            this.best = rate.perSecond();
            this.burst = burst;
            this.cost = cost;
            final double usable = best * (1 - settings.headroom());
            this.target = settings.target() > 0 ? settings.target() : usable;
            this.masters = (int) Math.max(1, Math.ceil(target / usable - 1e-9));
            this.perMaster = target / masters;
        }

        Verdict verdict() {
            masters();
            final int fireWorkers = fireWorkers();
            final int exclusive = exclusiveThreads();
            final int ring = ring();
            final long heap = heap(ring);
            final String bottleneck = bottleneck();
            say("next bottleneck: " + bottleneck);
            return new Verdict(
                    target,
                    masters,
                    fireWorkers,
                    exclusive,
                    ring,
                    heap,
                    1 - perMaster / best,
                    bottleneck,
                    List.copyOf(lines));
        }

        private void say(final String line) {
            lines.add(line);
        }

        private void masters() {
            final String condition = settings.slo() == null ? "keeps up with" : "carries with " + settings.slo();
            say(String.format(
                    Locale.ROOT,
                    "a Master as measured %s %s tasks/s (%s a day); to leave %s of it free it is given %s/s at the most",
                    condition,
                    Quantities.rate(best),
                    millions(best * SECONDS_PER_DAY),
                    percent(settings.headroom()),
                    Quantities.rate(best * (1 - settings.headroom()))));
            say(String.format(
                    Locale.ROOT,
                    "for %s%s tasks/s (%s a day): %d Master%s, %s / (%s x (1 - %s)) rounded up, each with %s/s and %s of what"
                            + " it carries left; one more, if the loss of one is to be survived",
                    settings.targetText().isEmpty() ? "" : settings.targetText() + ", ",
                    Quantities.rate(target),
                    millions(target * SECONDS_PER_DAY),
                    masters,
                    masters == 1 ? "" : "s",
                    Quantities.rate(target),
                    Quantities.rate(best),
                    Quantities.number(settings.headroom()),
                    Quantities.rate(perMaster),
                    percent(1 - perMaster / best)));
        }

        private int fireWorkers() {
            final double busy = perMaster * step.usage().busyMicros() / MICROS_PER_SECOND;
            final int needed = (int) Math.max(1, Math.ceil(busy / (1 - settings.headroom()) - 1e-9));
            final int count = Math.min(needed, settings.shape().fireWorkers());
            say(String.format(
                    Locale.ROOT,
                    "fire-workers: %d in each; a task takes %s us of one, so %s/s keep %s of one busy; each needs a CPU of its"
                            + " own, and so do the threads that submit",
                    count,
                    Quantities.number(step.usage().busyMicros()),
                    Quantities.rate(perMaster),
                    Quantities.number(busy)));
            return count;
        }

        private int exclusiveThreads() {
            if (step.usage().exclusiveMicros() == 0) {
                return 0;
            }
            final double busy = perMaster * step.usage().exclusiveMicros() / MICROS_PER_SECOND;
            final int count = (int) Math.max(1, Math.ceil(busy / (1 - settings.headroom()) - 1e-9));
            say(String.format(
                    Locale.ROOT,
                    "exclusive threads: %d in each; a task takes %s us of one, so by Little's law %s are busy, divided by"
                            + " (1 - %s)",
                    count,
                    Quantities.number(step.usage().exclusiveMicros()),
                    Quantities.number(busy),
                    Quantities.number(settings.headroom())));
            return count;
        }

        private int ring() {
            final double wait = longestWaitMicros();
            final double waiting = perMaster * wait / MICROS_PER_SECOND;
            final double used = isBurstKnown() ? burst.step().usage().maxRingUsed() : 0;
            final int reserved = settings.shape().reservedSlots();
            final double needed = Math.max(2 * waiting, used) + reserved;
            final int ring = (int) Math.max(
                    LEAST_RING,
                    Math.min(MOST_RING, (long) Integer.highestOneBit((int) Math.min(needed, MOST_RING) - 1) << 1));
            say(String.format(
                    Locale.ROOT,
                    "ring: %d slots; the longest wait for a fire-worker was %s us, in which %s tasks arrive at %s/s (twice"
                            + " that), %s; %d more are kept for completions",
                    ring,
                    Quantities.number(wait),
                    Quantities.number(Math.ceil(waiting)),
                    Quantities.rate(perMaster),
                    burst(),
                    reserved));
            return ring;
        }

        private double longestWaitMicros() {
            final Latency handled = step.latencies().get("submitToHandled");
            return handled == null
                    ? step.endToEnd().max()
                    : handled.percentiles().max();
        }

        private boolean isBurstKnown() {
            return burst != null && burst.step().isValid();
        }

        private String burst() {
            if (burst == null) {
                return "a burst was not measured";
            }
            if (!isBurstKnown()) {
                return "what a burst used is not known, since its step is not valid ("
                        + burst.step().complaints().get(0) + ")";
            }
            final Step.Load load = burst.step().load();
            final String text = String.format(
                    Locale.ROOT,
                    "a burst of %s/s for %s s used up to %d",
                    Quantities.rate(load.scheduledPerSecond()),
                    Quantities.number(load.seconds()),
                    burst.step().usage().maxRingUsed());
            if (load.refused() == 0) {
                return text;
            }
            final double excess = Math.max(0, load.scheduledPerSecond() - kneePerSecond) * load.seconds();
            return text
                    + String.format(
                            Locale.ROOT,
                            " and had %s of its tasks refused (to take them all in would take %s slots, and the last one"
                                    + " would wait %s ms)",
                            percent((double) load.refused() / load.submitted()),
                            Quantities.number(Math.ceil(excess)),
                            Quantities.number(excess / kneePerSecond * MILLIS_PER_SECOND));
        }

        private long heap(final int ring) {
            if (cost == null) {
                return 0;
            }
            final double live = perMaster * step.endToEnd().mean() / MICROS_PER_SECOND;
            final double most = Math.max(live, ring);
            final double allocated = perMaster * step.usage().bytesPerTask();
            final double bytes =
                    2 * (cost.baseBytes() + most * cost.bytesPerTask()) + allocated / COLLECTIONS_PER_SECOND;
            final long mebibytes = (long) Math.ceil(bytes / MEBI / HEAP_STEP) * HEAP_STEP;
            say(String.format(
                    Locale.ROOT,
                    "heap: %d MiB; twice (%s MiB without tasks + %s live tasks x %s B), and %s MiB/s of allocation for half a"
                            + " second; live is the greater of a full ring and %s by Little's law (%s/s x %s us); what payloads"
                            + " and your own code take comes on top",
                    mebibytes,
                    Quantities.number(cost.baseBytes() / MEBI),
                    Quantities.number(Math.ceil(most)),
                    Quantities.number(cost.bytesPerTask()),
                    Quantities.number(allocated / MEBI),
                    Quantities.number(Math.ceil(live)),
                    Quantities.rate(perMaster),
                    Quantities.number(step.endToEnd().mean())));
            return mebibytes;
        }

        /** What was used most where the engine was at its limit. */
        private String bottleneck() {
            final Step.Usage usage = kneeStep.usage();
            final double gc =
                    usage.gcMillis() / MILLIS_PER_SECOND / kneeStep.load().seconds();
            final double cpu = usage.cpuMillis()
                    / MILLIS_PER_SECOND
                    / kneeStep.load().seconds()
                    / Runtime.getRuntime().availableProcessors();
            final String[] names = {
                "the fire-worker" + (kneeStep.fireWorkers() == 1 ? "" : "s"),
                "the exclusive threads",
                "the thread that submits",
                "garbage collection"
            };
            final double[] shares = {usage.fireWorkerBusy(), usage.exclusiveBusy(), usage.submitterBusy(), gc};
            int first = 0;
            for (int i = 1; i < shares.length; i++) {
                if (shares[i] > shares[first]) {
                    first = i;
                }
            }
            final StringBuilder text = new StringBuilder();
            if (shares[first] >= NEAR_LIMIT) {
                text.append(names[first])
                        .append(", ")
                        .append(percent(shares[first]))
                        .append(" busy");
            } else if (cpu >= FULL) {
                text.append("the machine's CPUs, ").append(percent(cpu)).append(" busy");
            } else {
                text.append("none of them was near its limit; the busiest was ")
                        .append(names[first])
                        .append(" with ")
                        .append(percent(shares[first]));
            }
            text.append(" at ")
                    .append(Quantities.rate(kneeStep.load().scheduledPerSecond()))
                    .append("/s");
            for (int i = 0; i < shares.length; i++) {
                if (i != first) {
                    text.append(", ").append(names[i]).append(' ').append(percent(shares[i]));
                }
            }
            text.append(", all CPUs ").append(percent(cpu));
            if (settings.slo() != null
                    && step.hiccups().max() * 1e3 > settings.slo().nanos()) {
                text.append("; the machine's own hiccups, up to ")
                        .append(Quantities.number(step.hiccups().max()))
                        .append(" us, are longer than the objective");
            }
            return text.toString();
        }

        private static String percent(final double share) {
            return Quantities.number(100 * share) + " %";
        }

        private static String millions(final double count) {
            return count >= 1e6 ? Quantities.number(count / 1e6) + " million" : Quantities.number(count);
        }
    }
}
