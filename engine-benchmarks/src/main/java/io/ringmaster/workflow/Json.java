package io.ringmaster.workflow;

import com.fasterxml.jackson.core.JsonEncoding;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.core.io.JsonEOFException;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import java.io.IOException;

/** How JSON is read here, and how what is wrong with it is said. */
public final class Json {

    /** Deeper than any workflow, shallow enough for the parser's own bookkeeping. */
    static final int DEEPEST = 500;

    /** NaN and its like are read, so that they can be refused by the name of their task. */
    static final JsonFactory FACTORY = JsonFactory.builder()
            .streamReadConstraints(
                    StreamReadConstraints.builder().maxNestingDepth(DEEPEST).build())
            .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
            .build();

    static final JsonEncoding ENCODING = JsonEncoding.UTF8;

    private Json() {}

    static String place(final JsonParser parser) {
        return place(parser.currentTokenLocation());
    }

    /**
     * Where something is in a text.
     *
     * @param location what the parser says; null if it doesn't.
     * @return line and column, from 1; empty if they are not known.
     */
    public static String place(final JsonLocation location) {
        return location == null || location.getLineNr() < 1
                ? ""
                : "line " + location.getLineNr() + ", column " + location.getColumnNr();
    }

    /** The value the parser stands at, in a few words. */
    static String describe(final JsonParser parser) throws IOException {
        return switch (parser.currentToken()) {
            case START_OBJECT -> "an object";
            case START_ARRAY -> "an array";
            case VALUE_STRING -> "the text " + Texts.quote(parser.getText());
            default -> Texts.brief(parser.getText());
        };
    }

    /**
     * What broke the JSON, without the parser's hints to programmers.
     *
     * @param e what the parser says.
     * @return one line.
     */
    public static String fault(final JsonProcessingException e) {
        final String message = e.getOriginalMessage();
        if (e instanceof JsonEOFException || message.startsWith("Unexpected end-of-input")) {
            return "the JSON ends too early: is the file truncated?";
        }
        if (e instanceof StreamConstraintsException) {
            return message.contains("nesting depth")
                    ? "the JSON is nested more than " + DEEPEST + " levels deep"
                    : "the JSON holds a value that is too long: " + firstSentence(message);
        }
        return "malformed JSON: " + firstSentence(message);
    }

    private static String firstSentence(final String message) {
        final int end = message.indexOf("\n at [");
        return Texts.brief(end < 0 ? message : message.substring(0, end));
    }
}
