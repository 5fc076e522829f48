/**
 * Reads what the tools have written into a folder and renders it as one page: {@link io.ringmaster.report.ResultFolder} reads,
 * the {@code …Section} classes decide what is shown, the templates in {@code src/main/jte} write it down.
 *
 * <p>A number that is not in the files is not shown; what is marked as not valid is shown as that and never as a value.
 */
package io.ringmaster.report;
