package io.ringmaster.task;

import java.util.Objects;

/**
 * What to run: immutable, and cheap to share, since {@code submit} can override the id. Either it holds a {@link Task}
 * or it names a type for which a {@link TaskPlugin} makes one from the payload.
 */
public final class TaskSpec {
    private static final byte[] NO_PAYLOAD = {};

    private final long id;
    private final long groupId;
    private final String type;
    private final Task task;
    private final byte[] payload;
    private final Container container;
    private final TaskPolicy policy;
    private final String tenant;
    private final Object attachment;

    /** What an engine has found out about this spec's type; see {@link #engineNote()}. */
    private Object engineNote;

    private TaskSpec(final Builder builder) {
        this.id = builder.id;
        this.groupId = builder.groupId;
        this.type = builder.type;
        this.task = builder.task;
        this.payload = builder.payload;
        this.container = builder.container;
        this.policy = builder.retry.orElse(builder.policy);
        this.tenant = builder.tenant;
        this.attachment = builder.attachment;
    }

    /**
     * A spec that runs the given task.
     *
     * @param id   the task's id.
     * @param task what to run; not null.
     * @return the spec, all else at its default.
     */
    public static TaskSpec of(final long id, final Task task) {
        return builder(id).task(task).build();
    }

    /**
     * Starts a spec.
     *
     * @param id the task's id; any long.
     * @return a new builder.
     */
    public static Builder builder(final long id) {
        return new Builder(id);
    }

    /** Returns the task's id, unique among the engine's live tasks. */
    public long id() {
        return id;
    }

    /** Returns the group (the workflow instance), or 0 for none. */
    public long groupId() {
        return groupId;
    }

    /** Returns the type, by which plugins are found and statistics are kept; never null, may be empty. */
    public String type() {
        return type;
    }

    /** Returns the task, or null where a plugin makes it. */
    public Task task() {
        return task;
    }

    /** Returns the plugin's input. The array is shared, not copied: it must not be written to. */
    public byte[] payload() {
        return payload;
    }

    /** Returns the container asked for. */
    public Container container() {
        return container;
    }

    /** Returns its own policy; what that leaves open is its type's. Never null. */
    public TaskPolicy policy() {
        return policy;
    }

    /** Returns who it is run for, by which quotas are kept and threads are shared; never null, empty for nobody. */
    public String tenant() {
        return tenant;
    }

    /** Returns an object of the caller's own that travels with the task, or null. */
    public Object attachment() {
        return attachment;
    }

    /**
     * What an engine keeps with a spec that serves many tasks, to save a look-up. A benign race: the note is immutable
     * and names its engine. For the engine only.
     */
    @InternalApi
    public Object engineNote() {
        return engineNote;
    }

    /**
     * Keeps a note; see {@link #engineNote()}.
     *
     * @param note an object whose fields are final.
     */
    @InternalApi
    public void engineNote(final Object note) {
        engineNote = note;
    }

    @Override
    public String toString() {
        return "TaskSpec{id=" + id + ", groupId=" + groupId + ", type='" + type + "', container=" + container + '}';
    }

    /** Collects a spec. Not safe for use by several threads; may be reused. */
    public static final class Builder {
        private final long id;
        private long groupId;
        private String type = "";
        private Task task;
        private byte[] payload = NO_PAYLOAD;
        private Container container = Container.AUTO;
        private TaskPolicy policy = TaskPolicy.OPEN;
        private TaskPolicy retry = TaskPolicy.OPEN;
        private String tenant = "";
        private Object attachment;

        private Builder(final long id) {
            this.id = id;
        }

        /**
         * Sets what to run.
         *
         * @param task the task; not null.
         * @return this.
         */
        public Builder task(final Task task) {
            this.task = Objects.requireNonNull(task, "task");
            return this;
        }

        /**
         * Sets the type: the plugin's name where no task is given, else a label.
         *
         * @param type the type; not null.
         * @return this.
         */
        public Builder type(final String type) {
            this.type = Objects.requireNonNull(type, "type");
            return this;
        }

        /**
         * Sets the plugin's input.
         *
         * @param payload bytes, not copied; not null.
         * @return this.
         */
        public Builder payload(final byte[] payload) {
            this.payload = Objects.requireNonNull(payload, "payload");
            return this;
        }

        /**
         * Sets the group.
         *
         * @param groupId the workflow instance; 0 for none.
         * @return this.
         */
        public Builder groupId(final long groupId) {
            this.groupId = groupId;
            return this;
        }

        /**
         * Sets the container.
         *
         * @param container the kind of thread; not null.
         * @return this.
         */
        public Builder container(final Container container) {
            this.container = Objects.requireNonNull(container, "container");
            return this;
        }

        /**
         * Sets when a failed attempt is repeated; the rest of the policy stays as it is. Goes with {@link #policy} in either
         * order: the retry policy that was set last counts.
         *
         * @param retryPolicy the policy; not null.
         * @return this.
         */
        public Builder retryPolicy(final RetryPolicy retryPolicy) {
            this.retry = TaskPolicy.builder().retry(retryPolicy).build();
            return this;
        }

        /**
         * Sets timeouts, heartbeats and retries.
         *
         * @param policy the policy; not null. What it leaves open is the type's.
         * @return this.
         */
        public Builder policy(final TaskPolicy policy) {
            this.policy = Objects.requireNonNull(policy, "policy");
            if (policy.retry() != null) {
                this.retry = TaskPolicy.OPEN;
            }
            return this;
        }

        /**
         * Sets who it is run for.
         *
         * @param tenant the tenant; not null, empty for nobody.
         * @return this.
         */
        public Builder tenant(final String tenant) {
            this.tenant = Objects.requireNonNull(tenant, "tenant");
            return this;
        }

        /**
         * Sets an object that travels with the task.
         *
         * @param attachment anything, or null.
         * @return this.
         */
        public Builder attachment(final Object attachment) {
            this.attachment = attachment;
            return this;
        }

        /**
         * Makes the spec.
         *
         * @return a new spec.
         * @throws IllegalArgumentException if there is neither a task nor a type.
         */
        public TaskSpec build() {
            if (task == null && type.isEmpty()) {
                throw new IllegalArgumentException("task " + id + ": a spec needs a task or a type, and has neither");
            }
            return new TaskSpec(this);
        }
    }
}
