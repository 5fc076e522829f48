package io.ringmaster.guard;

/** What is said of one benchmark. */
enum Verdict {
    /** The new build takes less, by more than the noise. */
    BETTER("better"),
    /** Whatever the difference is, it is within the margin. */
    SAME("same"),
    /** The new build takes more, by more than the noise. */
    WORSE("worse"),
    /** The pairs don't tell. */
    CANT_TELL("can't tell"),
    /** Its noise is too large on this machine: listed, not judged. */
    NOT_GUARDED("not guarded"),
    /** The base build can't run it: there is nothing to compare with. */
    NOT_COMPARABLE("not comparable"),
    /** The base build runs it and the new one can't. */
    BROKEN("broken");

    private final String text;

    Verdict(final String text) {
        this.text = text;
    }

    /** Whether CI is to stop. */
    boolean isAlarm() {
        return this == WORSE || this == BROKEN;
    }

    @Override
    public String toString() {
        return text;
    }
}
