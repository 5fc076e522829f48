package io.ringmaster.peers;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/** Which versions the peers are of, as the build wrote them down. */
final class Versions {
    private static final Properties ALL = read();

    private Versions() {}

    /**
     * Finds one.
     *
     * @param component {@code jdk} or a name in the file.
     * @return the version.
     */
    static String of(final String component) {
        return component.equals("jdk") ? System.getProperty("java.version") : ALL.getProperty(component);
    }

    private static Properties read() {
        final Properties all = new Properties();
        try (InputStream file = Versions.class.getResourceAsStream("versions.properties")) {
            all.load(file);
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
        return all;
    }
}
