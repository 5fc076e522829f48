package io.ringmaster.report;

import java.util.List;

/**
 * All about one run, or about all of them in comparison.
 *
 * @param id       unique on the page.
 * @param title    the run's name.
 * @param subtitle what kind of run it was.
 * @param sections in the order of the page.
 */
record Chapter(String id, String title, String subtitle, List<Section> sections) {}
