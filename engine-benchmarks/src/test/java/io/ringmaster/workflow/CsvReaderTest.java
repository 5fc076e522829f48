package io.ringmaster.workflow;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class CsvReaderTest {

    private static final String ALPHABET = "a,\"\n \u00e9\u20ac;'";
    private static final List<String> LINE_ENDS = List.of("\n", "\r\n", "\r");

    @Test
    void shouldReadWhatTheStandardShows() throws WorkflowFormatException {
        assertThat(read("aaa,bbb\r\n\"b \"\"x\"\"\",\"c\r\nd\"\r\n,\r\n\"\",x"))
                .containsExactly(List.of("aaa", "bbb"), List.of("b \"x\"", "c\nd"), List.of("", ""), List.of("", "x"));
    }

    @Test
    void shouldCountLinesInsideOfQuotes() throws IOException, WorkflowFormatException {
        final CsvReader csv = csv("a,\"\n\r\n\r\"\n\nb,c\n");

        assertThat(csv.next()).isTrue();
        assertThat(csv.line()).isEqualTo(1);
        assertThat(csv.next()).isTrue();
        assertThat(csv.line()).isEqualTo(6);
        assertThat(csv.next()).isFalse();
    }

    @Test
    void shouldReadBackAnyFields() {
        TestSeed.forEach(2_000, random -> {
            final List<List<String>> records = new ArrayList<>();
            final StringBuilder text = new StringBuilder();
            for (int i = 0; i < random.nextInt(6); i++) {
                final List<String> fields = new ArrayList<>();
                for (int f = 0; f < 2 + random.nextInt(4); f++) {
                    fields.add(text(random));
                }
                records.add(fields);
                text.append(String.join(
                        ",", fields.stream().map(f -> encode(f, random)).toList()));
                text.append(LINE_ENDS.get(random.nextInt(3)));
            }
            try {
                assertThat(read(text.toString())).isEqualTo(records);
            } catch (final WorkflowFormatException e) {
                throw new AssertionError(e);
            }
        });
    }

    private static String text(final SplittableRandom random) {
        return random.ints(random.nextInt(8), 0, ALPHABET.length())
                .mapToObj(i -> ALPHABET.substring(i, i + 1))
                .collect(Collectors.joining());
    }

    private static String encode(final String field, final SplittableRandom random) {
        final boolean mustQuote = field.chars().anyMatch(c -> ",\"\n".indexOf(c) >= 0);
        return mustQuote || random.nextInt(4) == 0 ? '"' + field.replace("\"", "\"\"") + '"' : field;
    }

    private static List<List<String>> read(final String text) throws WorkflowFormatException {
        final List<List<String>> records = new ArrayList<>();
        try {
            final CsvReader csv = csv(text);
            while (csv.next()) {
                final List<String> fields = new ArrayList<>();
                for (int i = 0; i < csv.fieldCount(); i++) {
                    fields.add(csv.field(i));
                }
                records.add(fields);
            }
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
        return records;
    }

    private static CsvReader csv(final String text) throws IOException {
        return new CsvReader("test", new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
    }
}
