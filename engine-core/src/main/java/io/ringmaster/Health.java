package io.ringmaster;

import java.util.List;

/**
 * Whether the engine works; cheap enough for a liveness probe.
 *
 * @param ok    whether it accepts tasks and no partition refuses them: held without a spare thread, or behind a listener.
 * @param roles each role's state.
 */
public record Health(boolean ok, List<Role> roles) {
    /**
     * One role.
     *
     * @param name   fire-worker-N, monitor or exclusive.
     * @param ok     whether it makes progress or has nothing to do.
     * @param cycles its duty cycles so far: a figure that stands still under load is a stuck role; 0 for exclusive, which has none.
     * @param detail what it does at the moment, for people.
     */
    public record Role(String name, boolean ok, long cycles, String detail) {}
}
