package io.ringmaster.plugin;

import io.ringmaster.task.TaskSpec;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * What a {@code shell} task runs, and its payload. Immutable.
 *
 * <p>The payload is UTF-8 text of {@code key=value} lines that end with a line feed, with or without a carriage return
 * before it:
 *
 * <pre>{@code
 * # Empty lines and lines that start with a hash mean nothing.
 * command=sh
 * command=-c
 * command=make all && make check
 * directory=/var/build
 * output=/var/log/build.log
 * env.LANG=C
 * }</pre>
 *
 * <ul>
 *   <li>{@code command}, once or more: the program and then its arguments, one a line. No shell looks at them, unless the
 *       program is one. A program without a slash is looked for on the {@code PATH} that the process will have.
 *   <li>{@code directory}, at most once: where the process runs; default: where the engine's process runs.
 *   <li>{@code output}, at most once: the file that receives standard output and standard error, emptied at the start of
 *       each attempt; a relative name is taken from the directory; default: a new temporary file for each attempt.
 *   <li>{@code env.NAME}, at most once for each name: a variable, added to the environment of the engine's process.
 * </ul>
 *
 * <p>A value is what follows the first {@code =}, spaces included. In it {@code \n} stands for a line feed, {@code \r} for
 * a carriage return and {@code \\} for a backslash; no other backslash may occur. A payload has at most
 * {@value #MAX_PAYLOAD_BYTES} bytes.
 */
public final class ShellSpec {
    /** The longest payload. */
    public static final int MAX_PAYLOAD_BYTES = 1 << 20;

    private static final String COMMAND = "command";
    private static final String DIRECTORY = "directory";
    private static final String OUTPUT = "output";
    private static final String ENV = "env.";

    private final List<String> command;
    private final Path directory;
    private final Path output;
    private final Map<String, String> environment;

    private ShellSpec(final Builder builder) {
        this.command = List.copyOf(builder.command);
        this.directory = builder.directory;
        this.output = builder.output;
        this.environment = Collections.unmodifiableMap(new LinkedHashMap<>(builder.environment));
    }

    /**
     * Starts a spec.
     *
     * @param command the program and its arguments; not empty, no nulls.
     * @return a new builder.
     */
    public static Builder command(final String... command) {
        return command(List.of(command));
    }

    /**
     * Starts a spec.
     *
     * @param command the program and its arguments; not empty, no nulls.
     * @return a new builder.
     */
    public static Builder command(final List<String> command) {
        final Builder builder = new Builder();
        for (final String each : command) {
            builder.argument(each);
        }
        return builder;
    }

    /**
     * Reads a payload.
     *
     * @param payload the bytes.
     * @return the spec.
     * @throws IllegalArgumentException if it breaks the format; the message names the line, the rule and the value.
     */
    public static ShellSpec parse(final byte[] payload) {
        if (payload.length > MAX_PAYLOAD_BYTES) {
            throw new IllegalArgumentException(
                    "shell payload must have at most " + MAX_PAYLOAD_BYTES + " bytes: " + payload.length);
        }
        final Builder builder = new Builder();
        int number = 0;
        for (final String line : decode(payload).split("\n", -1)) {
            number++;
            try {
                parseLine(builder, line.endsWith("\r") ? line.substring(0, line.length() - 1) : line);
            } catch (final IllegalArgumentException e) {
                throw new IllegalArgumentException("shell payload line " + number + ": " + e.getMessage(), e);
            }
        }
        try {
            return builder.build();
        } catch (final IllegalArgumentException e) {
            throw new IllegalArgumentException("shell payload: " + e.getMessage(), e);
        }
    }

    private static String decode(final byte[] payload) {
        final CharsetDecoder decoder = StandardCharsets.UTF_8
                .newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT);
        final ByteBuffer bytes = ByteBuffer.wrap(payload);
        try {
            return decoder.decode(bytes).toString();
        } catch (final CharacterCodingException e) {
            throw new IllegalArgumentException("shell payload must be UTF-8 and is not at byte " + bytes.position(), e);
        }
    }

    private static void parseLine(final Builder builder, final String line) {
        if (line.isEmpty() || line.charAt(0) == '#') {
            return;
        }
        final int equals = line.indexOf('=');
        if (equals < 0) {
            throw new IllegalArgumentException("a line must be key=value: '" + shorten(line) + "'");
        }
        final String key = line.substring(0, equals);
        final String value = unescape(line.substring(equals + 1));
        switch (key) {
            case COMMAND -> builder.argument(value);
            case DIRECTORY -> {
                requireFirst(builder.directory == null, key);
                builder.directory(toPath(DIRECTORY, value));
            }
            case OUTPUT -> {
                requireFirst(builder.output == null, key);
                builder.output(toPath(OUTPUT, value));
            }
            default -> {
                if (!key.startsWith(ENV)) {
                    throw new IllegalArgumentException(
                            "key must be command, directory, output or env.NAME: '" + shorten(key) + "'");
                }
                final String name = key.substring(ENV.length());
                requireFirst(!builder.environment.containsKey(name), key);
                builder.env(name, value);
            }
        }
    }

    private static void requireFirst(final boolean first, final String key) {
        if (!first) {
            throw new IllegalArgumentException("key must occur once: '" + shorten(key) + "'");
        }
    }

    private static Path toPath(final String key, final String value) {
        if (value.isEmpty()) {
            throw new IllegalArgumentException(key + " must not be empty");
        }
        return Path.of(value);
    }

    private static String unescape(final String text) {
        int backslash = text.indexOf('\\');
        if (backslash < 0) {
            return text;
        }
        final StringBuilder plain = new StringBuilder(text.length());
        int from = 0;
        while (backslash >= 0) {
            plain.append(text, from, backslash);
            final char escaped = backslash + 1 < text.length() ? text.charAt(backslash + 1) : ' ';
            plain.append(
                    switch (escaped) {
                        case 'n' -> '\n';
                        case 'r' -> '\r';
                        case '\\' -> '\\';
                        default ->
                            throw new IllegalArgumentException(
                                    "a backslash must be written \\\\, or begin \\n or \\r: '" + shorten(text) + "'");
                    });
            from = backslash + 2;
            backslash = text.indexOf('\\', from);
        }
        return plain.append(text, from, text.length()).toString();
    }

    private static String escape(final String text) {
        return text.replace("\\", "\\\\").replace("\n", "\\n").replace("\r", "\\r");
    }

    private static String shorten(final String text) {
        return text.length() <= 80 ? text : text.substring(0, 77) + "...";
    }

    /** Returns the program and its arguments. */
    public List<String> command() {
        return command;
    }

    /** Returns where the process runs, or null for where the engine's process runs. */
    public Path directory() {
        return directory;
    }

    /** Returns the file that receives the output, or null for a new temporary file for each attempt. */
    public Path output() {
        return output;
    }

    /** Returns the variables added to the environment. */
    public Map<String, String> environment() {
        return environment;
    }

    /**
     * Writes the payload, which {@link #parse} reads back.
     *
     * @return a new array.
     * @throws IllegalArgumentException if it would be too long.
     */
    public byte[] payload() {
        final StringBuilder text = new StringBuilder();
        for (final String each : command) {
            line(text, COMMAND, each);
        }
        if (directory != null) {
            line(text, DIRECTORY, directory.toString());
        }
        if (output != null) {
            line(text, OUTPUT, output.toString());
        }
        environment.forEach((name, value) -> line(text, ENV + name, value));
        final byte[] payload = text.toString().getBytes(StandardCharsets.UTF_8);
        if (payload.length > MAX_PAYLOAD_BYTES) {
            throw new IllegalArgumentException(
                    "shell payload must have at most " + MAX_PAYLOAD_BYTES + " bytes: " + payload.length);
        }
        return payload;
    }

    private static void line(final StringBuilder text, final String key, final String value) {
        text.append(key).append('=').append(escape(value)).append('\n');
    }

    /**
     * Starts the spec of a task that runs this.
     *
     * @param id the task's id.
     * @return a builder with type and payload set.
     */
    public TaskSpec.Builder task(final long id) {
        return TaskSpec.builder(id).type(ShellTaskPlugin.TYPE).payload(payload());
    }

    @Override
    public String toString() {
        return "ShellSpec{command=" + command + ", directory=" + directory + ", output=" + output + ", environment="
                + environment.keySet() + '}';
    }

    /** Collects a spec. Not safe for use by several threads; may be reused. */
    public static final class Builder {
        private final List<String> command = new ArrayList<>();
        private final Map<String, String> environment = new LinkedHashMap<>();
        private Path directory;
        private Path output;

        private Builder() {}

        private Builder argument(final String argument) {
            Objects.requireNonNull(argument, "command must not have nulls");
            if (command.isEmpty() && argument.isEmpty()) {
                throw new IllegalArgumentException("command must name a program first: ''");
            }
            command.add(requireText(COMMAND, argument));
            return this;
        }

        /**
         * Sets where the process runs.
         *
         * @param directory an existing directory; not null.
         * @return this.
         */
        public Builder directory(final Path directory) {
            this.directory = Objects.requireNonNull(directory, DIRECTORY);
            return this;
        }

        /**
         * Sets the file that receives the output.
         *
         * @param output a file in an existing directory; not null.
         * @return this.
         */
        public Builder output(final Path output) {
            this.output = Objects.requireNonNull(output, OUTPUT);
            return this;
        }

        /**
         * Adds a variable to the process's environment, in place of an inherited one of this name.
         *
         * @param name  the name: not empty, without an equals sign or a line break.
         * @param value the value; not null.
         * @return this.
         */
        public Builder env(final String name, final String value) {
            Objects.requireNonNull(value, "value");
            if (name.isEmpty() || name.chars().anyMatch(c -> c == '=' || c == '\n' || c == '\r')) {
                throw new IllegalArgumentException(
                        "env needs a name without '=' or line breaks: '" + shorten(escape(name)) + "'");
            }
            environment.put(requireText(ENV, name), requireText(ENV + name, value));
            return this;
        }

        private static String requireText(final String key, final String value) {
            if (value.indexOf('\0') >= 0) {
                throw new IllegalArgumentException(
                        key + " must not contain the character NUL: '" + shorten(value.replace('\0', '?')) + "'");
            }
            if (!StandardCharsets.UTF_8.newEncoder().canEncode(value)) {
                throw new IllegalArgumentException(
                        key + " must not contain half a surrogate pair: '" + shorten(value) + "'");
            }
            return value;
        }

        /**
         * Makes the spec.
         *
         * @return a new spec.
         * @throws IllegalArgumentException if there is no command.
         */
        public ShellSpec build() {
            if (command.isEmpty()) {
                throw new IllegalArgumentException("command must name a program, and there is none");
            }
            return new ShellSpec(this);
        }
    }
}
