package io.ringmaster.architecture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.ringmaster.lifecycle.TaskExecutor;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.openjdk.jol.info.ClassLayout;
import org.openjdk.jol.info.FieldLayout;
import org.openjdk.jol.vm.VM;

/** What an object costs and where its fields lie, on the JVM that runs the tests. */
class LayoutTest {
    private static final int REFERENCE_BYTES = 4;

    /** Of the 400 bytes that a live task may cost; the rest is for its place in the repository and its spec. */
    private static final int EXECUTOR_BYTES = 160;

    private static final int CACHE_LINE_BYTES = 64;

    private static ClassLayout layout(final String name) throws ClassNotFoundException {
        return ClassLayout.parseClass(Class.forName("io.ringmaster." + name));
    }

    @Test
    void shouldKeepTaskExecutorSmall() {
        assumeTrue(VM.current().sizeOfField("java.lang.Object") == REFERENCE_BYTES, "needs compressed references");
        final ClassLayout layout = ClassLayout.parseClass(TaskExecutor.class);
        assertThat(layout.instanceSize()).as(layout::toPrintable).isLessThanOrEqualTo(EXECUTOR_BYTES);
    }

    /** What one class declares lies a cache line away from the object's ends: from whatever lies next to it. */
    @ParameterizedTest
    @CsvSource({
        "eventbus.AdmissionCounter, AdmissionCounterValue",
        "eventbus.PartitionOwnership, PartitionOwnershipWord",
    })
    void shouldKeepContendedFieldsAwayFromOtherObjects(final String type, final String declaring) throws Exception {
        final ClassLayout layout = layout(type);
        final List<FieldLayout> fields = fields(layout, declaring);
        assertThat(fields).isNotEmpty().allSatisfy(each -> {
            assertThat(each.offset()).as(layout::toPrintable).isGreaterThanOrEqualTo(CACHE_LINE_BYTES);
            assertThat(layout.instanceSize() - each.offset() - each.size())
                    .as(layout::toPrintable)
                    .isGreaterThanOrEqualTo(CACHE_LINE_BYTES);
        });
    }

    /** What the owner of a partition writes lies a cache line away from what submitters read of it. */
    @Test
    void shouldKeepTheOwnersFieldsAwayFromTheSharedOnes() throws Exception {
        final ClassLayout layout = layout("eventbus.TaskExecutorEventBusFireWorker");
        final List<FieldLayout> owned = fields(layout, "PartitionState");
        assertThat(owned).isNotEmpty();
        for (final String other : List.of("PartitionShared", "TaskExecutorEventBusFireWorker")) {
            for (final FieldLayout shared : fields(layout, other)) {
                assertThat(owned).allSatisfy(each -> assertThat(gap(each, shared))
                        .as(() -> each.name() + " and " + shared.name() + "\n" + layout.toPrintable())
                        .isGreaterThanOrEqualTo(CACHE_LINE_BYTES));
            }
        }
    }

    /** A stripe's lock lies a cache line away from what lies before it: the stripes of a table are made in a row. */
    @Test
    void shouldKeepAStripesLockAwayFromTheStripeBefore() throws Exception {
        final ClassLayout layout = layout("repository.Stripe");
        assertThat(fields(layout, "Stripe")).isNotEmpty().allSatisfy(each -> assertThat(each.offset())
                .as(layout::toPrintable)
                .isGreaterThanOrEqualTo(CACHE_LINE_BYTES));
    }

    private static List<FieldLayout> fields(final ClassLayout layout, final String declaring) {
        return layout.fields().stream()
                .filter(each -> each.shortFieldName().startsWith(declaring + '.'))
                .toList();
    }

    private static long gap(final FieldLayout a, final FieldLayout b) {
        return a.offset() < b.offset() ? b.offset() - a.offset() - a.size() : a.offset() - b.offset() - b.size();
    }
}
