package io.ringmaster.resilience;

import io.ringmaster.event.EngineEvent;
import io.ringmaster.event.EngineEvents;
import io.ringmaster.task.InternalApi;
import io.ringmaster.task.TaskPolicy;
import io.ringmaster.task.TaskSpec;
import java.util.Collection;
import java.util.Collections;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The task types of an engine: those it was told of and those it has seen. Any thread.
 *
 * <p>The type of a spec is looked up once and noted in the spec, so that a spec that serves many tasks costs one load and
 * a compare. At most {@value #MOST} types are told apart; all further ones are one.
 */
@InternalApi
public final class TaskTypes {
    private static final int MOST = 10_000;

    private final TaskPolicy enginePolicy;
    private final Map<String, TaskPolicy> policies;
    private final ConcurrentHashMap<String, TaskType> types = new ConcurrentHashMap<>();
    private final PlacementRule rule;
    private final int partitions;
    private final TaskType untyped;
    private final TaskType others;

    /**
     * Creates the registry.
     *
     * @param enginePolicy        the engine's policy.
     * @param policies            by type, what that leaves open filled from the engine's.
     * @param partitions          how many partitions count.
     * @param exclusiveAboveNanos a mean step above this leads to the exclusive container.
     * @param sharedBelowNanos    a mean step below this leads back to the shared one.
     */
    public TaskTypes(
            final TaskPolicy enginePolicy,
            final Map<String, TaskPolicy> policies,
            final int partitions,
            final long exclusiveAboveNanos,
            final long sharedBelowNanos) {
        this.enginePolicy = enginePolicy;
        this.partitions = partitions;
        this.rule = new PlacementRule(exclusiveAboveNanos, sharedBelowNanos);
        this.policies = Map.copyOf(policies);
        this.untyped = make("");
        this.others = make("(other types)");
        types.put("", untyped);
        policies.keySet().forEach(this::of);
    }

    private TaskType make(final String name) {
        return new TaskType(
                this, name, policies.getOrDefault(name, TaskPolicy.OPEN).orElse(enginePolicy), partitions);
    }

    /**
     * Finds a spec's type.
     *
     * @param spec the spec.
     * @return its type.
     */
    public TaskType of(final TaskSpec spec) {
        return spec.type().isEmpty() ? untyped : named(spec);
    }

    private TaskType named(final TaskSpec spec) {
        if (spec.engineNote() instanceof TaskType known && known.registry() == this) {
            return known;
        }
        final TaskType type = of(spec.type());
        spec.engineNote(type);
        return type;
    }

    /**
     * Finds a type by its name.
     *
     * @param name the name.
     * @return the type.
     */
    public TaskType of(final String name) {
        final TaskType known = types.get(name);
        if (known != null) {
            return known;
        }
        return types.size() >= MOST ? others : types.computeIfAbsent(name, this::make);
    }

    /**
     * Decides anew where each type's next tasks go. The monitor only.
     *
     * @param nowNanos the time.
     * @param events   told of what has changed.
     */
    public void review(final long nowNanos, final EngineEvents events) {
        for (final TaskType each : types.values()) {
            if (each.isLearned() && each.review(nowNanos, rule)) {
                events.accept(new EngineEvent.PlacementChange(
                        each.name(), each.placement().name(), each.reason()));
            }
        }
    }

    /** Returns all types seen so far. */
    public Collection<TaskType> all() {
        return Collections.unmodifiableCollection(types.values());
    }
}
