package io.ringmaster;

import java.util.concurrent.ThreadFactory;

/** Virtual threads where the running JDK has them: this code is compiled for one that has not. */
final class VirtualThreads {
    private static final int SINCE = 21;

    private VirtualThreads() {}

    static boolean areAvailable() {
        return Runtime.version().feature() >= SINCE;
    }

    static ThreadFactory factory(final String prefix) {
        try {
            final Class<?> builderType = Class.forName("java.lang.Thread$Builder");
            final Object builder = Thread.class.getMethod("ofVirtual").invoke(null);
            final Object named =
                    builderType.getMethod("name", String.class, long.class).invoke(builder, prefix, 0L);
            return (ThreadFactory) builderType.getMethod("factory").invoke(named);
        } catch (final ReflectiveOperationException e) {
            throw new IllegalStateException("this JDK says it has virtual threads but does not make them", e);
        }
    }
}
