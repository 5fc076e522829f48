package io.ringmaster.report.plot;

/**
 * A stretch of the horizontal axis.
 *
 * @param from    its begin.
 * @param to      its end.
 * @param label   what it is.
 * @param isValid whether what was measured in it counts; hatched if not.
 */
public record Band(double from, double to, String label, boolean isValid) {}
