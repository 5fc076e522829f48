package io.ringmaster.workflow;

import static io.ringmaster.workflow.WfFormatReaderTest.tasks;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ArrivalCsvReaderTest {

    /** The second run is listed in between the lines of the first, and arrived before it. */
    private static final String SECONDS = """
            run_id,workflow,task_id,parents,kind,program,label,ready,submit,exec_start,exec_end,post_end,runtime,exit_code,status,host
            run-2,flow,b,a,compute,pegasus::sort,None,1673006360,0,0,0,0,5,0,0,h
            run-2,flow,a,,compute,load,None,1673006350,0,0,0,0,10,256,0,h
            run-1,flow,a,,compute,load,None,1673006340.5,0,0,0,,0.25,0,-1,h
            run-2,flow,c,a b,compute,"join, all",None,1673006375,0,0,0,0,0,0,0,"a ""host\"""
            """;

    private static final String MILLISECONDS = """
            workflow_id,task_id,parents,submit_ms,runtime_ms
            7,0,,500,7184
            7,1,0,400,1
            8,2,,400,0.5
            """;

    @TempDir
    Path folder;

    @Test
    void shouldReadRunsWithTimesInSeconds() throws WorkflowFormatException {
        final Workflow workflow = WorkflowReader.read(TestFiles.text(folder, "runs.csv", SECONDS));

        assertThat(workflow.name()).isEqualTo("runs");
        assertThat(workflow.instanceCount()).isEqualTo(2);
        assertThat(workflow.instanceId(0)).isEqualTo("run-1");
        assertThat(workflow.instanceId(1)).isEqualTo("run-2");
        assertThat(workflow.arrivalNanos(0)).isZero();
        assertThat(workflow.arrivalNanos(1)).isEqualTo(9_500_000_000L);
        assertThat(tasks(workflow))
                .containsExactly(
                        "a:load:250000000:[]",
                        "b:pegasus::sort:5000000000:[a]",
                        "a:load:10000000000:[]",
                        "c:join, all:0:[a, b]");
        assertThat(workflow.firstTask(1)).isEqualTo(1);
        assertThat(workflow.endTask(1)).isEqualTo(4);
        assertThat(workflow.instanceOf(0)).isZero();
        assertThat(workflow.instanceOf(3)).isEqualTo(1);
    }

    @Test
    void shouldReadWorkflowsWithTimesInMilliseconds() throws WorkflowFormatException {
        final Workflow workflow = WorkflowReader.read(TestFiles.text(folder, "shell.CSV", MILLISECONDS));

        assertThat(workflow.instanceCount()).isEqualTo(2);
        assertThat(workflow.instanceId(0)).isEqualTo("7");
        assertThat(workflow.arrivalNanos(0)).isZero();
        assertThat(workflow.arrivalNanos(1)).isZero();
        assertThat(tasks(workflow)).containsExactly("0::7184000000:[]", "1::1000000:[0]", "2::500000:[]");
    }

    @Test
    void shouldFindColumnsByNameAndReadAnyLineEnds() throws WorkflowFormatException {
        final String text =
                "\ufeffruntime_ms,parents,note,submit_ms,task_id,workflow_id\r\n" + "2,,x,5,a,w\r\r\n\n3,a  a,,6,b,w";

        assertThat(tasks(WorkflowReader.read(TestFiles.text(folder, "w.csv", text))))
                .containsExactly("a::2000000:[]", "b::3000000:[a]");
    }

    @Test
    void shouldReadGzipAndNamesThatSayNothing() throws WorkflowFormatException {
        final byte[] gzip = TestFiles.gzip(MILLISECONDS);

        assertThat(WorkflowReader.read(TestFiles.bytes(folder, "w.csv.gz", gzip))
                        .name())
                .isEqualTo("w");
        assertThat(WorkflowReader.read(TestFiles.bytes(folder, "w.csv", gzip)).taskCount())
                .isEqualTo(3);
        assertThat(WorkflowReader.read(TestFiles.bytes(folder, "trace", gzip)).taskCount())
                .isEqualTo(3);
    }
}
