package io.ringmaster.benchmarks;

import java.util.function.Supplier;

/** What the control's events are about: as little as a handler can do for one key. */
class EventKey {
    /** Written by the handler alone. */
    long handled;

    /** A key that takes as many cache lines as a task executor does. */
    @SuppressWarnings("unused")
    private static final class Wide extends EventKey {
        private long w01, w02, w03, w04, w05, w06, w07, w08, w09, w10, w11, w12, w13, w14, w15, w16;
    }

    static EventKey[] create() {
        return fill(EventKey::new);
    }

    static EventKey[] createWide() {
        return fill(Wide::new);
    }

    private static EventKey[] fill(final Supplier<EventKey> factory) {
        final EventKey[] keys = new EventKey[EventTarget.KEYS];
        for (int i = 0; i < keys.length; i++) {
            keys[i] = factory.get();
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
