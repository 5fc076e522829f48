package io.ringmaster.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.helpers.MessageFormatter;

class SendFailureLogTest {
    private final List<String> lines = new ArrayList<>();

    /** Prints an error with its message, as every back end does. */
    private final Logger log = (Logger) Proxy.newProxyInstance(
            getClass().getClassLoader(), new Class<?>[] {Logger.class}, (proxy, method, arguments) -> {
                assertThat(method.getName()).isEqualTo("warn");
                final Object[] values =
                        arguments[1] instanceof Object[] all ? all : Arrays.copyOfRange(arguments, 1, arguments.length);
                final Object last = values[values.length - 1];
                lines.add(MessageFormatter.basicArrayFormat((String) arguments[0], values)
                        + (last instanceof Throwable ? " | " + last : ""));
                return null;
            });

    @Test
    void shouldPrintAFailureOnceAndThenAtEachDoubling() {
        for (int i = 1; i <= 9; i++) {
            TaskExecutorLifecycleEventReporter.logFailure(log, "m1", i, new IllegalStateException("no " + i));
        }
        assertThat(lines)
                .containsExactly(
                        "sending reports to destination 'm1' failed, they are sent again"
                                + " | java.lang.IllegalStateException: no 1",
                        "sending reports to destination 'm1' failed 2 times so far, now: java.lang.IllegalStateException",
                        "sending reports to destination 'm1' failed 4 times so far, now: java.lang.IllegalStateException",
                        "sending reports to destination 'm1' failed 8 times so far, now: java.lang.IllegalStateException");
    }

    @Test
    void shouldSurviveAFailureThatCanNotBePrinted() {
        TaskExecutorLifecycleEventReporter.logFailure(log, "m1", 1, new RuntimeException() {
            private static final long serialVersionUID = 1;

            @Override
            public String getMessage() {
                throw new IllegalStateException("on purpose");
            }
        });
        assertThat(lines).hasSize(1);
        assertThat(lines.get(0)).contains("'m1'", getClass().getName(), "can't be printed");
    }
}
