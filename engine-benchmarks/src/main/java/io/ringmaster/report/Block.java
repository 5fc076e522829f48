package io.ringmaster.report;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.JsonTypeInfo.As;
import com.fasterxml.jackson.annotation.JsonTypeInfo.Id;
import io.ringmaster.report.plot.DataTable;
import io.ringmaster.report.plot.Drawing;
import io.ringmaster.report.plot.Layout;
import io.ringmaster.report.plot.Plot;
import java.util.List;

/** A part of a section, from top to bottom. All texts are plain; the templates escape them. */
@JsonTypeInfo(use = Id.SIMPLE_NAME, include = As.PROPERTY, property = "kind")
sealed interface Block {

    /** How good a thing is; said in words too, never by colour alone. */
    enum Mood {
        GOOD,
        WARNING,
        BAD,
        NEUTRAL;

        /** What style sheets call it. */
        String css() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }

    /** A paragraph. */
    record Text(String text) implements Block {}

    /** What it comes to: a sentence, and what else belongs to it. */
    record Verdict(Mood mood, String sentence, List<String> lines) implements Block {}

    /** Key figures beside each other. */
    record Tiles(List<Tile> tiles) implements Block {}

    /** One key figure. */
    record Tile(String label, String value, String detail) {

        private static final int LONGEST_NUMBER = 12;

        /** Whether the value is too long to be set like a number. */
        boolean isWords() {
            return value.length() > LONGEST_NUMBER;
        }
    }

    /** Lines that a reader should know of. */
    record Notes(Mood mood, String title, List<String> lines) implements Block {}

    /** A table. */
    record Table(String title, DataTable table) implements Block {}

    /** A plot in both widths, and the numbers behind it. */
    record Figure(
            String id,
            String title,
            String caption,
            String svg,
            @JsonIgnore Plot wide,
            @JsonIgnore Plot narrow,
            DataTable table)
            implements Block {

        /**
         * Draws a figure.
         *
         * @param id      unique on the page; the name of its file.
         * @param title   what it shows.
         * @param caption what to know about it; may be empty.
         * @param drawing the chart.
         */
        static Figure of(final String id, final String title, final String caption, final Drawing drawing) {
            return new Figure(
                    id,
                    title,
                    caption,
                    id + ".svg",
                    drawing.plot(Layout.WIDE),
                    drawing.plot(Layout.NARROW),
                    drawing.table());
        }
    }
}
