package io.ringmaster.eventbus;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.helpers.MessageFormatter;

class ErrorLogTest {
    private final List<String> lines = new ArrayList<>();
    private final ErrorLog errors = new ErrorLog(logger());

    /** Prints an error with its message, as every back end does. */
    private Logger logger() {
        return (Logger) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {Logger.class}, (proxy, method, arguments) -> {
                    assertThat(method.getName()).isEqualTo("warn");
                    final Object[] values = arguments[1] instanceof Object[] all
                            ? all
                            : Arrays.copyOfRange(arguments, 1, arguments.length);
                    final Object last = values[values.length - 1];
                    lines.add(MessageFormatter.basicArrayFormat((String) arguments[0], values)
                            + (last instanceof Throwable ? " | " + last : ""));
                    return null;
                });
    }

    @Test
    void shouldPrintAKindOfErrorOnceAndThenAtEachDoubling() {
        for (int i = 0; i < 9; i++) {
            errors.accept("a listener", new IllegalStateException("no " + i));
            errors.flush();
        }
        assertThat(lines)
                .containsExactly(
                        "a listener failed | java.lang.IllegalStateException: no 0",
                        "a listener: java.lang.IllegalStateException failed 2 times so far",
                        "a listener: java.lang.IllegalStateException failed 4 times so far",
                        "a listener: java.lang.IllegalStateException failed 8 times so far");
        assertThat(errors.count()).isEqualTo(9);
    }

    @Test
    void shouldTellKindsApart() {
        errors.accept("a listener", new IllegalStateException("state"));
        errors.accept("a listener", new AssertionError("claim"));
        errors.accept("a retry policy", new IllegalStateException("state"));
        assertThat(errors.flush()).isEqualTo(3);
        assertThat(lines).hasSize(3).allMatch(line -> line.contains(" failed | "));
    }

    @Test
    void shouldSurviveAnErrorThatCanNotBePrinted() {
        errors.accept("a listener", new RuntimeException() {
            private static final long serialVersionUID = 1;

            @Override
            public String getMessage() {
                throw new IllegalStateException("no message");
            }
        });
        errors.flush();
        assertThat(lines).singleElement().asString().contains("which can't be printed");
    }
}
