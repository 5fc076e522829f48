package io.ringmaster.report;

/**
 * What a page is made of besides its content.
 *
 * @param policy      its Content-Security-Policy.
 * @param style       its style sheet.
 * @param script      its script.
 * @param plotsFolder where its plots also are.
 * @param jsonFile    where its numbers also are.
 */
record PageParts(String policy, String style, String script, String plotsFolder, String jsonFile) {}
