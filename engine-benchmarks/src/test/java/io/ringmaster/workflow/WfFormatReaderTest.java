package io.ringmaster.workflow;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WfFormatReaderTest {

    /** b and c wait for a; d waits for both. Listed out of order, with names that are no ids and not unique. */
    private static final String SPECIFICATION = """
            "specification": { "tasks": [
              { "name": "last_7", "id": "d", "parents": ["b", "c"], "children": [], "inputFiles": ["x", {"y": [1]}] },
              { "name": "middle", "id": "b", "parents": ["a"], "children": ["d"] },
              { "name": "middle", "id": "c", "parents": ["a"], "children": ["d"] },
              { "name": "first_ID0001", "id": "a", "parents": [], "children": ["b", "c"] } ],
              "files": [ { "id": "x", "sizeInBytes": 1 } ] }""";

    private static final String EXECUTION = """
            "execution": { "makespanInSeconds": 9, "executedAt": "someday", "machines": [{"cpu": {"coreCount": 4}}],
              "tasks": [
              { "id": "b", "runtimeInSeconds": 2, "command": { "program": "/usr/bin/sort", "arguments": ["-k", "2"] } },
              { "id": "a", "runtimeInSeconds": 0.000000001 },
              { "runtimeInSeconds": 1.5e1, "id": "c", "command": { "program": "two words", "arguments": [] } },
              { "id": "d", "runtimeInSeconds": 0, "avgCPU": 99.5 } ] }""";

    private static final String VERSION_1_4 = """
            { "name": "flow", "schemaVersion": "1.4", "workflow": { "executedAt": "x", "makespanInSeconds": 3, "%s": [
              { "name": "cat_3", "id": "3", "category": "cat", "type": "compute", "parents": ["split_1", "2"],
                "children": [], "files": [{"link": "input", "name": "f"}], "runtimeInSeconds": 0.25 },
              { "name": "split_1", "id": "1", "parents": [], "children": ["blast_2"], "runtimeInSeconds": 1 },
              { "name": "blast_2", "id": "2", "parents": ["split_1"], "children": ["cat_3"], "runtimeInSeconds": 2,
                "command": {"program": "blastall"} } ] } }""";

    @TempDir
    Path folder;

    @Test
    void shouldJoinSpecificationAndExecutionById() throws WorkflowFormatException {
        final Workflow workflow = read(split(SPECIFICATION, EXECUTION));

        assertThat(workflow.name()).isEqualTo("diamond");
        assertThat(workflow.instanceCount()).isEqualTo(1);
        assertThat(workflow.instanceId(0)).isEqualTo("diamond");
        assertThat(workflow.arrivalNanos(0)).isZero();
        assertThat(tasks(workflow))
                .containsExactly(
                        "d:last:0:[b, c]", "b:sort:2000000000:[a]", "c:middle:15000000000:[a]", "a:first:1:[]");
        assertThat(workflow.edgeCount()).isEqualTo(4);
    }

    @Test
    void shouldReadTheSectionsInAnyOrder() throws WorkflowFormatException {
        assertThat(tasks(read(split(EXECUTION, SPECIFICATION))))
                .isEqualTo(tasks(read(split(SPECIFICATION, EXECUTION))));
    }

    @Test
    void shouldTakeParentsForIdsOnlyWhereNamesNeedNotBeUnique() {
        final Path file = TestFiles.text(
                folder, "names.json", split(SPECIFICATION.replace("[\"a\"]", "[\"first_ID0001\"]"), EXECUTION));

        assertThat(TestFiles.faultOf(file))
                .hasMessage(file + ": task \"b\": parent \"first_ID0001\" is not a task of this workflow");
    }

    @ParameterizedTest
    @ValueSource(strings = {"tasks", "jobs"})
    void shouldFindParentsByNameAndElseByIdInFlatLists(final String list) throws WorkflowFormatException {
        final Workflow workflow = read(VERSION_1_4.formatted(list));

        assertThat(tasks(workflow))
                .containsExactly("3:cat:250000000:[1, 2]", "1:split:1000000000:[]", "2:blastall:2000000000:[1]");
    }

    @ParameterizedTest
    @ValueSource(strings = {"1.3", "1.2"})
    void shouldReadRuntimeOfOlderVersions(final String version) throws WorkflowFormatException {
        final String document = VERSION_1_4
                .formatted("1.3".equals(version) ? "tasks" : "jobs")
                .replace("1.4", version)
                .replace("makespanInSeconds", "makespan")
                .replace("runtimeInSeconds", "runtime");

        assertThat(tasks(read(document)))
                .containsExactly("3:cat:250000000:[1, 2]", "1:split:1000000000:[]", "2:blastall:2000000000:[1]");
    }

    @Test
    void shouldReadTasksThatHaveOnlyANameInVersionOne() throws WorkflowFormatException {
        final Workflow workflow = read("""
                { "schemaVersion": "1.0", "name": "old", "workflow": { "makespan": 5, "jobs": [
                  { "name": "b_2", "type": "compute", "runtime": 2.0, "parents": ["a_1"], "arguments": ["-x"] },
                  { "name": "a_1", "type": "compute", "runtime": 1, "parents": [], "machine": "m", "cores": 1 } ] } }""");

        assertThat(tasks(workflow)).containsExactly("b_2:b:2000000000:[a_1]", "a_1:a:1000000000:[]");
    }

    @Test
    void shouldTellTheVersionByTheStructureWhateverTheDocumentSays() throws WorkflowFormatException {
        assertThat(tasks(read(VERSION_1_4.formatted("tasks").replace("\"1.4\"", "\"1.5\""))))
                .hasSize(3);
        assertThat(tasks(read(VERSION_1_4.formatted("tasks").replace("\"1.4\"", "{}"))))
                .hasSize(3);
        assertThat(tasks(read(split(SPECIFICATION, EXECUTION).replace("\"1.5\"", "1.2"))))
                .hasSize(4);
    }

    @Test
    void shouldCountAParentListedTwiceOnce() throws WorkflowFormatException {
        final Workflow workflow = read(VERSION_1_4
                .formatted("tasks")
                .replace("[\"split_1\", \"2\"]", "[\"split_1\", \"2\", \"blast_2\", \"1\"]"));

        assertThat(tasks(workflow)).contains("3:cat:250000000:[1, 2]");
        assertThat(workflow.childCount(1)).isEqualTo(2);
    }

    @Test
    void shouldReadGzipByItsContentWhateverTheNameSays() throws WorkflowFormatException {
        final byte[] gzip = TestFiles.gzip(split(SPECIFICATION, EXECUTION));

        assertThat(WorkflowReader.read(TestFiles.bytes(folder, "a.json.gz", gzip))
                        .taskCount())
                .isEqualTo(4);
        assertThat(WorkflowReader.read(TestFiles.bytes(folder, "a.json", gzip)).taskCount())
                .isEqualTo(4);
        assertThat(WorkflowReader.read(TestFiles.bytes(folder, "trace", gzip)).taskCount())
                .isEqualTo(4);
        assertThat(WorkflowReader.read(TestFiles.text(folder, "plain.json.gz", split(SPECIFICATION, EXECUTION)))
                        .taskCount())
                .isEqualTo(4);
    }

    @Test
    void shouldAcceptAByteOrderMark() throws WorkflowFormatException {
        assertThat(tasks(read('\ufeff' + split(SPECIFICATION, EXECUTION)))).hasSize(4);
    }

    @Test
    void shouldNameAWorkflowAfterItsFileIfItHasNoName() throws WorkflowFormatException {
        final byte[] gzip = TestFiles.gzip(split(SPECIFICATION, EXECUTION).replace("\"diamond\"", "null"));

        assertThat(WorkflowReader.read(TestFiles.bytes(folder, "my flow.json.gz", gzip))
                        .name())
                .isEqualTo("my flow");
    }

    @Test
    void shouldKeepIdsThatAreFreeText() throws WorkflowFormatException {
        final String id = "a-\u00e9.\ud83d\ude00 \\\" \\n" + "x".repeat(132);
        final Workflow workflow = read("""
                {"workflow": {"tasks": [{"id": "%s", "runtime": 1, "parents": []}]}}""".formatted(id));

        assertThat(workflow.taskId(0)).isEqualTo("a-\u00e9.\ud83d\ude00 \" \n" + "x".repeat(132));
    }

    @Test
    void shouldTakeMissingParentsForNone() throws WorkflowFormatException {
        assertThat(tasks(read("{\"workflow\": {\"tasks\": [{\"id\": \"a\", \"runtime\": 1},"
                        + "{\"id\": \"b\", \"runtime\": 1, \"parents\": null}]}}")))
                .containsExactly("a::1000000000:[]", "b::1000000000:[]");
    }

    @Test
    void shouldTakeTheLastOfAFieldWrittenTwice() throws WorkflowFormatException {
        assertThat(
                        tasks(
                                read(
                                        "{\"workflow\": {\"tasks\": [{\"id\": \"a\", \"runtime\": 1, \"parents\": []},"
                                                + "{\"id\": \"b\", \"parents\": [\"b\"], \"runtime\": 1, \"parents\": [\"a\"], \"runtime\": 2}]}}")))
                .containsExactly("a::1000000000:[]", "b::2000000000:[a]");
    }

    @Test
    void shouldSkipWhatItDoesNotKnow() throws WorkflowFormatException {
        final String deep = "[".repeat(300) + "]".repeat(300);
        final String document = split(SPECIFICATION, EXECUTION)
                .replace("\"avgCPU\": 99.5", "\"avgCPU\": " + deep + ", \"command\": \"none\", \"category\": 7")
                .replace("\"files\"", "\"tasks \": 5, \"files\"");

        assertThat(tasks(read(document))).hasSize(4);
    }

    private Workflow read(final String document) throws WorkflowFormatException {
        return WorkflowReader.read(TestFiles.bytes(folder, "w.json", document.getBytes(StandardCharsets.UTF_8)));
    }

    private static String split(final String first, final String second) {
        return "{ \"name\": \"diamond\", \"schemaVersion\": \"1.5\", \"workflow\": { " + first + ", " + second + " } }";
    }

    static List<String> tasks(final Workflow workflow) {
        final List<String> tasks = new ArrayList<>();
        for (int task = 0; task < workflow.taskCount(); task++) {
            final int t = task;
            tasks.add(workflow.taskId(t) + ":" + workflow.type(t) + ":" + workflow.runtimeNanos(t) + ":"
                    + IntStream.range(0, workflow.parentCount(t))
                            .mapToObj(i -> workflow.taskId(workflow.parent(t, i)))
                            .toList());
        }
        return tasks;
    }
}
