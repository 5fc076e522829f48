package io.ringmaster.report;

import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Reads result folders, and writes a page about them, its plots as files, and its numbers as JSON. */
public final class ReportWriter {

    /** The page's name in a result folder. */
    public static final String PAGE = "report.html";

    /** The page's numbers, beside it. */
    public static final String NUMBERS = "report.json";

    private static final String SUFFIX = ".html";
    private static final ObjectWriter JSON = JsonMapper.builder()
            .build()
            .writer(new DefaultPrettyPrinter()
                    .withObjectIndenter(new DefaultIndenter("  ", "\n"))
                    .withArrayIndenter(DefaultPrettyPrinter.FixedSpaceIndenter.instance));

    private ReportWriter() {}

    /**
     * Renders folders: {@code FILE.html}, {@code FILE.json} and the folder {@code FILE-plots}; for {@value #PAGE} the plots
     * are in {@code plots}.
     *
     * @param folders result folders, or folders of such; at least one.
     * @param page    the page's file, written over if it exists.
     * @throws ResultFormatException    if a folder is missing or holds no result, or a file in it is broken.
     * @throws IllegalArgumentException if the page must not have this name.
     * @throws IOException              if it can't be written.
     */
    public static void write(final List<Path> folders, final Path page) throws ResultFormatException, IOException {
        final Path json = jsonOf(page);
        final Report report = ReportModel.of(ResultFolder.readAll(folders));
        final Path plots = page.resolveSibling(plotsOf(page));
        Files.createDirectories(plots);
        for (final Chapter chapter : report.chapters()) {
            for (final Section section : chapter.sections()) {
                for (final Block block : section.blocks()) {
                    if (block instanceof Block.Figure figure) {
                        Files.writeString(plots.resolve(figure.svg()), Page.svg(figure.wide()));
                    }
                }
            }
        }
        Files.write(json, (JSON.writeValueAsString(report) + '\n').getBytes(StandardCharsets.UTF_8));
        Files.writeString(
                page, Page.html(report, plotsOf(page), json.getFileName().toString()));
    }

    /** The JSON beside a page. */
    private static Path jsonOf(final Path page) {
        final Path name = page.getFileName();
        if (name == null || !name.toString().endsWith(SUFFIX) || stem(page).isEmpty()) {
            throw new IllegalArgumentException("must name a file that ends in " + SUFFIX + ": " + page);
        }
        final String json = stem(page) + ".json";
        if (ResultFolder.isResult(json)) {
            throw new IllegalArgumentException("must have a name of its own, since " + json + " is a result: " + page);
        }
        return page.resolveSibling(json);
    }

    private static String stem(final Path page) {
        final String name = page.getFileName().toString();
        return name.substring(0, name.length() - SUFFIX.length());
    }

    private static String plotsOf(final Path page) {
        return PAGE.equals(page.getFileName().toString()) ? "plots" : stem(page) + "-plots";
    }
}
