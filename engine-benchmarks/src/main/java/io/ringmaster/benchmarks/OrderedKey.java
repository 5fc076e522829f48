package io.ringmaster.benchmarks;

/** A key whose messages are to be handled in the order they were sent. Its consumer alone writes it. */
final class OrderedKey {
    private long last;
    private long disordered;

    /** A message: its key, and its number among that key's. Used again once it was handled. */
    static final class Message {
        private final LonelyCounter handled;
        private OrderedKey key;
        private long number;

        /**
         * Creates a message without an address.
         *
         * @param handled counts what is handled; the consumer's.
         */
        Message(final LonelyCounter handled) {
            this.handled = handled;
        }

        /**
         * Makes it a message for a key. The sender.
         *
         * @param next its key.
         * @param at   its number, from 1.
         */
        void address(final OrderedKey next, final long at) {
            key = next;
            number = at;
        }

        /** Handles it. The key's only consumer. */
        void handle() {
            final OrderedKey at = key;
            if (number != at.last + 1) {
                at.disordered++;
            }
            at.last = number;
            handled.increment();
        }
    }

    static OrderedKey[] create(final int count) {
        final OrderedKey[] keys = new OrderedKey[count];
        for (int i = 0; i < count; i++) {
            keys[i] = new OrderedKey();
        }
        return keys;
    }

    /**
     * Checks that all was handled, and in order. By whoever has seen that the last message was handled.
     *
     * @param sent how many messages were sent to this key.
     * @throws IllegalStateException if not.
     */
    void check(final long sent) {
        if (disordered != 0 || last != sent) {
            throw new IllegalStateException("a key's last message was " + last + " of " + sent + ", and " + disordered
                    + " of them were out of order");
        }
    }
}
