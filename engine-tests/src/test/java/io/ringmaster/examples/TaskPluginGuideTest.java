package io.ringmaster.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringmaster.TaskEngine;
import io.ringmaster.eventbus.WaitMode;
import io.ringmaster.task.TaskHandle;
import io.ringmaster.task.TaskOutcome;
import io.ringmaster.task.TaskSpec;
import io.ringmaster.task.TaskState;
import io.ringmaster.testing.Conditions;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The examples of docs/writing-a-task-plugin.md are these sources, are found by ServiceLoader and do what it says. */
@Timeout(60)
class TaskPluginGuideTest {
    private static final Pattern SNIPPET = Pattern.compile("<!-- (\\S+) -->\\n```\\w*\\n(.*?)```\\n", Pattern.DOTALL);

    @TempDir
    private Path folder;

    private final TaskEngine engine = TaskEngine.launch(new TaskEngine.Context()
            .fireWorkers(1)
            .waitMode(WaitMode.ADAPTIVE)
            .killInterruptMillis(20)
            .killHookMillis(20)
            .killAbandonMillis(20_000)
            .closeTimeoutMillis(60_000));

    @AfterEach
    void close() {
        assertThat(engine.closeAndReport().clean()).isTrue();
    }

    /** The project's folder, above the module's that tests run in. */
    private static Path project() {
        final Path here = Path.of("").toAbsolutePath();
        return Files.isDirectory(here.resolve("docs")) ? here : here.getParent();
    }

    @Test
    void shouldShowTheSourcesThatAreCompiled() throws Exception {
        final Matcher snippets = SNIPPET.matcher(Files.readString(project().resolve("docs/writing-a-task-plugin.md")));
        final List<String> shown = new ArrayList<>();
        while (snippets.find()) {
            shown.add(Path.of(snippets.group(1)).getFileName().toString());
            assertThat(snippets.group(2))
                    .as(snippets.group(1))
                    .isEqualTo(Files.readString(project().resolve(snippets.group(1))));
        }
        assertThat(shown)
                .containsExactly("AwaitFileTaskPlugin.java", "TcpReadTaskPlugin.java", "io.ringmaster.task.TaskPlugin");
    }

    private TaskHandle submit(final String type, final String payload) {
        return engine.submit(TaskSpec.builder(1)
                .type(type)
                .payload(payload.getBytes(StandardCharsets.UTF_8))
                .build());
    }

    private static TaskOutcome end(final TaskHandle handle) throws Exception {
        return handle.await(30, TimeUnit.SECONDS);
    }

    @Test
    void shouldAwaitAFile() throws Exception {
        final Path file = folder.resolve("file");
        final TaskHandle handle = submit("await-file", file.toString());
        Conditions.await("it has looked twice", () -> handle.progress() >= 2);
        assertThat(handle.isDone()).isFalse();
        Files.createFile(file);
        assertThat(end(handle)).isEqualTo(new TaskOutcome(1, TaskState.SUCCEEDED, 1, file, null));
    }

    @Test
    void shouldRefuseBadInput() throws Exception {
        assertThat(end(submit("await-file", "")).failure()).hasMessage("task 1: payload must be a path: ''");
        assertThat(end(submit("tcp-read", "nowhere")).failure())
                .hasMessage("task 1: payload must be HOST:PORT: 'nowhere'");
    }

    @Test
    void shouldReadPauseResumeAndEnd() throws Exception {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            final TaskHandle handle = submit("tcp-read", address(server));
            try (Socket socket = server.accept()) {
                socket.getOutputStream().write(new byte[10]);
                Conditions.await("it has read", () -> handle.progress() == 10);
                handle.pause();
                socket.getOutputStream().write(new byte[10]);
                Conditions.await("it is paused", () -> handle.state() == TaskState.PAUSED);
                handle.resume();
                socket.getOutputStream().write(new byte[10]);
            }
            assertThat(end(handle).result()).isEqualTo(30L);
        }
    }

    @Test
    void shouldKillAReadThatBlocks() throws Exception {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            final TaskHandle handle = submit("tcp-read", address(server));
            try (Socket socket = server.accept()) {
                assertThat(handle.kill()).isNull();
                assertThat(end(handle).state()).isEqualTo(TaskState.KILLED);
                assertThat(socket.getInputStream().read())
                        .as("the other side has closed")
                        .isEqualTo(-1);
            }
        }
    }

    private static String address(final ServerSocket server) {
        return server.getInetAddress().getHostAddress() + ':' + server.getLocalPort();
    }
}
