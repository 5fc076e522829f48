package io.ringmaster.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;

class PageTest {

    private static final String EVIL = "<script>alert(1)</script>\"'&\u0001</title><img src=x onerror=alert(1)>";

    @TempDir
    private Path folder;

    private String write() throws Exception {
        ReportWriter.write(List.of(folder), folder.resolve("report.html"));
        return Files.readString(folder.resolve("report.html"));
    }

    @Test
    void shouldEscapeWhateverAFileSays() throws Exception {
        SampleResults.replay(folder, EVIL, 60);
        SampleResults.environment(folder, EVIL, EVIL);

        final String html = write();

        assertThat(html).contains("&lt;script&gt;alert(1)&lt;/script&gt;").doesNotContain("\u0001");
        assertThat(html).doesNotContain("<script>alert").doesNotContain("<img");
        assertThat(occurrences(html, "<script")).as("the page's own").isEqualTo(1);
        for (final Path plot : plots()) {
            assertThat(Files.readString(plot)).doesNotContain("<script").doesNotContain("<img");
        }
        final JsonNode json =
                new ObjectMapper().readTree(folder.resolve("report.json").toFile());
        assertThat(json.get("title").asText()).isEqualTo("Replay of " + EVIL);
    }

    private static long occurrences(final String text, final String part) {
        return Pattern.compile(Pattern.quote(part)).matcher(text).results().count();
    }

    private List<Path> plots() throws IOException {
        try (Stream<Path> files = Files.list(folder.resolve("plots"))) {
            return files.sorted().toList();
        }
    }

    @Test
    void shouldReferToNothingOutsideOfItself() throws Exception {
        SampleResults.capacity(folder, 1, 1);
        SampleResults.peers(folder);

        final String html = write();

        assertThat(html).contains("default-src &#39;none&#39;").doesNotContain("unsafe-inline", "unsafe-eval");
        assertThat(Pattern.compile("\\b(?:src|href|srcset|poster|data)=\"([^\"]*)\"")
                        .matcher(html)
                        .results()
                        .map(found -> found.group(1)))
                .allMatch(reference -> reference.startsWith("#") || "data:,".equals(reference));
        assertThat(html)
                .doesNotContain("http:")
                .doesNotContain("https:")
                .doesNotContain("@import")
                .doesNotContain("url(");
    }

    @Test
    void shouldAllowItsOwnStyleAndScriptByTheirHashes() throws Exception {
        SampleResults.peers(folder);

        final String html = write();

        for (final String element : List.of("style", "script")) {
            final Matcher found = Pattern.compile("<" + element + ">(.*?)</" + element + ">", Pattern.DOTALL)
                    .matcher(html);
            assertThat(found.find()).isTrue();
            final byte[] hash = java.security.MessageDigest.getInstance("SHA-256")
                    .digest(found.group(1).getBytes(StandardCharsets.UTF_8));
            assertThat(html)
                    .contains(element + "-src &#39;sha256-"
                            + java.util.Base64.getEncoder().encodeToString(hash));
        }
        assertThat(html).as("no attribute that the policy would forbid").doesNotContainPattern("\\s(?:style|on\\w+)=");
    }

    @Test
    void shouldWritePlotsThatAreFilesOfTheirOwn() throws Exception {
        SampleResults.capacity(folder, 1, 1);
        SampleResults.replay(folder, EVIL, 60);
        write();

        assertThat(plots())
                .extracting(each -> each.getFileName().toString())
                .contains("load-latency.svg", "percentiles.svg", "timeline.svg", "gantt.svg");
        for (final Path plot : plots()) {
            final DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
            factory.setNamespaceAware(true);
            final Document svg = factory.newDocumentBuilder().parse(plot.toFile());
            assertThat(svg.getDocumentElement().getNamespaceURI()).isEqualTo("http://www.w3.org/2000/svg");
            assertThat(svg.getElementsByTagName("style").getLength()).isEqualTo(1);
            assertThat(svg.getElementsByTagName("path").getLength()).isGreaterThan(3);
        }
    }

    @Test
    void shouldWriteTheModelThatItRenders() throws Exception {
        SampleResults.capacity(folder, 1, 1);
        write();

        final JsonNode json =
                new ObjectMapper().readTree(folder.resolve("report.json").toFile());

        assertThat(json.get("format").asText()).isEqualTo("ringmaster-report/1");
        final JsonNode load = json.at("/chapters/0/sections/1/blocks/0");
        assertThat(load.get("kind").asText()).isEqualTo("Figure");
        assertThat(load.get("svg").asText()).isEqualTo("load-latency.svg");
        assertThat(load.at("/table/rows/0/0").asDouble()).isEqualTo(25_000);
        assertThat(load.at("/table/rows/4/1").isNull())
                .as("the step that isn't valid")
                .isTrue();
    }

    @Test
    void shouldNameItsFilesAfterThePage() throws Exception {
        SampleResults.peers(folder);

        ReportWriter.write(List.of(folder), folder.resolve("mine.html"));

        assertThat(folder.resolve("mine.html")).exists();
        assertThat(folder.resolve("mine.json")).exists();
        assertThat(folder.resolve("mine-plots/peers.svg")).exists();
    }

    @Test
    void shouldNotWriteOverAResult() throws Exception {
        SampleResults.peers(folder);

        for (final String name : List.of("peers.html", "summary.html", "environment.html")) {
            assertThatThrownBy(() -> ReportWriter.write(List.of(folder), folder.resolve(name)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("is a result");
        }
        for (final String name : List.of("report", "report.htm", ".html", "peers.json")) {
            assertThatThrownBy(() -> ReportWriter.write(List.of(folder), folder.resolve(name)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageStartingWith("must name a file that ends in .html: ");
        }
    }

    // ---- colours -----------------------------------------------------------------------------------------------

    private static String plotStyle() throws IOException {
        try (InputStream in = Page.class.getResourceAsStream("plot.css")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static Map<String, Integer> colours(final String block) {
        final Map<String, Integer> colours = new HashMap<>();
        Pattern.compile("--([a-z0-9]+): #([0-9a-f]{6});")
                .matcher(block)
                .results()
                .forEach(found -> colours.put(found.group(1), Integer.parseInt(found.group(2), 16)));
        return colours;
    }

    /** The relative luminance of WCAG 2. */
    private static double luminance(final int colour) {
        final double[] weights = {0.2126, 0.7152, 0.0722};
        double sum = 0;
        for (int i = 0; i < weights.length; i++) {
            final double part = (colour >> 16 - 8 * i & 0xff) / 255.0;
            sum += weights[i] * (part <= 0.04045 ? part / 12.92 : Math.pow((part + 0.055) / 1.055, 2.4));
        }
        return sum;
    }

    private static double contrast(final int one, final int other) {
        final double first = luminance(one);
        final double second = luminance(other);
        return (Math.max(first, second) + 0.05) / (Math.min(first, second) + 0.05);
    }

    @Test
    void shouldHaveTextThatCanBeReadInBothThemes() throws IOException {
        final String[] blocks = plotStyle().split("/\\* plots \\*/")[0].split("\\}");
        final Map<String, Integer> light = colours(blocks[0]);
        final Map<String, Integer> dark = colours(blocks[1]);
        final Map<String, Integer> chosenDark = colours(blocks[3]);

        assertThat(dark).hasSameSizeAs(light).isEqualTo(chosenDark).isNotEqualTo(light);
        for (final Map<String, Integer> theme : List.of(light, dark)) {
            for (final String text :
                    List.of("ink", "muted", "s0", "s1", "s2", "s3", "s4", "s5", "s6", "good", "warning", "bad")) {
                assertThat(contrast(theme.get(text), theme.get("paper")))
                        .as("%s on paper", text)
                        .isGreaterThanOrEqualTo(4.5);
                assertThat(contrast(theme.get(text), theme.get("band")))
                        .as("%s on a band", text)
                        .isGreaterThanOrEqualTo(4.5);
            }
        }
    }
}
