package io.ringmaster.isolation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.ringmaster.CloseReport;
import io.ringmaster.TaskEngine;
import io.ringmaster.plugin.ShellResult;
import io.ringmaster.plugin.ShellSpec;
import io.ringmaster.task.Container;
import io.ringmaster.task.Step;
import io.ringmaster.task.TaskHandle;
import io.ringmaster.task.TaskState;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Exclusive tasks on virtual threads, on JDKs that have them: kill, pause, isolation and the close are the same. */
@Timeout(120)
class VirtualThreadsTest {
    private final CountDownLatch latch = new CountDownLatch(1);
    private final Isolation.Spin spin = new Isolation.Spin();

    @TempDir
    private Path folder;

    private TaskEngine engine;

    @BeforeEach
    void launch() {
        assumeTrue(Runtime.version().feature() >= 21, "virtual threads come with JDK 21");
        engine = TaskEngine.launch(
                Isolation.context().virtualThreads(true).exclusiveThreads(200).killAbandonMillis(500));
    }

    @AfterEach
    void close() {
        latch.countDown();
        spin.release();
        if (engine != null) {
            engine.close();
        }
    }

    @Test
    void shouldKillBlockedBodiesAndRunTheirNeighbours() throws Exception {
        final CountDownLatch running = new CountDownLatch(100);
        final List<TaskHandle> blocked = new ArrayList<>();
        for (int id = 1; id <= 100; id++) {
            blocked.add(engine.submit(Isolation.spec(id, Container.EXCLUSIVE, context -> {
                running.countDown();
                latch.await();
                return Step.DONE;
            })));
        }
        assertThat(running.await(60, TimeUnit.SECONDS)).isTrue();
        Isolation.assertNeighboursDoWell(engine);
        blocked.forEach(TaskHandle::kill);
        for (final TaskHandle each : blocked) {
            assertThat(Isolation.end(each).state()).isEqualTo(TaskState.KILLED);
        }
        Isolation.assertBalancedAndClose(engine);
    }

    @Test
    void shouldPauseAndResume() throws Exception {
        final AtomicInteger turns = new AtomicInteger();
        final TaskHandle handle = engine.submit(Isolation.spec(1, Container.EXCLUSIVE, context -> {
            while (turns.incrementAndGet() > 0) {
                context.pausePoint();
                context.sleep(1, TimeUnit.MILLISECONDS);
            }
            return Step.DONE;
        }));
        Isolation.awaitState(handle, TaskState.RUNNING);
        handle.pause();
        Isolation.awaitState(handle, TaskState.PAUSED);
        handle.resume();
        Isolation.awaitState(handle, TaskState.RUNNING);
        handle.kill();
        assertThat(Isolation.end(handle).state()).isEqualTo(TaskState.KILLED);
        Isolation.assertBalancedAndClose(engine);
    }

    @Test
    void shouldAbandonABodyThatIgnoresEverythingAndNameIt() throws Exception {
        final TaskHandle stuck = engine.submit(Isolation.spec(1, Container.EXCLUSIVE, spin));
        spin.awaitRunning();
        stuck.kill();
        assertThat(Isolation.end(stuck).state()).isEqualTo(TaskState.ABANDONED);
        Isolation.assertNeighboursDoWell(engine);
        assertThat(engine.ledger().quarantined()).isEqualTo(1);
        final CloseReport report = engine.closeAndReport();
        assertThat(report.clean()).isFalse();
        assertThat(report.stuckThreads()).singleElement().asString().contains("Spin.execute");
    }

    @Test
    void shouldRunProcesses() throws Exception {
        assumeTrue(
                Stream.of(System.getenv("PATH").split(File.pathSeparator))
                        .anyMatch(each -> Files.isExecutable(Path.of(each, "sh"))),
                "there is no sh on the PATH");
        final List<TaskHandle> handles = new ArrayList<>();
        for (int id = 1; id <= 20; id++) {
            handles.add(engine.submit(ShellSpec.command("sh", "-c", "echo " + id)
                    .output(folder.resolve("output." + id))
                    .build()
                    .task(id)
                    .build()));
        }
        for (final TaskHandle each : handles) {
            assertThat(((ShellResult) Isolation.end(each).result()).outputFile())
                    .hasContent("" + each.id());
        }
        final TaskHandle endless = engine.submit(ShellSpec.command("sh", "-c", "sleep 100000 & wait")
                .output(folder.resolve("output"))
                .build()
                .task(1)
                .build());
        Isolation.awaitState(endless, TaskState.RUNNING);
        endless.kill();
        assertThat(Isolation.end(endless).state()).isEqualTo(TaskState.KILLED);
        Isolation.assertBalancedAndClose(engine);
    }
}
