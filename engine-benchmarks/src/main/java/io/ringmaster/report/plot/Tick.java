package io.ringmaster.report.plot;

/**
 * A line of an axis' grid.
 *
 * @param value where.
 * @param major whether it is labelled.
 */
public record Tick(double value, boolean major) {}
