package io.ringmaster.workflow;

/** Makes foreign text fit for a message of one line. */
public final class Texts {

    private static final int LONGEST = 140;
    private static final int HEAD = 90;
    private static final int TAIL = 40;

    private Texts() {}

    /**
     * A value as it is shown in a message: in quotes, on one line, and shortened in its middle when it is long (ids
     * often differ in their last characters only).
     *
     * @param value any text.
     * @return the value in double quotes.
     */
    public static String quote(final String value) {
        if (value.length() <= LONGEST) {
            return '"' + oneLine(value) + '"';
        }
        return '"' + oneLine(value.substring(0, HEAD)) + "..." + oneLine(value.substring(value.length() - TAIL))
                + "\" (" + value.length() + " characters)";
    }

    /**
     * A message of somebody else: on one line and cut where it gets long.
     *
     * @param value any text.
     * @return the value without quotes.
     */
    public static String brief(final String value) {
        return oneLine(value.length() <= LONGEST ? value : value.substring(0, LONGEST) + "...");
    }

    /**
     * Escapes what would break a line or hide in it: control characters, line separators, direction marks and other
     * invisible characters, halves of surrogate pairs.
     *
     * @param value any text.
     * @return the value with those characters escaped the way Java does.
     */
    public static String oneLine(final String value) {
        final StringBuilder line = new StringBuilder(value.length());
        value.codePoints().forEach(c -> append(line, c));
        return line.toString();
    }

    private static void append(final StringBuilder line, final int c) {
        switch (Character.getType(c)) {
            case Character.CONTROL ->
                line.append(
                        switch (c) {
                            case '\n' -> "\\n";
                            case '\r' -> "\\r";
                            case '\t' -> "\\t";
                            default -> String.format("\\u%04x", c);
                        });
            case Character.FORMAT,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.SURROGATE,
                    Character.UNASSIGNED -> line.append(String.format("\\u%04x", c));
            default -> line.appendCodePoint(c);
        }
    }
}
