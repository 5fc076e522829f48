package io.ringmaster.report;

import java.util.List;

/**
 * What the page says, before it is written down.
 *
 * @param format   which version of this model it is.
 * @param title    the page's title.
 * @param subtitle a line below it.
 * @param chapters in the order of the page.
 */
record Report(String format, String title, String subtitle, List<Chapter> chapters) {

    static final String FORMAT = "ringmaster-report/1";
}
