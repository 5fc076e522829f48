package io.ringmaster.workflow;

import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPOutputStream;

/** Writes small input files and reads them the way a user's file is read. */
final class TestFiles {

    private TestFiles() {}

    static Path text(final Path folder, final String name, final String text) {
        return bytes(folder, name, text.getBytes(StandardCharsets.UTF_8));
    }

    static Path bytes(final Path folder, final String name, final byte[] bytes) {
        try {
            return Files.write(folder.resolve(name), bytes);
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static byte[] gzip(final String text) {
        final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
            gzip.write(text.getBytes(StandardCharsets.UTF_8));
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    /** The fault of a file that must not be read, its message checked to be one line that begins with the file. */
    static WorkflowFormatException faultOf(final Path file) {
        final WorkflowFormatException fault =
                catchThrowableOfType(WorkflowFormatException.class, () -> WorkflowReader.read(file));
        if (fault == null) {
            throw new AssertionError(file + " was read without a fault");
        }
        if (!fault.getMessage().startsWith(Texts.oneLine(file.toString()) + ": ")
                || fault.getMessage().chars().anyMatch(Character::isISOControl)
                || fault.fault().length() > 600) {
            throw new AssertionError("not one line that names its file: " + fault.getMessage());
        }
        return fault;
    }
}
