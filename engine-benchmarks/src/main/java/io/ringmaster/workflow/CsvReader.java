package io.ringmaster.workflow;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads comma separated records one after the other, as RFC 4180 has them: a field in double quotes may hold commas,
 * line ends and doubled quotes; lines end in CRLF, LF or CR. Strict where the RFC is: a quote inside an unquoted field,
 * text behind a closing quote and a missing closing quote are faults. Blank lines are passed over.
 *
 * <p>Our own because the streaming readers at hand either need an object mapper of two megabytes or take a file cut off
 * inside a quoted field for whole.
 */
final class CsvReader {

    private static final int LONGEST_FIELD = 1 << 22;
    private static final int MOST_FIELDS = 1 << 10;
    private static final int BYTE_ORDER_MARK = 0xfeff;
    private static final int END = -1;

    private final String file;
    private final BufferedReader in;
    private final List<String> fields = new ArrayList<>();
    private final StringBuilder field = new StringBuilder();

    private int line = 1;
    private int recordLine;

    CsvReader(final String file, final InputStream in) throws IOException {
        this.file = file;
        // A decoder of its own: the convenience constructor would replace malformed bytes in silence.
        this.in = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8.newDecoder()));
        if (peek() == BYTE_ORDER_MARK) {
            this.in.read();
        }
    }

    /** Goes to the next record. False at the end. */
    boolean next() throws IOException, WorkflowFormatException {
        do {
            if (peek() == END) {
                return false;
            }
            readRecord();
        } while (fields.size() == 1 && fields.get(0).isEmpty());
        return true;
    }

    /** The line the record begins on, from 1. */
    int line() {
        return recordLine;
    }

    int fieldCount() {
        return fields.size();
    }

    String field(final int index) {
        return fields.get(index);
    }

    WorkflowFormatException fault(final String fault) {
        return new WorkflowFormatException(file, "line " + recordLine, fault);
    }

    private void readRecord() throws IOException, WorkflowFormatException {
        fields.clear();
        recordLine = line;
        int separator;
        do {
            field.setLength(0);
            separator = peek() == '"' ? readQuoted() : readPlain();
            if (fields.size() == MOST_FIELDS) {
                throw fault("a line may have at most " + MOST_FIELDS + " fields");
            }
            fields.add(field.toString());
        } while (separator == ',');
    }

    private int readPlain() throws IOException, WorkflowFormatException {
        int c = read();
        while (c != ',' && c != '\n' && c != END) {
            if (c == '"') {
                throw fault("field " + (fields.size() + 1) + ": a quote may stand in a quoted field only");
            }
            append(c);
            c = read();
        }
        return c;
    }

    private int readQuoted() throws IOException, WorkflowFormatException {
        read();
        while (true) {
            final int c = read();
            if (c == END) {
                throw fault("field " + (fields.size() + 1) + ": the closing quote is missing: is the file truncated?");
            }
            if (c != '"') {
                append(c);
            } else if (peek() == '"') {
                append(read());
            } else {
                break;
            }
        }
        final int separator = read();
        if (separator != ',' && separator != '\n' && separator != END) {
            throw fault("field " + (fields.size() + 1) + ": a comma or the line's end must follow a closing quote");
        }
        return separator;
    }

    private void append(final int c) throws WorkflowFormatException {
        if (field.length() == LONGEST_FIELD) {
            throw fault("field " + (fields.size() + 1) + ": a field may have at most " + LONGEST_FIELD + " characters");
        }
        field.append((char) c);
    }

    /** The next character, with every kind of line end as one {@code \n}. */
    private int read() throws IOException {
        int c = in.read();
        if (c == '\r') {
            if (peek() == '\n') {
                in.read();
            }
            c = '\n';
        }
        if (c == '\n') {
            line++;
        }
        return c;
    }

    private int peek() throws IOException {
        in.mark(1);
        final int c = in.read();
        in.reset();
        return c;
    }
}
