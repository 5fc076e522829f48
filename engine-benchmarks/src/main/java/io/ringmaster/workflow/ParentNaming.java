package io.ringmaster.workflow;

/** What a task's list of parents holds. */
enum ParentNaming {
    /** Ids. */
    IDS,
    /** Names, or ids where no task has that name. */
    NAMES_THEN_IDS
}
