package io.ringmaster.examples;

import io.ringmaster.task.Container;
import io.ringmaster.task.Step;
import io.ringmaster.task.Task;
import io.ringmaster.task.TaskContext;
import io.ringmaster.task.TaskPlugin;
import io.ringmaster.task.TaskSpec;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** The task type {@code tcp-read}: reads from a port until the other side closes. The payload is {@code HOST:PORT}. */
public final class TcpReadTaskPlugin implements TaskPlugin {
    @Override
    public String type() {
        return "tcp-read";
    }

    @Override
    public Container container() {
        return Container.EXCLUSIVE;
    }

    @Override
    public Task create(final TaskSpec spec) {
        final String address = new String(spec.payload(), StandardCharsets.UTF_8);
        final int colon = address.lastIndexOf(':');
        if (colon < 1 || !address.substring(colon + 1).matches("[0-9]{1,5}")) {
            throw new IllegalArgumentException("task " + spec.id() + ": payload must be HOST:PORT: '" + address + "'");
        }
        return new TcpRead(address.substring(0, colon), Integer.parseInt(address.substring(colon + 1)));
    }

    private static final class TcpRead implements Task {
        private final String host;
        private final int port;
        /** Written by the body, read by onKill on another thread. */
        private volatile Socket open;

        TcpRead(final String host, final int port) {
            this.host = host;
            this.port = port;
        }

        @Override
        public Step execute(final TaskContext context) throws IOException {
            long bytes = 0;
            try (Socket socket = new Socket(host, port)) {
                open = socket;
                final InputStream input = socket.getInputStream();
                final byte[] chunk = new byte[8192];
                for (int read = input.read(chunk); read >= 0; read = input.read(chunk)) {
                    bytes += read;
                    context.progress(bytes);
                    context.heartbeat();
                    context.pausePoint();
                }
            } finally {
                open = null;
            }
            return context.done(bytes);
        }

        @Override
        public void onKill(final TaskContext context) throws IOException {
            final Socket socket = open;
            if (socket != null) {
                socket.close();
            }
        }
    }
}
