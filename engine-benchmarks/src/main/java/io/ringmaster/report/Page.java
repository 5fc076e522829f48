package io.ringmaster.report;

import gg.jte.ContentType;
import gg.jte.TemplateEngine;
import gg.jte.output.StringOutput;
import io.ringmaster.report.plot.Plot;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Map;

/**
 * Writes a report down as HTML, and its plots as SVG. The page's policy forbids every request, and every style and script but
 * the page's own, by their hashes: what a file smuggled in would not run.
 */
final class Page {

    private static final TemplateEngine TEMPLATES = templates();
    private static final String PLOT_STYLE = resource("plot.css");
    private static final String STYLE = PLOT_STYLE + resource("page.css");
    private static final String SCRIPT = resource("page.js");

    private Page() {}

    private static TemplateEngine templates() {
        final TemplateEngine engine = TemplateEngine.createPrecompiled(
                null, ContentType.Html, Page.class.getClassLoader(), Page.class.getPackageName());
        engine.setTrimControlStructures(true);
        return engine;
    }

    private static String resource(final String name) {
        try (InputStream in = Page.class.getResourceAsStream(name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The whole page. */
    static String html(final Report report, final String plotsFolder, final String jsonFile) {
        final StringOutput out = new StringOutput();
        TEMPLATES.render(
                "page.jte",
                Map.of("report", report, "parts", new PageParts(policy(), STYLE, SCRIPT, plotsFolder, jsonFile)),
                out);
        return withoutControls(out.toString());
    }

    /** A plot as a file of its own. */
    static String svg(final Plot plot) {
        final StringOutput out = new StringOutput();
        TEMPLATES.render("file.jte", Map.of("plot", plot, "style", PLOT_STYLE), out);
        return withoutControls(out.toString());
    }

    /** What neither XML nor a reader can do anything with becomes a replacement character. */
    static String withoutControls(final String text) {
        return text.codePoints()
                .map(c -> c < ' ' && c != '\n' && c != '\t' && c != '\r'
                                || c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE
                                || (c & 0xfffe) == 0xfffe
                        ? 0xfffd
                        : c)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }

    private static String policy() {
        return "default-src 'none'; style-src '" + hash(STYLE) + "'; script-src '" + hash(SCRIPT)
                + "'; img-src data:; base-uri 'none'; form-action 'none'";
    }

    private static String hash(final String text) {
        try {
            final byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return "sha256-" + Base64.getEncoder().encodeToString(digest);
        } catch (final NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
