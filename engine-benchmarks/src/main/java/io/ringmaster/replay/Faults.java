package io.ringmaster.replay;

import io.ringmaster.TaskEngine;
import io.ringmaster.task.RetryPolicy;
import io.ringmaster.task.TaskPolicy;
import io.ringmaster.task.ZombiePolicy;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;

/**
 * What goes wrong in a run on purpose. Rates are shares of attempts: each attempt of each task has one fault or none,
 * drawn from seed, task and attempt alone.
 *
 * @param failRate         attempts that throw.
 * @param zombieRate       attempts that stop beating and never end by themselves.
 * @param blockRate        attempts whose first step blocks its thread for {@value #BLOCK_MILLIS} ms.
 * @param timeoutRate      attempts that go on beating and never end by themselves.
 * @param slowMasterMillis after how long the Master acknowledges a report, in milliseconds; 0 for one that is told
 *                         directly.
 */
public record Faults(double failRate, double zombieRate, double blockRate, double timeoutRate, int slowMasterMillis) {

    /** Nothing goes wrong. */
    public static final Faults NONE = new Faults(0, 0, 0, 0, 0);

    /** How often a task is tried in all. */
    public static final int ATTEMPTS = 4;

    /** From when on a call counts as stalled, with blocking steps. */
    static final long STALL_MILLIS = 100;

    /** For how long a step blocks: three stall thresholds. */
    static final long BLOCK_MILLIS = 3 * STALL_MILLIS;

    /** How much longer than its runtime an attempt may take, with attempts that don't end. */
    static final long TIMEOUT_MARGIN_MILLIS = 1_000;

    /** The interval of the heartbeats, with zombies; three may be missed, and a step that blocks misses fewer. */
    static final long BEAT_MILLIS = 200;

    private static final double ROUNDING = 1e-9;
    private static final long FIRST_DELAY_MILLIS = 10;
    private static final long LONGEST_DELAY_MILLIS = 1_000;
    private static final int MOST_MASTER_MILLIS = 60_000;

    /** What an attempt does. */
    enum Fault {
        NONE,
        FAIL,
        ZOMBIE,
        BLOCK,
        TIMEOUT
    }

    /**
     * Reads {@code fail=RATE,zombie=RATE,block=RATE,timeout=RATE,slow-master=TIME}, each of them at most once.
     *
     * @param spec what to read.
     * @return the faults.
     * @throws IllegalArgumentException if it breaks a rule; the message names the part, the rule and the value.
     */
    public static Faults parse(final String spec) {
        double fail = 0;
        double zombie = 0;
        double block = 0;
        double timeout = 0;
        int master = 0;
        final Set<String> seen = new HashSet<>();
        for (final String part : spec.split(",", -1)) {
            final int equals = part.indexOf('=');
            final String name = equals < 0 ? part : part.substring(0, equals);
            final String value = equals < 0 ? "" : part.substring(equals + 1);
            if (equals >= 0 && !seen.add(name)) {
                throw new IllegalArgumentException("must name " + name + " only once: " + spec);
            }
            switch (equals < 0 ? "" : name) {
                case "fail" -> fail = rate(name, value);
                case "zombie" -> zombie = rate(name, value);
                case "block" -> block = rate(name, value);
                case "timeout" -> timeout = rate(name, value);
                case "slow-master" -> master = millis(name, value);
                default ->
                    throw new IllegalArgumentException(
                            "must be fail=RATE, zombie=RATE, block=RATE, timeout=RATE or slow-master=TIME, separated by"
                                    + " commas: "
                                    + (part.isEmpty() ? "'" + spec + "'" : part));
            }
        }
        if (fail + zombie + block + timeout > 1 + ROUNDING) {
            throw new IllegalArgumentException("must have rates that add up to at most 1: " + spec);
        }
        return new Faults(fail, zombie, block, timeout, master);
    }

    private static double rate(final String name, final String value) {
        if (value.matches("[0-9]*\\.?[0-9]+|[0-9]+\\.")) {
            final double rate = Double.parseDouble(value);
            if (rate <= 1) {
                return rate;
            }
        }
        throw new IllegalArgumentException(name + " must be a number from 0 to 1: " + value);
    }

    private static int millis(final String name, final String value) {
        if (value.matches("[0-9]{1,6}(ms|s)")) {
            final boolean seconds = !value.endsWith("ms");
            final long number = Long.parseLong(value.replaceAll("[a-z]", "")) * (seconds ? 1_000 : 1);
            if (number >= 1 && number <= MOST_MASTER_MILLIS) {
                return (int) number;
            }
        }
        throw new IllegalArgumentException(name + " must be a time from 1ms to 60s: " + value);
    }

    /** Returns whether anything may go wrong. */
    public boolean isAny() {
        return !equals(NONE);
    }

    /** Returns whether tasks do anything else than without faults. */
    boolean concernTasks() {
        return failRate + zombieRate + blockRate + timeoutRate > 0;
    }

    /**
     * Gives an engine what it needs to notice them.
     *
     * @param context its settings.
     * @return the same.
     */
    public TaskEngine.Context applyTo(final TaskEngine.Context context) {
        return blockRate > 0 ? context.stallThresholdMillis(STALL_MILLIS) : context;
    }

    /** The policy of a task that is to run for so long. */
    TaskPolicy policy(final long durationNanos) {
        if (!concernTasks()) {
            return TaskPolicy.OPEN;
        }
        final TaskPolicy.Builder policy = TaskPolicy.builder()
                .retry(RetryPolicy.exponential(
                        ATTEMPTS, FIRST_DELAY_MILLIS, LONGEST_DELAY_MILLIS, TimeUnit.MILLISECONDS));
        if (zombieRate > 0) {
            policy.heartbeat(BEAT_MILLIS, TimeUnit.MILLISECONDS).onZombie(ZombiePolicy.RETRY);
        }
        if (timeoutRate > 0) {
            policy.runTimeout(
                    durationNanos + TimeUnit.MILLISECONDS.toNanos(TIMEOUT_MARGIN_MILLIS), TimeUnit.NANOSECONDS);
        }
        return policy.build();
    }

    /** What an attempt does: a function of its arguments and the rates. */
    Fault draw(final long seed, final long task, final int attempt) {
        final long mixed = (seed * 31 + task) * 31 + attempt;
        double at = new SplittableRandom(mixed * 0x9e3779b97f4a7c15L).nextDouble();
        final double[] rates = {failRate, zombieRate, blockRate, timeoutRate};
        for (int i = 0; i < rates.length; i++) {
            if (at < rates[i]) {
                return Fault.values()[i + 1];
            }
            at -= rates[i];
        }
        return Fault.NONE;
    }

    /** Returns them as {@link #parse} reads them. */
    @Override
    public String toString() {
        final StringBuilder text = new StringBuilder();
        append(text, "fail", failRate);
        append(text, "zombie", zombieRate);
        append(text, "block", blockRate);
        append(text, "timeout", timeoutRate);
        if (slowMasterMillis > 0) {
            text.append(text.isEmpty() ? "" : ",")
                    .append("slow-master=")
                    .append(slowMasterMillis)
                    .append("ms");
        }
        return text.toString();
    }

    private static void append(final StringBuilder text, final String name, final double rate) {
        if (rate > 0) {
            text.append(text.isEmpty() ? "" : ",").append(String.format(Locale.ROOT, "%s=%s", name, rate));
        }
    }
}
