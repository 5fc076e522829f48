package io.ringmaster.report.plot;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.DoubleStream;

/**
 * Things one below the other, and for each of them the values of one or several measures, as bars with the value beside
 * them or as dots on a line. What is not valid has neither: a cross and its reason stand in their place.
 */
public final class RowChart implements Drawing {

    /**
     * One measure.
     *
     * @param title what it is.
     * @param axis  where its values lie.
     * @param dots  the names of a row's values, which then are drawn as dots; empty for a bar.
     */
    public record Facet(String title, Axis axis, List<String> dots) {

        /**
         * A measure with one value for each row.
         *
         * @param title what it is.
         * @param axis  where its values lie.
         * @return the facet.
         */
        public static Facet bars(final String title, final Axis axis) {
            return new Facet(title, axis, List.of());
        }

        boolean isBars() {
            return dots.isEmpty();
        }

        int width() {
            return Math.max(1, dots.size());
        }
    }

    /**
     * One thing.
     *
     * @param label   its name.
     * @param isMain  whether it stands out.
     * @param invalid why its values don't count; empty if they do.
     * @param values  for each facet its values, NaN for what was not measured.
     */
    public record Row(String label, boolean isMain, String invalid, List<double[]> values) {

        boolean isValid() {
            return invalid.isEmpty();
        }
    }

    private final String title;
    private final String description;
    private final String rowName;
    private final List<Facet> facets;
    private final List<Row> rows;

    /**
     * A chart.
     *
     * @param title       what it shows.
     * @param description the same in a sentence, for those who don't see it.
     * @param rowName     what its rows are.
     * @param facets      the measures.
     * @param rows        the things.
     */
    public RowChart(
            final String title,
            final String description,
            final String rowName,
            final List<Facet> facets,
            final List<Row> rows) {
        this.title = title;
        this.description = description;
        this.rowName = rowName;
        this.facets = List.copyOf(facets);
        this.rows = List.copyOf(rows);
    }

    @Override
    public Plot plot(final Layout layout) {
        return new RowPainter(this, layout).paint();
    }

    String title() {
        return title;
    }

    String description() {
        return description;
    }

    List<Facet> facets() {
        return facets;
    }

    List<Row> rows() {
        return rows;
    }

    /** What a row has of a measure, in words. */
    String tipText(final Row row, final int index) {
        final Facet facet = facets.get(index);
        final StringBuilder text = new StringBuilder(row.label()).append('\n').append(facet.title());
        if (!row.isValid()) {
            return text.append("\nnot valid: ").append(row.invalid()).toString();
        }
        final double[] values = row.values().get(index);
        for (int i = 0; i < values.length; i++) {
            if (Double.isFinite(values[i])) {
                text.append(facet.isBars() ? ": " : '\n' + facet.dots().get(Math.min(i, facet.width() - 1)) + ": ")
                        .append(facet.axis().text(values[i]));
            }
        }
        return text.toString();
    }

    /** A column for each value; the least and the greatest where a row has more values than the facet has names. */
    @Override
    public DataTable table() {
        final DataTable.Builder table = DataTable.builder().text(rowName);
        for (int i = 0; i < facets.size(); i++) {
            for (final String name : columns(i)) {
                table.number(name, facets.get(i).axis().quantity());
            }
        }
        final boolean anyInvalid = rows.stream().anyMatch(row -> !row.isValid());
        if (anyInvalid) {
            table.text("not valid because");
        }
        for (final Row row : rows) {
            final List<Object> cells = new ArrayList<>();
            cells.add(row.label());
            for (int i = 0; i < facets.size(); i++) {
                addCells(row, i, cells);
            }
            if (anyInvalid) {
                cells.add(row.invalid());
            }
            table.row(cells.toArray());
            if (!row.isValid()) {
                table.mark(DataTable.Mark.INVALID);
            }
        }
        return table.build();
    }

    private List<String> columns(final int index) {
        final Facet facet = facets.get(index);
        if (facet.isBars()) {
            return List.of(facet.title());
        } else if (isRange(index)) {
            return List.of(
                    "least " + facet.dots().get(0), "greatest " + facet.dots().get(0));
        }
        return facet.dots();
    }

    private boolean isRange(final int index) {
        return facets.get(index).dots().size() == 1
                && rows.stream().anyMatch(row -> row.values().get(index).length > 1);
    }

    private void addCells(final Row row, final int index, final List<Object> cells) {
        final double[] values = row.isValid() ? row.values().get(index) : new double[0];
        if (isRange(index)) {
            cells.add(DoubleStream.of(values).min().orElse(Double.NaN));
            cells.add(DoubleStream.of(values).max().orElse(Double.NaN));
            return;
        }
        for (int k = 0; k < facets.get(index).width(); k++) {
            cells.add(k < values.length ? values[k] : Double.NaN);
        }
    }
}
