package io.ringmaster.report.plot;

/**
 * A straight line across a plot at a value that means something.
 *
 * @param value where.
 * @param label what it means.
 * @param css   its class.
 */
public record Rule(double value, String label, String css) {}
