package io.ringmaster.container;

import io.ringmaster.resilience.TaskType;
import io.ringmaster.task.Container;
import io.ringmaster.task.InternalApi;
import io.ringmaster.task.Refusal;
import io.ringmaster.task.TaskPlugin;
import io.ringmaster.task.TaskSpec;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Picks the container for a task, and knows the plugins. Immutable; any thread. */
@InternalApi
public final class TaskExecutorContainerDelegator {
    private final Map<String, TaskPlugin> plugins;
    /** Asked for once: a plugin's own code must not run in the middle of an admission. */
    private final Set<String> exclusive = new HashSet<>();

    /**
     * Creates one.
     *
     * @param plugins by type.
     */
    public TaskExecutorContainerDelegator(final Map<String, TaskPlugin> plugins) {
        this.plugins = Map.copyOf(plugins);
        this.plugins.forEach((type, plugin) -> {
            if (plugin.container() == Container.EXCLUSIVE) {
                exclusive.add(type);
            }
        });
    }

    /**
     * Picks the container: what the spec says, else what its plugin says, else what was learned of its type.
     *
     * @param spec the spec.
     * @param type its type.
     * @return SHARED or EXCLUSIVE, never AUTO.
     */
    public Container delegate(final TaskSpec spec, final TaskType type) {
        if (spec.container() != Container.AUTO) {
            return spec.container();
        }
        return isPlugged(spec) ? Container.EXCLUSIVE : type.placement();
    }

    /**
     * Whether the engine chooses the container by what it learns. A plugin that asks for threads may block by design, and
     * is believed.
     *
     * @param spec the spec.
     * @param type its type.
     */
    public boolean isLearned(final TaskSpec spec, final TaskType type) {
        return type.isLearned() && spec.container() == Container.AUTO && !isPlugged(spec);
    }

    private boolean isPlugged(final TaskSpec spec) {
        return spec.task() == null && exclusive.contains(spec.type());
    }

    /**
     * Finds the plugin that makes a spec's task.
     *
     * @param spec a spec without a task.
     * @return the plugin, or null: see {@link Refusal#UNKNOWN_TYPE}.
     */
    public TaskPlugin plugin(final TaskSpec spec) {
        return plugins.get(spec.type());
    }

    /** Returns the known types, sorted, for messages. */
    public String types() {
        return new TreeSet<>(plugins.keySet()).toString();
    }
}
