/**
 * Plots as SVG, laid out by hand for two widths: scales, ticks and paths, and the kinds of chart that a report is made of.
 * Nothing here knows of files or of what is measured. Everything is immutable unless it says otherwise; one thread.
 */
package io.ringmaster.report.plot;
