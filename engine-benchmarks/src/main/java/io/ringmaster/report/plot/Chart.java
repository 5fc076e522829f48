package io.ringmaster.report.plot;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Series over a horizontal axis that all panels share. What is not valid is never drawn as a value: it gets a cross in a
 * strip of its own, and its reason in the table.
 */
public final class Chart implements Drawing {

    private final String title;
    private final String description;
    private final Axis x;
    private final List<Panel> panels;
    private final List<Rule> rules;
    private final List<Band> bands;
    private final TreeMap<Double, String> invalid;
    private final Collection<Double> tableXs;

    private Chart(final Builder builder) {
        this.title = builder.title;
        this.description = builder.description;
        this.x = builder.x;
        this.panels = List.copyOf(builder.panels);
        this.rules = List.copyOf(builder.rules);
        this.bands = List.copyOf(builder.bands);
        this.invalid = new TreeMap<>(builder.invalid);
        this.tableXs = builder.tableXs;
    }

    /** Collects what a chart shows. Mutable. */
    public static final class Builder {
        private final String title;
        private final String description;
        private final Axis x;
        private final List<Panel> panels = new ArrayList<>();
        private final List<Rule> rules = new ArrayList<>();
        private final List<Band> bands = new ArrayList<>();
        private final TreeMap<Double, String> invalid = new TreeMap<>();
        private Collection<Double> tableXs;

        private Builder(final String title, final String description, final Axis x) {
            this.title = title;
            this.description = description;
            this.x = x;
        }

        /**
         * Adds a panel below the others.
         *
         * @param panel the panel.
         * @return this.
         */
        public Builder panel(final Panel panel) {
            panels.add(panel);
            return this;
        }

        /**
         * Adds a line at a value of the horizontal axis.
         *
         * @param rule the line.
         * @return this.
         */
        public Builder rule(final Rule rule) {
            rules.add(rule);
            return this;
        }

        /**
         * Adds a stretch of the horizontal axis.
         *
         * @param band the stretch.
         * @return this.
         */
        public Builder band(final Band band) {
            bands.add(band);
            return this;
        }

        /**
         * Notes that what was measured at a value of the horizontal axis doesn't count.
         *
         * @param value  where.
         * @param reason why.
         * @return this.
         */
        public Builder invalid(final double value, final String reason) {
            invalid.merge(value, reason, (first, second) -> first + "; " + second);
            return this;
        }

        /**
         * Chooses the rows of the table; else each x is one.
         *
         * @param values values of the horizontal axis.
         * @return this.
         */
        public Builder tableAt(final Collection<Double> values) {
            tableXs = List.copyOf(values);
            return this;
        }

        /**
         * Ends it.
         *
         * @return the chart.
         */
        public Chart build() {
            return new Chart(this);
        }
    }

    /**
     * Begins a chart.
     *
     * @param title       what it shows.
     * @param description the same in a sentence, for those who don't see it.
     * @param x           the horizontal axis.
     * @return a builder without panels.
     */
    public static Builder builder(final String title, final String description, final Axis x) {
        return new Builder(title, description, x);
    }

    @Override
    public Plot plot(final Layout layout) {
        return new ChartPainter(this, layout).paint();
    }

    @Override
    public DataTable table() {
        final DataTable.Builder table = DataTable.builder();
        if (x.kind() == Axis.Kind.PERCENTILE) {
            table.text(x.label());
        } else {
            table.number(x.label(), x.quantity());
        }
        int columns = 1;
        for (final Panel panel : panels) {
            for (final Series series : panel.series()) {
                table.number(series.name(), panel.y().quantity());
                columns++;
            }
        }
        if (!invalid.isEmpty()) {
            table.text("not valid because");
            columns++;
        }
        for (final double each : tableXs == null ? xs() : tableXs) {
            final Object[] row = new Object[columns];
            int column = 0;
            row[column++] = x.kind() == Axis.Kind.PERCENTILE ? x.text(each) : (Object) each;
            for (final Panel panel : panels) {
                for (final Series series : panel.series()) {
                    row[column++] = series.at(each);
                }
            }
            if (!invalid.isEmpty()) {
                row[column] = invalid.getOrDefault(each, "");
            }
            table.row(row);
            if (invalid.containsKey(each)) {
                table.mark(DataTable.Mark.INVALID);
            }
        }
        return table.build();
    }

    /** Every value of the horizontal axis at which there is something to tell. */
    TreeSet<Double> xs() {
        final TreeSet<Double> xs = new TreeSet<>(invalid.keySet());
        for (final Panel panel : panels) {
            for (final Series series : panel.series()) {
                for (final Point point : series.points()) {
                    if (point.isKnown()) {
                        xs.add(point.x());
                    }
                }
            }
        }
        return xs;
    }

    String title() {
        return title;
    }

    String description() {
        return description;
    }

    Axis x() {
        return x;
    }

    List<Panel> panels() {
        return panels;
    }

    List<Rule> rules() {
        return rules;
    }

    List<Band> bands() {
        return bands;
    }

    TreeMap<Double, String> invalid() {
        return invalid;
    }
}
