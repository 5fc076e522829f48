package io.ringmaster;

import java.util.List;

/**
 * What a close left behind.
 *
 * @param clean        whether everything ended: no live task, no running thread.
 * @param unfinished   ids of tasks without a final state (at most 100 are named).
 * @param stuckThreads threads that still run, each with its stack.
 */
public record CloseReport(boolean clean, List<Long> unfinished, List<String> stuckThreads) {}
