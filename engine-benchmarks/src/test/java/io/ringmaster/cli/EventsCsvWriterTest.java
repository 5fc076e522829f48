package io.ringmaster.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.ringmaster.cli.EventsCsvWriter.Status;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EventsCsvWriterTest {

    @TempDir
    Path folder;

    @Test
    void shouldWriteALinePerTaskWithNineDecimals() throws IOException {
        final Path file = Files.writeString(folder.resolve("events.csv"), "old");
        try (EventsCsvWriter events = new EventsCsvWriter(file)) {
            events.write("montage#1", "mProject_1", 0, 1, Status.SUCCESS);
            events.write("montage#1", "mAdd \u00e9", 1_000_000_000L, 12_345_678_901L, Status.FAILED);
            events.write("montage#2", "view", 999_999_999L, 999_999_999L, Status.KILLED);
        }

        assertThat(Files.readString(file)).isEqualTo("""
                        workflow,task,start,end,status
                        montage#1,mProject_1,0.000000000,0.000000001,SUCCESS
                        montage#1,mAdd \u00e9,1.000000000,12.345678901,FAILED
                        montage#2,view,0.999999999,0.999999999,KILLED
                        """);
    }

    @Test
    void shouldQuoteIdsThatNeedIt() throws IOException {
        final StringWriter text = new StringWriter();
        try (EventsCsvWriter events = new EventsCsvWriter(text)) {
            events.write("a,b", "say \"hi\"", 0, 0, Status.SUCCESS);
            events.write("a\nb", "c\rd", 0, 0, Status.SUCCESS);
        }

        assertThat(text.toString())
                .endsWith("\"a,b\",\"say \"\"hi\"\"\",0.000000000,0.000000000,SUCCESS\n"
                        + "\"a\nb\",\"c\rd\",0.000000000,0.000000000,SUCCESS\n");
    }

    @Test
    void shouldRefuseTimesThatCannotBe() throws IOException {
        final EventsCsvWriter events = new EventsCsvWriter(new StringWriter());

        assertThatIllegalArgumentException().isThrownBy(() -> events.write("w", "t", -1, 0, Status.SUCCESS));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> events.write("w", "t", 5, 4, Status.SUCCESS))
                .withMessageEndingWith("5 to 4");
    }

    @Test
    void shouldRefuseAFileThatCannotBeMade() {
        assertThatExceptionOfType(NoSuchFileException.class)
                .isThrownBy(() -> new EventsCsvWriter(folder.resolve("missing/events.csv")));
    }
}
