package io.ringmaster.report;

import java.util.List;

/**
 * A chapter of the page.
 *
 * @param id     unique on the page.
 * @param title  its heading.
 * @param blocks what it holds, at least one.
 */
record Section(String id, String title, List<Block> blocks) {}
