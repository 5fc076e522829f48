package io.ringmaster.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Pages in a browser. Needs Chromium, where packages put it or where {@code -Dringmaster.chromium=} or the variable
 * {@code CHROMIUM} says, and is skipped without it. {@code -Dringmaster.screenshots=DIR} keeps pictures of every page.
 */
@Timeout(180)
class ReportPageTest {

    private static final String EVIL = "<script>alert(1)</script>";
    private static final int DESK = 1_000;
    private static final int PHONE = 390;

    /** For each plot on show: its figure, its size, how many marks it has, and what is wrong with it. */
    private static final String LOOK = """
            Array.from(document.querySelectorAll("svg.plot"))
              .filter(plot => getComputedStyle(plot).display !== "none")
              .map(plot => {
                const frame = plot.getBoundingClientRect();
                const marks = Array.from(plot.querySelectorAll(".mark"));
                const wrong = [];
                for (const mark of marks) {
                  const box = mark.getBoundingClientRect();
                  if (box.width + box.height === 0) { wrong.push("empty: " + mark.outerHTML.slice(0, 80)); }
                  if (box.left < frame.left - 1 || box.right > frame.right + 1 || box.top < frame.top - 1
                      || box.bottom > frame.bottom + 1) { wrong.push("outside: " + mark.outerHTML.slice(0, 80)); }
                  const style = getComputedStyle(mark);
                  if (style.fill === "none" && style.stroke === "none") { wrong.push("unseen: " + mark.outerHTML.slice(0, 80)); }
                }
                if (/NaN|Infinity|undefined/.test(plot.innerHTML)) { wrong.push("not a number"); }
                return {id: plot.closest("figure").id, width: frame.width, height: frame.height, marks: marks.length,
                  tips: plot.querySelectorAll(".tip").length, role: plot.getAttribute("role"),
                  label: plot.getAttribute("aria-label"), rows: plot.closest("figure").querySelectorAll("tbody tr").length, wrong};
              })""";

    /** Texts in the page whose contrast with what is behind them is below WCAG's 4.5. */
    private static final String PALE = """
            (() => {
              const parse = text => text.match(/[0-9.]+/g).map(Number);
              const light = c => c.slice(0, 3).map(v => v / 255).map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
                .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
              const behind = element => {
                for (let e = element; e; e = e.parentElement) {
                  const c = parse(getComputedStyle(e).backgroundColor);
                  if (c.length === 3 || c[3] === 1) { return c; }
                }
                return [255, 255, 255];
              };
              const found = [];
              for (const element of document.querySelectorAll("body *:not(script)")) {
                const own = Array.from(element.childNodes).some(n => n.nodeType === 3 && n.textContent.trim());
                if (!own || element.getClientRects().length === 0 || element.closest("[hidden]")) { continue; }
                const style = getComputedStyle(element);
                const a = light(parse(element.closest("svg") ? style.fill : style.color));
                const b = light(behind(element));
                const contrast = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
                if (contrast < 4.5) { found.push(contrast.toFixed(2) + " " + element.outerHTML.slice(0, 80)); }
              }
              return found;
            })()""";

    @TempDir
    private static Path folder;

    private static Chromium chromium;
    private static final Map<String, Path> PAGES = new TreeMap<>();

    @BeforeAll
    static void start() throws Exception {
        final Path program = Chromium.find();
        assumeTrue(
                program != null,
                "no Chromium found: set -Dringmaster.chromium=PATH or CHROMIUM, or install the package chromium");
        PAGES.put("capacity", page("capacity", result -> SampleResults.capacity(result, 1, 1)));
        PAGES.put("peers", page("peers", SampleResults::peers));
        PAGES.put("benchmarks", page("benchmarks", result -> SampleResults.jmh(result, 1)));
        PAGES.put("replay", page("replay", result -> SampleResults.replay(result, EVIL, 240)));
        PAGES.put("many-tasks", page("many-tasks", result -> SampleResults.replay(result, "montage", 6_000)));
        final Path runs = folder.resolve("runs");
        for (final String run : List.of("first", "second")) {
            final Path result = Files.createDirectories(runs.resolve(run));
            SampleResults.capacity(result, run.length(), "first".equals(run) ? 1 : 1.5);
            SampleResults.environment(result, "CPU of the " + run, "abc1234");
        }
        ReportWriter.write(List.of(runs), runs.resolve("report.html"));
        PAGES.put("comparison", runs.resolve("report.html"));
        chromium = new Chromium(program, folder.resolve("profile"));
    }

    private interface Sample {
        void write(Path result) throws IOException;
    }

    private static Path page(final String name, final Sample sample) throws Exception {
        final Path result = Files.createDirectories(folder.resolve(name));
        sample.write(result);
        SampleResults.environment(result, "Xeon", "abc1234");
        ReportWriter.write(List.of(result), result.resolve("report.html"));
        return result.resolve("report.html");
    }

    @AfterAll
    static void stop() throws IOException {
        if (chromium != null) {
            chromium.close();
        }
    }

    private static void keep(final String name) throws IOException {
        final String kept = System.getProperty("ringmaster.screenshots");
        if (kept != null) {
            Files.write(Files.createDirectories(Path.of(kept)).resolve(name + ".png"), chromium.screenshot());
        }
    }

    @ParameterizedTest
    @CsvSource({
        "capacity, light, 1000, 7",
        "capacity, dark, 1000, 7",
        "capacity, light, 390, 7",
        "capacity, dark, 390, 7",
        "peers, light, 1000, 1",
        "peers, dark, 390, 1",
        "benchmarks, dark, 1000, 1",
        "benchmarks, light, 390, 1",
        "replay, light, 1000, 4",
        "replay, dark, 390, 4",
        "many-tasks, dark, 1000, 5",
        "many-tasks, light, 390, 5",
        "comparison, light, 1000, 16",
        "comparison, dark, 390, 16"
    })
    void shouldShowEveryPlotWithItsMarks(final String name, final String theme, final int width, final int plots)
            throws Exception {
        final Path page = PAGES.get(name);
        chromium.load(page, width, theme);
        keep(name + '-' + theme + '-' + width);

        final JsonNode shown = chromium.evaluate(LOOK);

        assertThat(shown).hasSize(plots);
        for (final JsonNode plot : shown) {
            final String id = plot.get("id").asText();
            assertThat(plot.get("wrong")).as(id).isEmpty();
            assertThat(plot.get("marks").asInt()).as("marks of %s", id).isPositive();
            assertThat(plot.get("tips").asInt()).as("tips of %s", id).isPositive();
            assertThat(plot.get("rows").asInt())
                    .as("rows of the table behind %s", id)
                    .isPositive();
            assertThat(plot.get("role").asText()).isEqualTo("img");
            assertThat(plot.get("label").asText()).as("description of %s", id).hasSizeGreaterThan(20);
            assertThat(plot.get("width").asDouble()).as("width of %s", id).isBetween(300.0, 800.0);
        }
        assertThat(chromium.evaluate("document.documentElement.scrollWidth").asInt())
                .as("no scrolling sideways")
                .isLessThanOrEqualTo(width);
        assertThat(chromium.evaluate(PALE)).as("texts that are too pale").isEmpty();
        assertThat(chromium.complaints()).isEmpty();
        assertThat(chromium.requests()).allSatisfy(request -> assertThat(request)
                .matches(each -> each.equals(page.toUri().toString()) || each.equals("data:,")));
    }

    @Test
    void shouldFollowTheMachinesThemeUntilOneIsChosen() throws Exception {
        final String background = "getComputedStyle(document.body).backgroundColor";
        chromium.load(PAGES.get("peers"), DESK, "light");
        final String light = chromium.evaluate(background).asText();
        chromium.load(PAGES.get("peers"), DESK, "dark");
        final String dark = chromium.evaluate(background).asText();
        assertThat(dark).isNotEqualTo(light);

        chromium.evaluate("document.getElementById('theme').click()");
        assertThat(chromium.evaluate("document.getElementById('theme').textContent")
                        .asText())
                .isEqualTo("Theme: light");
        assertThat(chromium.evaluate(background).asText()).isEqualTo(light);
        chromium.evaluate("document.getElementById('theme').click()");
        assertThat(chromium.evaluate(background).asText()).isEqualTo(dark);
        chromium.evaluate("document.getElementById('theme').click()");
        assertThat(chromium.evaluate("document.getElementById('theme').textContent")
                        .asText())
                .isEqualTo("Theme: auto");
        assertThat(chromium.complaints()).isEmpty();
    }

    @Test
    void shouldTellTheValuesUnderThePointerAndTheArrowKeys() throws Exception {
        chromium.load(PAGES.get("capacity"), DESK, "light");
        final String shown = "document.getElementById('tip').hidden ? '' : document.getElementById('tip').textContent";
        chromium.evaluate("document.querySelector('#load-latency svg.wide').scrollIntoView({behavior: 'instant'})");
        final JsonNode place = chromium.evaluate("(r => [r.left + r.width / 2, r.top + r.height / 2])"
                + "(document.querySelector('#load-latency svg.wide .tip').getBoundingClientRect())");

        chromium.point(place.get(0).asDouble(), place.get(1).asDouble());
        assertThat(chromium.evaluate(shown).asText().replace('\u00a0', ' '))
                .startsWith("offered 25 k/s\np50: ")
                .contains("\np99.9: ");

        chromium.point(1, 1);
        assertThat(chromium.evaluate(shown).asText()).isEmpty();

        chromium.evaluate("document.querySelector('#load-latency svg.wide').focus()");
        chromium.press("ArrowRight");
        chromium.press("ArrowRight");
        assertThat(chromium.evaluate(shown).asText().replace('\u00a0', ' ')).startsWith("offered 50 k/s\n");
        for (int i = 0; i < 3; i++) {
            chromium.press("ArrowRight");
        }
        assertThat(chromium.evaluate(shown).asText()).contains("not valid: " + SampleResults.COMPLAINT);
        chromium.press("Escape");
        assertThat(chromium.evaluate(shown).asText()).isEmpty();
        assertThat(chromium.complaints()).isEmpty();
    }

    @Test
    void shouldNotRunWhatAFileSmugglesIn() throws Exception {
        chromium.load(PAGES.get("replay"), DESK, "light");

        assertThat(chromium.evaluate("document.querySelector('h1').textContent").asText())
                .isEqualTo("Replay of " + EVIL);
        assertThat(chromium.evaluate("document.scripts.length").asInt()).isEqualTo(1);

        // Even a hole in the escaping would not: the policy stops it, and says so.
        chromium.evaluate(
                "document.body.insertAdjacentHTML('beforeend', '<img src=\"x:y\" onerror=\"window.smuggled = 1\">');"
                        + "(s => { s.textContent = 'window.smuggled = 1'; document.body.append(s); })(document.createElement('script'))");
        assertThat(chromium.evaluate("String(window.smuggled)").asText()).isEqualTo("undefined");
    }

    @Test
    void shouldShowAPlotThatIsAFileOfItsOwn() throws Exception {
        final Path plot = PAGES.get("capacity").resolveSibling("plots/load-latency.svg");
        chromium.load(plot, PHONE, "dark");

        assertThat(chromium.evaluate("document.documentElement.localName").asText())
                .isEqualTo("svg");
        assertThat(chromium.evaluate("document.querySelectorAll('.mark').length")
                        .asInt())
                .isGreaterThan(3);
        assertThat(chromium.evaluate("getComputedStyle(document.querySelector('.mark.line')).stroke")
                        .asText())
                .isEqualTo("rgb(99, 183, 242)");
        assertThat(chromium.complaints()).isEmpty();
    }
}
