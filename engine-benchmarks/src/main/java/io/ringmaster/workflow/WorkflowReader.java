package io.ringmaster.workflow;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/**
 * Reads a workflow from a file: WfFormat JSON or an arrival trace in CSV, compressed with gzip or not. Whether it is
 * compressed is told by the content, what it holds by the name's suffix and else by the content.
 *
 * <p>The file is read once, from its beginning to its end, so that a pipe will do; what is kept are the tasks alone.
 */
public final class WorkflowReader {

    private static final int GZIP_MAGIC_1 = 0x1f;
    private static final int GZIP_MAGIC_2 = 0x8b;
    private static final int BUFFER_BYTES = 1 << 16;
    private static final int PEEKED_BYTES = 64;

    private WorkflowReader() {}

    /**
     * Reads and checks a file.
     *
     * @param file where it lies.
     * @return the workflow, a valid DAG.
     * @throws WorkflowFormatException with one line for a person, when the file can't be read or isn't a valid workflow.
     */
    public static Workflow read(final Path file) throws WorkflowFormatException {
        return read(file, content -> readContent(file, content));
    }

    /** How the content of a file is read. */
    interface Content<T> {
        T read(InputStream content) throws IOException, WorkflowFormatException;
    }

    /** Opens a file, uncompressed, and says in a line for a person why that could not be. */
    static <T> T read(final Path file, final Content<T> reader) throws WorkflowFormatException {
        final String name = file.toString();
        if (Files.isDirectory(file)) {
            throw new WorkflowFormatException(name, "", "is a directory, not a file");
        }
        try (InputStream raw = Files.newInputStream(file);
                InputStream content = uncompressed(raw)) {
            return reader.read(content);
        } catch (final NoSuchFileException e) {
            throw new WorkflowFormatException(name, "", "no such file");
        } catch (final AccessDeniedException e) {
            throw new WorkflowFormatException(name, "", "can't be read: permission denied");
        } catch (final EOFException e) {
            throw new WorkflowFormatException(name, "", "the gzip data ends too early: is the file truncated?");
        } catch (final ZipException e) {
            throw new WorkflowFormatException(name, "", "the gzip data is damaged: " + said(e));
        } catch (final CharacterCodingException e) {
            throw new WorkflowFormatException(name, "", "is not UTF-8 text");
        } catch (final FileSystemException e) {
            throw new WorkflowFormatException(
                    name, "", "can't be read: " + (e.getReason() == null ? "unknown reason" : e.getReason()));
        } catch (final IOException e) {
            throw new WorkflowFormatException(name, "", "can't be read: " + said(e));
        }
    }

    private static Workflow readContent(final Path file, final InputStream content)
            throws IOException, WorkflowFormatException {
        if (peek(content) < 0) {
            throw new WorkflowFormatException(file.toString(), "", "the file is empty");
        }
        final String plainName = withoutSuffix(String.valueOf(file.getFileName()), ".gz");
        final boolean isCsv =
                hasSuffix(plainName, ".csv") || !hasSuffix(plainName, ".json") && !beginsLikeJson(content);
        return isCsv
                ? new ArrivalCsvReader(file.toString(), content).read(withoutSuffix(plainName, ".csv"))
                : new WfFormatReader(file.toString(), content).read(withoutSuffix(plainName, ".json"));
    }

    private static InputStream uncompressed(final InputStream raw) throws IOException {
        final InputStream buffered = new BufferedInputStream(raw, BUFFER_BYTES);
        buffered.mark(2);
        final boolean isGzip = buffered.read() == GZIP_MAGIC_1 && buffered.read() == GZIP_MAGIC_2;
        buffered.reset();
        return isGzip ? new BufferedInputStream(new GZIPInputStream(buffered, BUFFER_BYTES), BUFFER_BYTES) : buffered;
    }

    private static int peek(final InputStream content) throws IOException {
        content.mark(1);
        final int first = content.read();
        content.reset();
        return first;
    }

    /** Whether the first character that isn't white space or part of a byte order mark opens an object or an array. */
    private static boolean beginsLikeJson(final InputStream content) throws IOException {
        content.mark(PEEKED_BYTES);
        int c = content.read();
        for (int i = 1; i < PEEKED_BYTES && (c >= 0 && c <= ' ' || c > 0x7f); i++) {
            c = content.read();
        }
        content.reset();
        return c == '{' || c == '[';
    }

    private static boolean hasSuffix(final String name, final String suffix) {
        return name.toLowerCase(Locale.ROOT).endsWith(suffix);
    }

    private static String withoutSuffix(final String name, final String suffix) {
        return hasSuffix(name, suffix) ? name.substring(0, name.length() - suffix.length()) : name;
    }

    private static String said(final IOException e) {
        return e.getMessage() == null ? e.getClass().getSimpleName() : Texts.brief(e.getMessage());
    }
}
