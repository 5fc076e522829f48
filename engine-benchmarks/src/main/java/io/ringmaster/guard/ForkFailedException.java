package io.ringmaster.guard;

/** A build could not run a scenario. */
final class ForkFailedException extends Exception {
    private static final long serialVersionUID = 1L;

    /**
     * Says why.
     *
     * @param message one line.
     */
    ForkFailedException(final String message) {
        super(message);
    }
}
