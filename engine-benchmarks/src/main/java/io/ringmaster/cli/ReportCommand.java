package io.ringmaster.cli;

import io.ringmaster.report.ReportWriter;
import io.ringmaster.report.ResultFormatException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code ringmaster report}: renders recorded results as a page. */
@Command(
        name = "report",
        mixinStandardHelpOptions = true,
        versionProvider = RingmasterMain.ManifestVersion.class,
        sortOptions = false,
        description = {
            "Renders what replay, capacity and scripts/bench have written into folders as one HTML page that loads nothing"
                    + " else, with its plots as .svg files and its numbers as JSON beside it. A folder may be a result or hold"
                    + " several, each in a folder of its own; several are compared."
        },
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {
            "0:the page is written",
            "2:bad usage or bad input; one line names the file, the place and the fault"
        })
final class ReportCommand implements Callable<Integer> {

    private static final String COMPARISON = "comparison.html";

    @Parameters(paramLabel = "DIR", arity = "1..*", description = "Result folders, or folders of such.")
    private List<Path> folders;

    @Option(
            names = "--out",
            paramLabel = "FILE",
            description = "The page; FILE without .html names its JSON and its folder of plots. Default: DIR/"
                    + ReportWriter.PAGE + "; with several DIRs " + COMPARISON + " in the first of them.")
    private Path out;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        final Path page =
                out != null ? out : folders.get(0).resolve(folders.size() == 1 ? ReportWriter.PAGE : COMPARISON);
        try {
            ReportWriter.write(folders, page);
        } catch (final ResultFormatException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        } catch (final IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), "--out " + e.getMessage(), e);
        } catch (final IOException e) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--out must name a file that can be written: " + page + ": " + e.getMessage(),
                    e);
        }
        spec.commandLine().getOut().println(page);
        spec.commandLine().getOut().flush();
        return 0;
    }
}
