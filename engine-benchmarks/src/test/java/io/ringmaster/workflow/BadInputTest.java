package io.ringmaster.workflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.util.Arrays;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Each way an input can be at fault ends in one line that says what and where. */
@Timeout(60)
class BadInputTest {

    private static final String NESTED = "[".repeat(200_000);
    private static final String RUN = "run_id,workflow,task_id,parents,program,ready,runtime\n";

    @TempDir
    Path folder;

    @ParameterizedTest(name = "{0}")
    @MethodSource({"badGraphs", "badRuntimes", "badStructures", "badJson"})
    void shouldRefuseJson(final String what, final String document, final String place, final String fault) {
        expect(TestFiles.text(folder, "bad.json", document), place, fault);
        expect(TestFiles.bytes(folder, "bad.json.gz", TestFiles.gzip(document)), place, fault);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("badCsv")
    void shouldRefuseCsv(final String what, final String text, final String place, final String fault) {
        expect(TestFiles.text(folder, "bad.csv", text), place, fault);
        expect(TestFiles.bytes(folder, "bad.csv.gz", TestFiles.gzip(text)), place, fault);
    }

    static Stream<Arguments> badGraphs() {
        return Stream.of(
                arguments(
                        "cycle of two",
                        tasks(task("a", "b"), task("b", "a"), task("c", "a")),
                        "task \"b\"",
                        "is on a cycle of 2 tasks: \"b\" -> \"a\" -> \"b\""),
                arguments(
                        "cycle behind and before others",
                        tasks(task("in"), task("c", "b"), task("a", "c", "in"), task("b", "a"), task("out", "b")),
                        "task \"a\"",
                        "is on a cycle of 3 tasks: \"a\" -> \"b\" -> \"c\" -> \"a\""),
                arguments(
                        "long cycle",
                        tasks(IntStream.range(0, 50)
                                .mapToObj(i -> task("t" + i, "t" + (i + 49) % 50))
                                .toArray(String[]::new)),
                        "task \"t1\"",
                        "is on a cycle of 50 tasks: \"t1\" -> \"t2\" -> \"t3\" -> \"t4\" -> ... -> \"t1\""),
                arguments("self-parent", tasks(task("a"), task("b", "a", "b")), "task \"b\"", "is its own parent"),
                arguments(
                        "dangling parent",
                        tasks(task("a"), task("b", "a", "nobody")),
                        "task \"b\"",
                        "parent \"nobody\" is not a task of this workflow"),
                arguments(
                        "duplicate id",
                        tasks(task("a"), task("b"), task("a")),
                        "task \"a\"",
                        "duplicate id: each task needs an id of its own"),
                arguments(
                        "duplicate id in execution",
                        split("[{\"id\": \"a\", \"parents\": []}]", "[" + run("a") + "," + run("a") + "]"),
                        "task \"a\"",
                        "duplicate id: workflow.execution has this task twice"),
                arguments(
                        "ambiguous name",
                        flat("[{\"id\": \"1\", \"name\": \"n\", \"runtime\": 1},"
                                + "{\"id\": \"2\", \"name\": \"n\", \"runtime\": 1},"
                                + "{\"id\": \"3\", \"name\": \"m\", \"runtime\": 1, \"parents\": [\"n\"]}]"),
                        "task \"3\"",
                        "parent \"n\" is ambiguous: several tasks have this name"),
                arguments(
                        "control characters and length",
                        tasks(task("a\\n\\u001b[31m\\u202e", "p" + "q".repeat(1_000))),
                        "task \"a\\n\\u001b[31m\\u202e\"",
                        "parent \"p" + "q".repeat(89) + "..." + "q".repeat(40)
                                + "\" (1001 characters) is not a task of this workflow"));
    }

    static Stream<Arguments> badRuntimes() {
        return Stream.of(
                runtime("-1", "must be 0 or more: -1"),
                runtime("-1e-12", "must be 0 or more: -1e-12"),
                runtime("NaN", "must be a finite number: NaN"),
                runtime("Infinity", "must be a finite number: Infinity"),
                runtime("-Infinity", "must be a finite number: -Infinity"),
                runtime("1e999999999", "must be at most 100 years: 1e999999999"),
                runtime("3155760001", "must be at most 100 years: 3155760001"),
                runtime("\"12.5\"", "must be a number: the text \"12.5\""),
                runtime("\"\"", "must be a number: the text \"\""),
                runtime("true", "must be a number: true"),
                runtime("{\"s\": 1}", "must be a number: an object"),
                runtime("[1]", "must be a number: an array"),
                arguments(
                        "null runtime",
                        split("[{\"id\": \"a\"}]", "[{\"id\": \"a\", \"runtimeInSeconds\": null}]"),
                        "task \"a\"",
                        "the runtime is missing (runtimeInSeconds, or runtime up to schema 1.3)"),
                arguments(
                        "missing runtime",
                        flat("[{\"id\": \"a\"}]"),
                        "task \"a\"",
                        "the runtime is missing (runtimeInSeconds, or runtime up to schema 1.3)"),
                arguments(
                        "negative runtime of an old version",
                        flat("[{\"runtime\": -2, \"name\": \"a\"}]"),
                        "task \"a\"",
                        "runtime must be 0 or more: -2"),
                arguments(
                        "task without execution",
                        split("[{\"id\": \"a\"}, {\"id\": \"b\"}]", "[" + run("a") + "]"),
                        "task \"b\"",
                        "the runtime is missing: workflow.execution has no task with this id"),
                arguments(
                        "no execution at all",
                        "{\"workflow\": {\"specification\": {\"tasks\": [{\"id\": \"a\"}]}}}",
                        "workflow",
                        "no workflow.execution.tasks, so the runtime of every task is missing"));
    }

    static Stream<Arguments> badStructures() {
        return Stream.of(
                arguments("no tasks", tasks(), "", "the workflow has no tasks"),
                arguments("no tasks in a flat list", flat("[]"), "", "the workflow has no tasks"),
                arguments(
                        "execution of an unknown task",
                        split("[{\"id\": \"a\"}]", "[" + run("a") + "," + run("ghost") + "]"),
                        "task \"ghost\"",
                        "is in workflow.execution but not in workflow.specification"),
                arguments("empty object", "{}", "workflow", noList()),
                arguments("no list", "{\"workflow\": {\"specification\": {}}}", "workflow", noList()),
                arguments(
                        "both kinds of list",
                        "{\"workflow\": {\"specification\": {\"tasks\": []}, \"tasks\": []}}",
                        "workflow",
                        "has both specification.tasks (schema 1.5) and a list of tasks (up to 1.4)"),
                arguments(
                        "a list twice",
                        "{\"workflow\": {\"tasks\": [],\n\"jobs\": []}}",
                        "line 2, column 9",
                        "workflow.jobs: there may be one such list only"),
                arguments(
                        "tasks is no list",
                        flat("{\"a\": 1}"),
                        "line 1, column 24",
                        "workflow.tasks must be an array, found an object"),
                arguments(
                        "a task is no object",
                        flat("[\n  17]"),
                        "line 2, column 3",
                        "each entry of a task list must be an object, found 17"),
                arguments(
                        "workflow is no object",
                        "{\"workflow\": \"w\"}",
                        "line 1, column 14",
                        "workflow must be an object, found the text \"w\""),
                arguments(
                        "the document is a list",
                        "[{}]",
                        "line 1, column 1",
                        "a WfFormat document must be an object, found an array"),
                arguments(
                        "missing id",
                        split("[{\"name\": \"n\"}]", "[]"),
                        "line 1, column 43",
                        "the task's id is missing"),
                arguments(
                        "missing id and name",
                        flat("[{\"runtime\": 1}]"),
                        "line 1, column 25",
                        "the task's id is missing, and so is its name"),
                arguments("empty id", flat("[{\"id\": \"\"}]"), "line 1, column 32", "id must not be empty"),
                arguments("numeric id", flat("[{\"id\": 5}]"), "line 1, column 32", "id must be a text, found 5"),
                arguments(
                        "parents are no list",
                        flat("[{\"id\": \"a\", \"parents\": \"b\"}]"),
                        "line 1, column 48",
                        "parents must be an array, found the text \"b\""),
                arguments(
                        "a parent is no text",
                        flat("[{\"id\": \"a\", \"parents\": [{\"id\": 1}]}]"),
                        "line 1, column 49",
                        "each parent must be a text, found an object"),
                arguments(
                        "children only",
                        flat(
                                "[{\"id\": \"a\", \"runtime\": 1, \"children\": [\"b\"]}, {\"id\": \"b\", \"runtime\": 1}]"),
                        "workflow",
                        "no task has parents, and dependencies are not read from children"));
    }

    static Stream<Arguments> badJson() {
        final String truncated = "the JSON ends too early: is the file truncated?";
        final String deep = "the JSON is nested more than 500 levels deep";
        return Stream.of(
                arguments("white space only", " \n ", "", "the file is empty"),
                arguments("truncated in a list", "{\"workflow\": {\"tasks\": [", "line 1, column 25", truncated),
                arguments("truncated in a text", "{\"workflow\": {\"ta", "line 1, column 18", truncated),
                arguments(
                        "truncated in a skipped part",
                        "{\"workflow\":\n {\"files\": [{\"a\": 1},",
                        "line 2, column 22",
                        truncated),
                arguments("200 000 nested arrays", "{\"x\": " + NESTED, "line 1, column 506", deep),
                arguments(
                        "nested where tasks are",
                        "{\"workflow\": {\"tasks\": " + NESTED,
                        "line 1, column 25",
                        "each entry of a task list must be an object, found an array"),
                arguments("nested in a task", flat("[{\"files\": " + NESTED), "line 1, column 531", deep),
                arguments(
                        "nested from the start",
                        NESTED,
                        "line 1, column 1",
                        "a WfFormat document must be an object, found an array"),
                arguments(
                        "no JSON",
                        "hello",
                        "line 1, column 1",
                        "malformed JSON: Unrecognized token 'hello': was expecting (JSON String, Number (or 'NaN'/'+INF'/'-INF'),"
                                + " Array, Object or token 'null', 'true' or 'false')"),
                arguments(
                        "missing comma",
                        "{\"a\": 1 \"b\": 2}",
                        "line 1, column 9",
                        "malformed JSON: Unexpected character ('\"' (code 34)): was expecting comma to separate Object"
                                + " entries"),
                arguments(
                        "two documents",
                        tasks(task("a")) + "\n{}",
                        "line 2, column 1",
                        "nothing may follow the document, found an object"));
    }

    static Stream<Arguments> badCsv() {
        final String columns = "wrong header: expected the columns run_id,task_id,parents,ready,runtime"
                + " or workflow_id,task_id,parents,submit_ms,runtime_ms, found ";
        return Stream.of(
                arguments("wrong header", "a,b\n1,2\n", "line 1", columns + "\"a,b\""),
                arguments(
                        "column missing",
                        "run_id,task_id,parents,ready\n",
                        "line 1",
                        columns + "\"run_id,task_id,parents,ready\""),
                arguments(
                        "column twice", "run_id,run_id\n", "line 1", "wrong header: the column \"run_id\" comes twice"),
                arguments("no lines", RUN, "", "the workflow has no tasks"),
                arguments("blank lines only", "\n\r\n", "", "the file is empty"),
                arguments("too few fields", RUN + "r,w,a,,p,1\n", "line 2", fields(6)),
                arguments("too many fields", RUN + "r,w,a,,p,1,1,1\n", "line 2", fields(8)),
                arguments("no task", RUN + "r,w,,,p,1,1\n", "line 2", "task_id must not be empty"),
                arguments("no run", RUN + ",w,a,,p,1,1\n", "line 2", "run_id must not be empty"),
                csvTime("1,-5", "runtime must be 0 or more: -5"),
                csvTime("1,NaN", "runtime must be a finite number: NaN"),
                csvTime("1,soon", "runtime must be a number: \"soon\""),
                csvTime("1,0x10", "runtime must be a number: \"0x10\""),
                csvTime("1,1e99", "runtime must be at most 100 years: 1e99"),
                csvTime("1,", "runtime is missing"),
                csvTime(",1", "ready is missing"),
                csvTime("-1,1", "ready must be 0 or more: -1"),
                csvTime("1e11,1", "ready must be at most 292 years: 1e11"),
                arguments("self-parent", RUN + "r,w,a,a,p,1,1\n", "line 2, task \"a\"", "is its own parent"),
                arguments(
                        "duplicate id",
                        RUN + "r,w,a,,p,1,1\nr,w,a,,p,1,1\n",
                        "line 3, task \"a\"",
                        "duplicate id: each task needs an id of its own"),
                arguments(
                        "parent in another run",
                        RUN + "r1,w,a,,p,1,1\nr2,w,b,a,p,1,1\n",
                        "line 3, task \"b\" of workflow \"r2\"",
                        "parent \"a\" is not a task of this workflow"),
                arguments(
                        "cycle in the second run",
                        RUN + "r1,w,a,,p,1,1\nr1,w,b,a,p,1,1\nr2,w,a,b,p,1,1\nr2,w,b,a,p,1,1\n",
                        "line 5, task \"b\" of workflow \"r2\"",
                        "is on a cycle of 2 tasks: \"b\" -> \"a\" -> \"b\""),
                arguments(
                        "truncated in quotes",
                        RUN + "r,w,\"a\n,,p",
                        "line 2",
                        "field 3: the closing quote is missing: is the file truncated?"),
                arguments(
                        "text behind a quote",
                        RUN + "r,w,\"a\"b,,p,1,1\n",
                        "line 2",
                        "field 3: a comma or the line's end must follow a closing quote"),
                arguments(
                        "quote in a plain field",
                        RUN + "r,w,a\"b,,p,1,1\n",
                        "line 2",
                        "field 3: a quote may stand in a quoted field only"));
    }

    @Test
    void shouldRefuseAFileThatIsNone() {
        expect(folder.resolve("missing.json"), "", "no such file");
        expect(folder.resolve("missing/w.csv.gz"), "", "no such file");
        expect(folder, "", "is a directory, not a file");
        expect(TestFiles.text(folder, "empty.json", ""), "", "the file is empty");
        expect(TestFiles.text(folder, "empty.csv", ""), "", "the file is empty");
        expect(TestFiles.bytes(folder, "empty.json.gz", TestFiles.gzip("")), "", "the file is empty");
        expect(folder.resolve("empty.json/below"), "", "can't be read: Not a directory");
        expect(TestFiles.text(folder, "two\nlines.json", ""), "", "the file is empty");
    }

    @Test
    void shouldRefuseAFileThatMayNotBeRead() throws IOException {
        final Path file = TestFiles.text(folder, "secret.json", "{}");
        assumeTrue(Files.getFileAttributeView(file, PosixFileAttributeView.class) != null);
        Files.setPosixFilePermissions(file, Set.of());
        assumeTrue(!Files.isReadable(file), "this user may read every file");

        expect(file, "", "can't be read: permission denied");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("gzipFaults")
    void shouldRefuseBrokenGzip(final String what, final byte[] bytes, final String fault) {
        for (final String name : new String[] {"w.json.gz", "w.json", "w"}) {
            assertThat(TestFiles.faultOf(TestFiles.bytes(folder, name, bytes)).fault())
                    .startsWith(fault);
        }
    }

    static Stream<Arguments> gzipFaults() {
        final byte[] whole = TestFiles.gzip(tasks(task("a"), task("b", "a")));
        final byte[] wrongSum = whole.clone();
        wrongSum[whole.length - 6] ^= 1;
        final String truncated = "the gzip data ends too early: is the file truncated?";
        return Stream.of(
                arguments("magic alone", Arrays.copyOf(whole, 2), truncated),
                arguments("in its header", Arrays.copyOf(whole, 7), truncated),
                arguments("header alone", Arrays.copyOf(whole, 10), truncated),
                arguments("cut off early", Arrays.copyOf(whole, 30), truncated),
                arguments("wrong check sum", wrongSum, "the gzip data is damaged: "),
                arguments("unknown method", new byte[] {0x1f, (byte) 0x8b, 99, 0, 0}, "the gzip data is damaged: "));
    }

    @Test
    void shouldRefuseEveryPrefixOfADocument() {
        final String whole = tasks(task("a"), task("b", "a"));
        final byte[] gzip = TestFiles.gzip(whole);

        for (int length = 1; length < whole.length(); length++) {
            assertThat(TestFiles.faultOf(TestFiles.text(folder, "cut.json", whole.substring(0, length)))
                            .fault())
                    .isEqualTo("the JSON ends too early: is the file truncated?");
        }
        final byte[] csv = TestFiles.gzip(RUN + "r,w,a,,p,1,1\nr,w,\"b\",a,p,1,2.5\n");
        for (int length = 2; length < csv.length; length++) {
            assertThat(TestFiles.faultOf(TestFiles.bytes(folder, "cut.csv.gz", Arrays.copyOf(csv, length)))
                            .fault())
                    .isEqualTo("the gzip data ends too early: is the file truncated?");
        }
        for (int length = 2; length < gzip.length; length++) {
            assertThat(TestFiles.faultOf(TestFiles.bytes(folder, "cut.json.gz", Arrays.copyOf(gzip, length)))
                            .fault())
                    .isEqualTo("the gzip data ends too early: is the file truncated?");
        }
    }

    @Test
    void shouldNeverThrowAnythingElseAtDamagedBytes() {
        final byte[] json =
                tasks(task("a"), task("b", "a"), task("c", "a", "b")).getBytes(StandardCharsets.UTF_8);
        final byte[] csv = (RUN + "r,w,a,,p,1,1\nr,w,\"b\",a,p,1,2.5\n").getBytes(StandardCharsets.UTF_8);
        TestSeed.forEach(2_000, random -> {
            final boolean isJson = random.nextBoolean();
            final byte[] damaged = (isJson ? json : csv).clone();
            for (int i = 0; i <= random.nextInt(3); i++) {
                damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
            }
            final Path file = TestFiles.bytes(folder, isJson ? "d.json" : "d.csv", damaged);
            try {
                assertThat(WorkflowReader.read(file).taskCount()).isPositive();
            } catch (final WorkflowFormatException e) {
                assertThat(TestFiles.faultOf(file)).hasMessage(e.getMessage());
            }
        });
    }

    @Test
    void shouldRefuseBytesThatAreNoText() {
        final byte[] noise = new byte[1_000];
        new Random(7).nextBytes(noise);
        noise[0] = 'x';

        expect(TestFiles.bytes(folder, "noise.csv", noise), "", "is not UTF-8 text");
        assertThat(TestFiles.faultOf(TestFiles.bytes(folder, "noise.json", noise))
                        .fault())
                .startsWith("malformed JSON: ");
    }

    private static void expect(final Path file, final String place, final String fault) {
        final WorkflowFormatException thrown = TestFiles.faultOf(file);
        assertThat(thrown.fault()).isEqualTo(fault);
        assertThat(thrown.place()).isEqualTo(place);
        assertThat(thrown)
                .hasMessage(Texts.oneLine(file.toString()) + ": " + (place.isEmpty() ? "" : place + ": ") + fault)
                .hasNoCause();
        assertThat(thrown.file()).isEqualTo(file.toString());
    }

    private static Arguments runtime(final String value, final String fault) {
        return arguments(
                "runtime " + value,
                split("[{\"id\": \"a\"}]", "[{\"runtimeInSeconds\": " + value + ", \"id\": \"a\"}]"),
                "task \"a\"",
                "runtimeInSeconds " + fault);
    }

    private static Arguments csvTime(final String readyAndRuntime, final String fault) {
        return arguments(
                "times " + readyAndRuntime, RUN + "r,w,a,,p," + readyAndRuntime + "\n", "line 2, task \"a\"", fault);
    }

    private static String noList() {
        return "no list of tasks: expected workflow.specification.tasks (schema 1.5), workflow.tasks (1.3, 1.4)"
                + " or workflow.jobs (1.0 to 1.2)";
    }

    private static String fields(final int found) {
        return "a line must have 7 fields as the header has, found " + found;
    }

    /** One entry of each list, separated by a bar. */
    private static String task(final String id, final String... parents) {
        return "{\"id\": \"" + id + "\", \"parents\": "
                + Arrays.stream(parents)
                        .collect(Collectors.joining("\", \"", "[\"", "\"]"))
                        .replace("[\"\"]", "[]")
                + "}|" + run(id);
    }

    private static String run(final String id) {
        return "{\"id\": \"" + id + "\", \"runtimeInSeconds\": 1}";
    }

    private static String tasks(final String... tasks) {
        return split(column(0, tasks), column(1, tasks));
    }

    private static String column(final int index, final String... tasks) {
        return Arrays.stream(tasks).map(task -> task.split("\\|")[index]).collect(Collectors.joining(", ", "[", "]"));
    }

    private static String split(final String specification, final String execution) {
        return "{\"workflow\": {\"specification\": {\"tasks\": " + specification + "}, \"execution\": {\"tasks\": "
                + execution + "}}}";
    }

    private static String flat(final String list) {
        return "{\"workflow\": {\"tasks\": " + list + "}}";
    }
}
