package io.ringmaster.workflow;

/** The forms of workflow that {@link WorkflowGenerator} knows. */
public enum WorkflowShape {
    /** One task after the other. */
    CHAIN,
    /** Rounds of a fork, parallel tasks and a join of them all. */
    FORK_JOIN,
    /** A split, mappers, a shuffle in which each reducer waits for each mapper, reducers, and a merge. */
    MAP_REDUCE,
    /**
     * An image mosaic: projections, a difference for each pair of neighbours, a fit and a model over all of them, a
     * background correction per image that needs its projection and the model, and a short tail.
     */
    MONTAGE
}
