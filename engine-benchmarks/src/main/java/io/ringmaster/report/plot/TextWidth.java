package io.ringmaster.report.plot;

/** How much room a text takes, roughly: fonts are the reader's. */
final class TextWidth {

    private static final double NARROW = 0.36;
    private static final double MIDDLE = 0.61;
    private static final double WIDE = 0.74;
    private static final double WIDEST = 0.97;

    private TextWidth() {}

    /** Pixels, on the safe side. */
    static double of(final String text, final double fontPixels) {
        double em = 0;
        for (int i = 0; i < text.length(); i++) {
            em += em(text.charAt(i));
        }
        return em * fontPixels;
    }

    private static double em(final char c) {
        if ("ijlI.,:;|'! \u00a0()[]/ftr-".indexOf(c) >= 0) {
            return NARROW;
        } else if ("mwMW%@".indexOf(c) >= 0) {
            return WIDEST;
        }
        return Character.isUpperCase(c) || c == '×' || c == '–' ? WIDE : MIDDLE;
    }

    /** A text cut so that it fits, with dots where the rest was. */
    static String fit(final String text, final double fontPixels, final double pixels) {
        if (of(text, fontPixels) <= pixels) {
            return text;
        }
        int end = text.length();
        while (end > 1 && of(text.substring(0, end), fontPixels) + fontPixels * WIDE > pixels) {
            end--;
        }
        if (Character.isHighSurrogate(text.charAt(end - 1))) {
            end--;
        }
        return text.substring(0, end).stripTrailing() + '…';
    }
}
