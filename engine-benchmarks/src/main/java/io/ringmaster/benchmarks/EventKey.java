package io.ringmaster.benchmarks;

/** What the control's events are about: as little as a handler can do for one key. */
final class EventKey {
    /** Written by the handler alone. */
    long handled;

    static EventKey[] create() {
        final EventKey[] keys = new EventKey[EventTarget.KEYS];
        for (int i = 0; i < keys.length; i++) {
            keys[i] = new EventKey();
        }
        return keys;
    }

    static long sum(final EventKey[] keys) {
        long sum = 0;
        for (final EventKey each : keys) {
            sum += each.handled;
        }
        return sum;
    }
}
