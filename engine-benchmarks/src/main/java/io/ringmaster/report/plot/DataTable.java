package io.ringmaster.report.plot;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Numbers and texts in columns. Cells are {@link Number}, {@link String} or null for what is not known.
 *
 * @param columns the columns.
 * @param rows    the rows, each of as many cells.
 * @param marks   for each row how it stands out.
 */
public record DataTable(List<Column> columns, List<List<Object>> rows, List<Mark> marks) {

    private static final int LONG = 36;

    /** How a row stands out. */
    public enum Mark {
        /** It doesn't. */
        NONE(null),
        /** Its cells differ where they should be the same. */
        DIFFERS("differs"),
        /** What it says doesn't count. */
        INVALID("invalid");

        private final String css;

        Mark(final String css) {
            this.css = css;
        }

        /** Returns its class; null for none. */
        public String css() {
            return css;
        }
    }

    /**
     * A column.
     *
     * @param name     what is in it.
     * @param quantity what its numbers measure; null for texts.
     */
    public record Column(String name, Quantity quantity) {

        /** Returns the name with the unit of the numbers. */
        public String heading() {
            return quantity == null || quantity.unit().isEmpty() || quantity == Quantity.RATIO
                    ? name
                    : name + ", " + quantity.unit();
        }

        /** Returns whether cells are numbers. */
        public boolean isNumeric() {
            return quantity != null;
        }
    }

    /** Collects rows. Mutable. */
    public static final class Builder {
        private final List<Column> columns = new ArrayList<>();
        private final List<List<Object>> rows = new ArrayList<>();
        private final List<Mark> marks = new ArrayList<>();

        private Builder() {}

        /**
         * Adds a column of texts.
         *
         * @param name what is in it.
         * @return this.
         */
        public Builder text(final String name) {
            columns.add(new Column(name, null));
            return this;
        }

        /**
         * Adds a column of numbers.
         *
         * @param name     what is in it.
         * @param quantity what they measure.
         * @return this.
         */
        public Builder number(final String name, final Quantity quantity) {
            columns.add(new Column(name, quantity));
            return this;
        }

        /**
         * Adds a row.
         *
         * @param cells one for each column.
         * @return this.
         */
        public Builder row(final Object... cells) {
            if (cells.length != columns.size()) {
                throw new IllegalArgumentException(
                        "a row must have " + columns.size() + " cells, one for each column: " + cells.length);
            }
            final List<Object> row = new ArrayList<>();
            for (final Object cell : cells) {
                row.add(cell instanceof Double number && !Double.isFinite(number) ? null : cell);
            }
            rows.add(Collections.unmodifiableList(row));
            marks.add(Mark.NONE);
            return this;
        }

        /**
         * Makes the row that was added last stand out.
         *
         * @param mark how.
         * @return this.
         */
        public Builder mark(final Mark mark) {
            marks.set(rows.size() - 1, mark);
            return this;
        }

        /** Returns whether there is no row yet. */
        public boolean isEmpty() {
            return rows.isEmpty();
        }

        /**
         * Ends it.
         *
         * @return the table.
         */
        public DataTable build() {
            return new DataTable(List.copyOf(columns), List.copyOf(rows), List.copyOf(marks));
        }
    }

    /**
     * Begins a table.
     *
     * @return a builder without columns.
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * The cells as they are shown: numbers of a column with as many decimals in each row, so that the points lie below each
     * other; a dash for what is not known.
     *
     * @return a text for each cell, by row.
     */
    public List<List<String>> texts() {
        final int[] decimals = new int[columns.size()];
        for (int i = 0; i < decimals.length; i++) {
            final Quantity quantity = columns.get(i).quantity();
            decimals[i] = quantity == null ? 0 : quantity.decimals(numbers(i));
        }
        final List<List<String>> texts = new ArrayList<>();
        for (final List<Object> row : rows) {
            final List<String> line = new ArrayList<>();
            for (int i = 0; i < decimals.length; i++) {
                line.add(text(row.get(i), columns.get(i).quantity(), decimals[i]));
            }
            texts.add(line);
        }
        return texts;
    }

    private static String text(final Object cell, final Quantity quantity, final int decimals) {
        if (cell == null) {
            return "–";
        }
        return cell instanceof Number number && quantity != null
                ? quantity.column(number.doubleValue(), decimals)
                : cell.toString();
    }

    private double[] numbers(final int column) {
        return rows.stream()
                .map(row -> row.get(column))
                .filter(Number.class::isInstance)
                .mapToDouble(cell -> ((Number) cell).doubleValue())
                .toArray();
    }

    /**
     * Whether a cell's text takes more room than a number.
     *
     * @param row    the row's index.
     * @param column the column's index.
     * @return whether a column must be wide for it.
     */
    public boolean isLong(final int row, final int column) {
        return rows.get(row).get(column) instanceof String text && text.length() > LONG;
    }
}
