package io.ringmaster.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class ReportCommandTest {

    private static final String PEERS = """
            {"format":"ringmaster-peers/1","work":"no-op","rows":[{"peer":"ringmaster","tasksPerSecond":1000000}]}""";

    @TempDir
    private Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int report(final Object... arguments) {
        final CommandLine command = RingmasterMain.commandLine();
        command.setOut(new PrintWriter(out, true));
        command.setErr(new PrintWriter(err, true));
        final String[] args = new String[arguments.length + 1];
        args[0] = "report";
        for (int i = 0; i < arguments.length; i++) {
            args[i + 1] = arguments[i].toString();
        }
        return command.execute(args);
    }

    private Path result(final String name) throws IOException {
        final Path result = Files.createDirectories(folder.resolve(name));
        Files.writeString(result.resolve("peers.json"), PEERS);
        return result;
    }

    @Test
    void shouldWriteThePageBesideTheResultAndSayWhere() throws IOException {
        final Path result = result("a");

        assertThat(report(result)).as(err.toString()).isZero();

        assertThat(out).hasToString(result.resolve("report.html") + System.lineSeparator());
        assertThat(err.toString()).isEmpty();
        assertThat(result.resolve("report.html")).exists();
        assertThat(result.resolve("report.json")).exists();
        assertThat(result.resolve("plots/peers.svg")).exists();
    }

    @Test
    void shouldCompareSeveralInTheFirstOfThem() throws IOException {
        final Path first = result("a");
        final Path second = result("b");

        assertThat(report(first, second)).as(err.toString()).isZero();

        assertThat(first.resolve("comparison.html")).content().contains("2 runs compared");
        assertThat(first.resolve("report.html")).doesNotExist();
    }

    @Test
    void shouldWriteThePageWhereItIsTold() throws IOException {
        final Path page = folder.resolve("page.html");

        assertThat(report(result("a"), "--out", page)).as(err.toString()).isZero();

        assertThat(page).exists();
    }

    @Test
    void shouldAnswerBadInputWithOneLineAndStatusTwo() throws IOException {
        final Path missing = folder.resolve("missing");
        assertThat(report(missing)).isEqualTo(2);
        assertThat(err).hasToString("ringmaster report: " + missing + ": no such folder" + System.lineSeparator());

        final Path broken = result("broken");
        Files.writeString(broken.resolve("peers.json"), PEERS.substring(0, 60));
        err.getBuffer().setLength(0);
        assertThat(report(result("sound"), broken)).isEqualTo(2);
        assertThat(err.toString())
                .startsWith("ringmaster report: " + broken.resolve("peers.json") + ": line 1, column ")
                .hasLineCount(1);
        assertThat(out.toString()).isEmpty();
    }

    @Test
    void shouldAnswerAnElementThatIsNullAsBadInput() throws IOException {
        final Path result = result("a");
        Files.writeString(result.resolve("jmh.json"), "[null]");

        assertThat(report(result)).isEqualTo(2);

        assertThat(err.toString())
                .startsWith("ringmaster report: " + result.resolve("jmh.json") + ": line 1, column ")
                .endsWith(": [0]: must not be null" + System.lineSeparator())
                .hasLineCount(1);
        assertThat(out.toString()).isEmpty();
        assertThat(result.resolve("report.html")).doesNotExist();
    }

    @Test
    void shouldAnswerBadUsageWithOneLineAndStatusTwo() throws IOException {
        final Path result = result("a");

        assertThat(report()).isEqualTo(2);
        assertThat(report(result, "--out", folder.resolve("page.txt"))).isEqualTo(2);
        assertThat(report(result, "--out", result.resolve("peers.html"))).isEqualTo(2);
        Files.createDirectories(folder.resolve("taken.html"));
        assertThat(report(result, "--out", folder.resolve("taken.html"))).isEqualTo(2);
        assertThat(err.toString().lines())
                .hasSize(4)
                .anySatisfy(line -> assertThat(line)
                        .endsWith("--out must name a file that ends in .html: " + folder.resolve("page.txt")))
                .anySatisfy(line -> assertThat(line).contains("since peers.json is a result"))
                .anySatisfy(line -> assertThat(line)
                        .contains("--out must name a file that can be written: " + folder.resolve("taken.html")));
        assertThat(Files.readString(result.resolve("peers.json"))).isEqualTo(PEERS);
    }
}
