package io.ringmaster.workflow;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TaskTypeTest {

    @Test
    void shouldPreferCategoryThenProgramThenName() {
        assertThat(TaskType.of("category", "program", "name")).isEqualTo("category");
        assertThat(TaskType.of("", "/usr/bin/program", "name")).isEqualTo("program");
        assertThat(TaskType.of(null, "pegasus::cleanup", "name")).isEqualTo("pegasus::cleanup");
        assertThat(TaskType.of(null, null, "name")).isEqualTo("name");
        assertThat(TaskType.of(null, null, null)).isEmpty();
    }

    @Test
    void shouldNotTakeAScriptForAProgram() {
        assertThat(TaskType.of(null, "samtools \\\n  index", "NFCORE.INDEX")).isEqualTo("NFCORE.INDEX");
        assertThat(TaskType.of(null, "x".repeat(65), "name")).isEqualTo("name");
        assertThat(TaskType.of(null, "bin/", "name")).isEqualTo("name");
    }

    @ParameterizedTest
    @CsvSource({
        "mProject_ID0000012, mProject",
        "mProject_12, mProject",
        "run.3, run",
        "cat_ID, cat_ID",
        "blast2, blast2",
        "12, 12",
        "ID7, ID7",
        "_7, _7",
        "a_b, a_b"
    })
    void shouldLeaveOutTheNumberThatMakesANameUnique(final String name, final String type) {
        assertThat(TaskType.of(null, null, name)).isEqualTo(type);
    }
}
