package io.ringmaster.capacity;

/** What a measurement says to a question. */
public enum Answer {
    /** Yes. */
    YES,
    /** No. */
    NO,
    /** It can't be told: the measurement is not valid, or has too few samples. */
    CANNOT_TELL
}
