package io.ringmaster.report;

import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.exc.InvalidFormatException;
import com.fasterxml.jackson.databind.exc.InvalidNullException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.exc.ValueInstantiationException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.ringmaster.workflow.Json;
import io.ringmaster.workflow.Texts;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Type;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.HdrHistogram.Histogram;

/**
 * Reads a tool's JSON into records: fields that they don't know are passed over, absent ones are null. Lists and maps hold no
 * null.
 */
final class ResultJson {

    private static final ObjectMapper MAPPER = JsonMapper.builder()
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .defaultSetterInfo(JsonSetter.Value.forContentNulls(Nulls.FAIL))
            .build();

    private ResultJson() {}

    /** What a file is worth reading for. */
    private interface Reading<T> {
        T read() throws IOException, ResultFormatException;
    }

    static <T> T read(final Path file, final Type type) throws ResultFormatException {
        return attempt(file, () -> {
            try (InputStream in = Files.newInputStream(file)) {
                return MAPPER.<T>readValue(in, MAPPER.constructType(type));
            } catch (final JsonProcessingException e) {
                throw fault(file, "", e);
            }
        });
    }

    static <T> List<T> readList(final Path file, final Class<T> element) throws ResultFormatException {
        final JavaType list = MAPPER.getTypeFactory().constructCollectionType(List.class, element);
        return read(file, list);
    }

    static <T> Map<String, T> readMap(final Path file, final Class<T> value) throws ResultFormatException {
        final JavaType map =
                MAPPER.getTypeFactory().constructMapType(java.util.LinkedHashMap.class, String.class, value);
        return read(file, map);
    }

    /** One value for each line that isn't blank. */
    static <T> List<T> readLines(final Path file, final Class<T> type) throws ResultFormatException {
        return attempt(file, () -> {
            final List<T> values = new ArrayList<>();
            try (BufferedReader in = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
                int number = 0;
                for (String line = in.readLine(); line != null; line = in.readLine()) {
                    number++;
                    if (!line.isBlank()) {
                        values.add(readLine(file, number, line, type));
                    }
                }
            }
            return values;
        });
    }

    private static <T> T readLine(final Path file, final int number, final String line, final Class<T> type)
            throws ResultFormatException {
        try {
            return present(MAPPER.readValue(line, type));
        } catch (final JsonProcessingException e) {
            throw fault(file, "line " + number, e);
        } catch (final IllegalArgumentException e) {
            throw new ResultFormatException(file, "line " + number, e.getMessage());
        }
    }

    private static <T> T present(final T value) {
        if (value == null) {
            throw new IllegalArgumentException("must be an object: null");
        }
        return value;
    }

    private static <T> T attempt(final Path file, final Reading<T> reading) throws ResultFormatException {
        try {
            return present(reading.read());
        } catch (final NoSuchFileException e) {
            throw new ResultFormatException(file, "", "no such file");
        } catch (final AccessDeniedException e) {
            throw new ResultFormatException(file, "", "can't be read: permission denied");
        } catch (final CharacterCodingException e) {
            throw new ResultFormatException(file, "", "is not UTF-8 text");
        } catch (final FileSystemException e) {
            throw new ResultFormatException(
                    file, "", "can't be read: " + (e.getReason() == null ? "unknown reason" : e.getReason()));
        } catch (final IOException e) {
            throw new ResultFormatException(
                    file,
                    "",
                    "can't be read: " + (e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage()));
        } catch (final IllegalArgumentException e) {
            throw new ResultFormatException(file, "", e.getMessage());
        }
    }

    private static ResultFormatException fault(final Path file, final String line, final JsonProcessingException e) {
        if (line.isEmpty() && isEmpty(e)) {
            return new ResultFormatException(file, "", "the file is empty");
        }
        final String path = e instanceof JsonMappingException mapping ? path(mapping.getPath()) : "";
        String place = line.isEmpty() ? place(e.getLocation()) : line;
        if (!path.isEmpty()) {
            place = place.isEmpty() ? path : place + ": " + path;
        }
        return new ResultFormatException(file, place, said(e));
    }

    private static String place(final JsonLocation location) {
        return location == null ? "" : Json.place(location);
    }

    /** Such as {@code steps[3].latencyMicros.endToEnd.p50}. */
    private static String path(final List<JsonMappingException.Reference> references) {
        final StringBuilder path = new StringBuilder();
        for (final JsonMappingException.Reference each : references) {
            if (each.getFieldName() == null) {
                path.append('[').append(each.getIndex()).append(']');
            } else {
                path.append(path.isEmpty() ? "" : ".").append(each.getFieldName());
            }
        }
        return path.toString();
    }

    private static String said(final JsonProcessingException e) {
        if (e instanceof ValueInstantiationException && e.getCause() instanceof IllegalArgumentException broken) {
            return broken.getMessage();
        } else if (e instanceof InvalidFormatException format) {
            return "must be " + kind(format.getTargetType()) + ": " + Texts.quote(String.valueOf(format.getValue()));
        } else if (e instanceof InvalidNullException) {
            return "must not be null";
        } else if (e instanceof MismatchedInputException mismatch) {
            return mismatch.getOriginalMessage().startsWith("Trailing token")
                    ? "the JSON must end after its first value"
                    : "must be " + kind(mismatch.getTargetType());
        } else if (e instanceof JsonParseException && e.getCause() instanceof CharacterCodingException) {
            return "is not UTF-8 text";
        }
        return Json.fault(e);
    }

    private static boolean isEmpty(final JsonProcessingException e) {
        return e instanceof MismatchedInputException mismatch
                && mismatch.getOriginalMessage().startsWith("No content");
    }

    private static String kind(final Class<?> type) {
        if (type == null) {
            return "something else";
        } else if (Number.class.isAssignableFrom(type) || type.isPrimitive() && type != boolean.class) {
            return "a number";
        } else if (type == Boolean.class || type == boolean.class) {
            return "true or false";
        } else if (type == String.class) {
            return "a text";
        } else if (type == Histogram.class) {
            return "HdrHistogram's compressed form in Base64";
        }
        return Collection.class.isAssignableFrom(type) ? "a list" : "an object";
    }
}
