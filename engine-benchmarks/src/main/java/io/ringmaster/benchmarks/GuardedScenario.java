package io.ringmaster.benchmarks;

import java.util.List;

/**
 * A few benchmarks' bodies on one thread, to be measured by a loop that alternates with a control: what
 * {@code scripts/compare} runs in one process. The bodies are those of the JMH suites, and each round of them leaves
 * everything as it was. One thread.
 */
public interface GuardedScenario extends AutoCloseable {
    /**
     * One body.
     *
     * @param benchmark  its name, as JMH's without the package and the word Benchmark.
     * @param operations how many operations a run of it is; some tenths of a millisecond in all.
     * @param body       what is timed.
     */
    record Phase(String benchmark, int operations, Runnable body) {}

    /** Returns what a round runs, in this order. */
    List<Phase> phases();

    /**
     * Looks whether a round did what it should, outside the time that is measured.
     *
     * @throws IllegalStateException if it did not.
     */
    void check();

    /** Returns how many rounds a measurement has: about a second and a half of them, of which the first half warm up. */
    int rounds();

    @Override
    void close();

    /** Returns the names of all scenarios. */
    static List<String> names() {
        return GuardedScenarios.NAMES;
    }

    /**
     * Opens a scenario.
     *
     * @param name one of {@link #names()}.
     * @return the scenario, ready for its first round.
     */
    static GuardedScenario open(final String name) {
        return GuardedScenarios.open(name);
    }
}
