package io.ringmaster.report;

import io.ringmaster.report.plot.DataTable;
import java.util.List;

/** What it was measured on. */
final class MachineSection {

    private MachineSection() {}

    static Section of(final String prefix, final Run run) {
        if (run.environment().isEmpty()) {
            return null;
        }
        final DataTable.Builder table = DataTable.builder().text("what").text("value");
        run.environment().forEach((field, value) -> table.row(Labels.words(field), text(value)));
        return new Section(
                prefix + "machine",
                "The machine",
                List.of(new Block.Table("As recorded with the measurement", table.build())));
    }

    /** A field's value in words. */
    static String text(final Object value) {
        return value == null || value.toString().isEmpty() ? "–" : value.toString();
    }
}
