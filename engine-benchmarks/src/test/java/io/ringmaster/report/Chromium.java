package io.ringmaster.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A headless Chromium with one page, driven over its DevTools protocol. One thread calls; all events are kept. */
final class Chromium implements AutoCloseable {

    private static final String PROPERTY = "ringmaster.chromium";
    private static final long TIMEOUT_SECONDS = 60;
    private static final Pattern LISTENING = Pattern.compile("DevTools listening on (ws://\\S+)");
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final List<String> FLAGS = List.of(
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--disable-dev-shm-usage",
            "--remote-debugging-port=0",
            "--remote-allow-origins=*",
            "about:blank");

    private final Process process;
    private final WebSocket socket;
    private final String session;
    private final AtomicInteger lastId = new AtomicInteger();
    private final Map<Integer, CompletableFuture<JsonNode>> answers = new ConcurrentHashMap<>();
    private final List<JsonNode> events = new CopyOnWriteArrayList<>();
    private volatile CountDownLatch loaded = new CountDownLatch(1);

    /**
     * The program: what -Dringmaster.chromium= or the variable CHROMIUM names (none: not even the one that is there), else
     * where packages put it; null if there is none.
     */
    static Path find() {
        final String named = System.getProperty(PROPERTY, System.getenv("CHROMIUM"));
        if (named != null && !named.isBlank()) {
            return "none".equals(named) ? null : Path.of(named);
        }
        return Stream.of(
                        "/usr/bin/chromium",
                        "/usr/bin/chromium-browser",
                        "/usr/bin/google-chrome",
                        "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome")
                .map(Path::of)
                .filter(Files::isExecutable)
                .findFirst()
                .orElse(null);
    }

    Chromium(final Path program, final Path profile) throws IOException {
        final List<String> command = new ArrayList<>(List.of(program.toString(), "--user-data-dir=" + profile));
        command.addAll(FLAGS);
        process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                .start();
        try {
            socket = HttpClient.newHttpClient()
                    .newWebSocketBuilder()
                    .buildAsync(URI.create(address()), new Receiver())
                    .get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
            final String target = send(null, "Target.createTarget", Map.of("url", "about:blank"))
                    .get("targetId")
                    .asText();
            session = send(null, "Target.attachToTarget", Map.of("targetId", target, "flatten", true))
                    .get("sessionId")
                    .asText();
            for (final String domain : List.of("Page", "Runtime", "Log", "Network")) {
                send(domain + ".enable", Map.of());
            }
        } catch (final IOException | RuntimeException e) {
            process.destroyForcibly();
            throw e;
        } catch (final InterruptedException | ExecutionException | TimeoutException e) {
            process.destroyForcibly();
            throw new IOException("no connection to " + program, e);
        }
    }

    /** Chromium says it on its error stream; what it says later is read and passed over, lest it block. */
    private String address() throws IOException {
        final BufferedReader out =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        final StringBuilder said = new StringBuilder();
        for (String line = out.readLine(); line != null; line = out.readLine()) {
            final Matcher found = LISTENING.matcher(line);
            if (found.find()) {
                final Thread drain = new Thread(() -> out.lines().forEach(each -> {}), "chromium-output");
                drain.setDaemon(true);
                drain.start();
                return found.group(1);
            }
            said.append(line).append('\n');
        }
        throw new IOException("Chromium ended before it listened: " + said);
    }

    private final class Receiver implements WebSocket.Listener {
        private final StringBuilder text = new StringBuilder();

        @Override
        public CompletionStage<?> onText(final WebSocket from, final CharSequence data, final boolean last) {
            text.append(data);
            if (last) {
                take(text.toString());
                text.setLength(0);
            }
            from.request(1);
            return null;
        }
    }

    private void take(final String message) {
        try {
            final JsonNode node = JSON.readTree(message);
            if (node.has("id")) {
                answers.remove(node.get("id").asInt()).complete(node);
                return;
            }
            events.add(node);
            if ("Page.loadEventFired".equals(node.path("method").asText())) {
                loaded.countDown();
            }
        } catch (final IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private JsonNode send(final String method, final Map<String, ?> parameters) throws IOException {
        return send(session, method, parameters);
    }

    private JsonNode send(final String to, final String method, final Map<String, ?> parameters) throws IOException {
        final int id = lastId.incrementAndGet();
        final CompletableFuture<JsonNode> answer = new CompletableFuture<>();
        answers.put(id, answer);
        final Map<String, Object> message =
                new java.util.HashMap<>(Map.of("id", id, "method", method, "params", parameters));
        if (to != null) {
            message.put("sessionId", to);
        }
        try {
            socket.sendText(JSON.writeValueAsString(message), true).get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
            final JsonNode node = answer.get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
            if (node.has("error")) {
                throw new IOException(method + ": " + node.get("error"));
            }
            return node.get("result");
        } catch (final InterruptedException | ExecutionException | TimeoutException e) {
            throw new IOException(method + " was not answered", e);
        }
    }

    /** Sets the page's size and theme, loads a file and waits until it has loaded; forgets earlier events. */
    void load(final Path file, final int width, final String theme) throws IOException, InterruptedException {
        send(
                "Emulation.setDeviceMetricsOverride",
                Map.of("width", width, "height", 900, "deviceScaleFactor", 1, "mobile", width < 500));
        send(
                "Emulation.setEmulatedMedia",
                Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", theme))));
        loaded = new CountDownLatch(1);
        events.clear();
        send("Page.navigate", Map.of("url", file.toUri().toString()));
        if (!loaded.await(TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
            throw new IOException(file + " did not load");
        }
    }

    /** The value of an expression in the page. */
    JsonNode evaluate(final String expression) throws IOException {
        final JsonNode answer = send("Runtime.evaluate", Map.of("expression", expression, "returnByValue", true));
        if (answer.has("exceptionDetails")) {
            throw new IOException(expression + ": " + answer.get("exceptionDetails"));
        }
        return answer.get("result").path("value");
    }

    /** Presses a key on what has the focus. */
    void press(final String key) throws IOException {
        for (final String type : List.of("keyDown", "keyUp")) {
            send("Input.dispatchKeyEvent", Map.of("type", type, "key", key));
        }
    }

    /** Moves the pointer. */
    void point(final double x, final double y) throws IOException {
        send("Input.dispatchMouseEvent", Map.of("type", "mouseMoved", "x", x, "y", y));
    }

    /** Everything that was said on the console, thrown, or logged since the page began to load. */
    List<String> complaints() {
        return said(event -> switch (event.path("method").asText()) {
            case "Runtime.consoleAPICalled", "Runtime.exceptionThrown", "Log.entryAdded" -> true;
            default -> false;
        });
    }

    /** Every request since the page began to load. */
    List<String> requests() {
        return events.stream()
                .filter(event ->
                        "Network.requestWillBeSent".equals(event.path("method").asText()))
                .map(event -> event.at("/params/request/url").asText())
                .toList();
    }

    private List<String> said(final Predicate<JsonNode> wanted) {
        return events.stream().filter(wanted).map(JsonNode::toString).toList();
    }

    /** A picture of the whole page. */
    byte[] screenshot() throws IOException {
        final JsonNode data = send("Page.captureScreenshot", Map.of("format", "png", "captureBeyondViewport", true));
        return Base64.getDecoder().decode(data.get("data").asText());
    }

    @Override
    public void close() throws IOException {
        try {
            send(null, "Browser.close", Map.of());
            if (process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
                return;
            }
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
    }
}
