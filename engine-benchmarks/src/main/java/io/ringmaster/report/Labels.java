package io.ringmaster.report;

import java.util.List;
import java.util.Locale;

/** What files call things, in words. */
final class Labels {

    /** The latencies in the order of a task's life, the whole of it first. */
    private static final List<String> ORDER = List.of(
            "endToEnd",
            "readyToRunning",
            "submitToHandled",
            "submitToRunning",
            "run",
            "overrun",
            "runningToFinal",
            "finalToAcknowledged",
            "releaseLag",
            "hiccup");

    private Labels() {}

    /** A latency's name for people. */
    static String latency(final String key) {
        return switch (key) {
            case "endToEnd" -> "end to end";
            case "submitToHandled" -> "queued (submit to handled)";
            case "submitToRunning" -> "submit to running";
            case "readyToRunning" -> "ready to running";
            case "run" -> "running";
            case "overrun" -> "overrun of the runtime";
            case "runningToFinal" -> "running to final";
            case "finalToAcknowledged" -> "final to acknowledged";
            case "releaseLag" -> "release lag";
            case "hiccup" -> "machine hiccups";
            case "" -> "latency";
            default -> words(key);
        };
    }

    /** The same, short enough for the end of a line. */
    static String shortLatency(final String key) {
        return "submitToHandled".equals(key) ? "queued" : "overrun".equals(key) ? "overrun" : latency(key);
    }

    /** Where a latency belongs among the others. */
    static int order(final String key) {
        final int found = ORDER.indexOf(key);
        return found < 0 ? ORDER.size() : found;
    }

    /** The style that a latency has in every plot. */
    static int style(final String key) {
        return switch (key) {
            case "endToEnd", "readyToRunning" -> 0;
            case "submitToHandled" -> 1;
            case "submitToRunning" -> 2;
            case "run", "overrun" -> 3;
            case "runningToFinal" -> 4;
            case "finalToAcknowledged", "releaseLag" -> 5;
            default -> 6;
        };
    }

    /** {@code camelCase} as {@code camel case}. */
    static String words(final String camelCase) {
        return camelCase
                .replaceAll("([a-z0-9])([A-Z])", "$1 $2")
                .toLowerCase(Locale.ROOT)
                .strip();
    }
}
