package io.ringmaster.replay;

import io.ringmaster.workflow.Workflow;

/** The instances of a workload, one after the other as they arrive. One thread. */
final class ArrivalSchedule {

    private final Workload workload;
    /** Of each part, how many of its instances were taken. */
    private final int[] taken;

    private int nextPart;
    private int nextInstance;
    private long nextNanos;

    ArrivalSchedule(final Workload workload) {
        this.workload = workload;
        this.taken = new int[workload.partCount()];
        findNext();
    }

    boolean isEmpty() {
        return nextPart < 0;
    }

    /** When the next instance arrives, since the run's start. */
    long nextNanos() {
        return nextNanos;
    }

    /** Takes the next instance and returns its number. */
    int take() {
        final int instance = nextInstance;
        taken[nextPart]++;
        findNext();
        return instance;
    }

    /** Parts are few, so they are looked at one by one. */
    private void findNext() {
        nextPart = -1;
        nextNanos = Long.MAX_VALUE;
        for (int i = 0; i < taken.length; i++) {
            final Workload.Part part = workload.part(i);
            final Workflow workflow = part.workflow();
            if (taken[i] == workflow.instanceCount()) {
                continue;
            }
            final int instance = part.firstInstance() + workflow.instanceByArrival(taken[i]);
            final long arrival = workload.arrivalNanos(instance);
            if (nextPart < 0 || arrival < nextNanos) {
                nextPart = i;
                nextInstance = instance;
                nextNanos = arrival;
            }
        }
    }
}
