package io.ringmaster.guard;

/**
 * What one fork measured of one benchmark.
 *
 * @param benchmark    its name.
 * @param nanos        per operation.
 * @param controlNanos per operation of the control, in the same fork.
 * @param bytes        allocated per operation; NaN where the JVM does not tell.
 */
record Sample(String benchmark, double nanos, double controlNanos, double bytes) {
    private static final String PREFIX = "sample ";
    private static final int FIELDS = 5;

    /** The benchmark's time in units of the control's. */
    double ratio() {
        return nanos / controlNanos;
    }

    /**
     * Reads a line of a fork's.
     *
     * @param line the line.
     * @return the sample; null if the line is none.
     * @throws IllegalArgumentException if it looks like one and is not.
     */
    static Sample parse(final String line) {
        if (!line.startsWith(PREFIX)) {
            return null;
        }
        final String[] fields = line.split(" ");
        if (fields.length == FIELDS) {
            try {
                final Sample sample = new Sample(
                        fields[1],
                        Double.parseDouble(fields[2]),
                        Double.parseDouble(fields[3]),
                        Double.parseDouble(fields[4]));
                if (sample.nanos > 0 && sample.controlNanos > 0) {
                    return sample;
                }
            } catch (final NumberFormatException e) {
                throw new IllegalArgumentException("a fork's sample has a field that is no number: " + line, e);
            }
        }
        throw new IllegalArgumentException("a fork's sample must be a name, two times and a size: " + line);
    }
}
