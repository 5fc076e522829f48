package io.ringmaster.resilience;

import io.ringmaster.lifecycle.TaskExecutor;
import io.ringmaster.task.InternalApi;
import io.ringmaster.task.TaskSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/**
 * The quotas of an engine, its tenants and its task types. A submission must be within all that concern it. Any thread.
 *
 * <p>A tenant's or type's live tasks are counted from when its quota is first asked for: tasks accepted before that are
 * not in the count. Its exclusive threads are always known. A quota is kept for good; at most {@value #MOST_TENANTS}
 * tenants have one.
 */
public final class Quotas {
    private static final int MOST_TENANTS = 10_000;

    private final TaskTypes types;
    private final LongSupplier clock;
    private final Quota engine;
    private final ConcurrentHashMap<String, Quota> tenants = new ConcurrentHashMap<>();
    private final List<Quota> all = new ArrayList<>();
    /** Whether any quota but the engine's live tasks is to be looked at by submissions. */
    private volatile boolean active;

    private volatile QuotaSubject subject = new NoSubject();

    /**
     * Creates them, without a limit but one.
     *
     * @param types   the engine's task types.
     * @param maxLive the engine's limit of live tasks.
     * @param clock   the engine's clock.
     */
    @InternalApi
    public Quotas(final TaskTypes types, final long maxLive, final LongSupplier clock) {
        this.types = types;
        this.clock = clock;
        this.engine = new Quota(this, QuotaScope.ENGINE, "", maxLive);
        all.add(engine);
    }

    /** Returns the whole engine's quota. */
    public Quota engine() {
        return engine;
    }

    /**
     * Returns a tenant's quota, made without limits if there is none yet.
     *
     * @param name the tenant, by {@link TaskSpec#tenant()}; not empty.
     * @return its quota.
     * @throws IllegalArgumentException if the name is empty.
     * @throws IllegalStateException    if there are as many tenants with a quota as may be.
     */
    public Quota tenant(final String name) {
        requireName("tenant", name);
        final Quota known = tenants.get(name);
        if (known != null) {
            return known;
        }
        final Quota made;
        synchronized (this) {
            if (tenants.containsKey(name)) {
                return tenants.get(name);
            }
            if (tenants.size() >= MOST_TENANTS) {
                throw new IllegalStateException(
                        "tenants with a quota must be at most " + MOST_TENANTS + ": one more is '" + name + '\'');
            }
            made = new Quota(this, QuotaScope.TENANT, name, Quota.NO_MAX_LIVE);
            tenants.put(name, made);
            all.add(made);
        }
        added();
        return made;
    }

    /**
     * Returns a type's quota, made without limits if there is none yet.
     *
     * @param name the type, by {@link TaskSpec#type()}; not empty.
     * @return its quota.
     * @throws IllegalArgumentException if the name is empty.
     * @throws IllegalStateException    if the engine knows as many types as it tells apart, and this one is not among
     *                                  them.
     */
    public Quota type(final String name) {
        requireName("type", name);
        final TaskType type = types.of(name);
        if (!type.name().equals(name)) {
            throw new IllegalStateException("the engine tells no further types apart: '" + name + '\'');
        }
        final Quota made;
        synchronized (this) {
            if (type.quota() != null) {
                return type.quota();
            }
            made = new Quota(this, QuotaScope.TYPE, name, Quota.NO_MAX_LIVE);
            type.quota(made);
            all.add(made);
        }
        added();
        return made;
    }

    /** Returns limits and usage of every quota there is, the engine's first. */
    public List<QuotaUsage> usage() {
        final List<Quota> now;
        synchronized (this) {
            now = List.copyOf(all);
        }
        final List<QuotaUsage> usage = new ArrayList<>(now.size());
        now.forEach(each -> usage.add(each.usage()));
        return List.copyOf(usage);
    }

    private static void requireName(final String what, final String name) {
        if (name == null || name.isEmpty()) {
            throw new IllegalArgumentException("the " + what + " of a quota must not be empty: " + name);
        }
    }

    private void added() {
        changed();
        subject.exclusiveThreadsChanged();
    }

    // ---- for the engine ----------------------------------------------------------------------------------------

    /**
     * Says whom to ask and to tell. Before the engine is given away.
     *
     * @param engineParts the parts of the engine.
     */
    @InternalApi
    public void bind(final QuotaSubject engineParts) {
        subject = engineParts;
    }

    QuotaSubject subject() {
        return subject;
    }

    long nanoTime() {
        return clock.getAsLong();
    }

    void maxLiveChanged(final long most) {
        subject.maxLiveChanged(most);
    }

    void exclusiveThreadsChanged() {
        subject.exclusiveThreadsChanged();
    }

    synchronized void changed() {
        active = all.size() > 1 || engine.bucket() != null;
    }

    /** Returns whether submissions need a permit: without a tenant's or type's quota and without a rate none does. */
    @InternalApi
    public boolean isActive() {
        return active;
    }

    /**
     * Lets a submission through, or not. Any thread.
     *
     * @param spec     what is submitted.
     * @param type     its type.
     * @param nowNanos the time.
     * @return a permit, with or without a refusal.
     */
    @InternalApi
    public QuotaPermit admit(final TaskSpec spec, final TaskType type, final long nowNanos) {
        final Quota ofTenant = ofTenant(spec.tenant());
        final Quota ofType = type.quota();
        return ofTenant == null && ofType == null && engine.bucket() == null
                ? QuotaPermit.FREE
                : QuotaPermit.take(ofTenant, ofType, engine, nowNanos);
    }

    /** The engine's own live tasks are at their limit. */
    @InternalApi
    public void refusedByEngine() {
        engine.refusedLive();
    }

    /**
     * Gives back what an executor was counted for. Once, when it is finalized.
     *
     * @param executor the executor.
     */
    @InternalApi
    public void finalized(final TaskExecutor executor) {
        if (executor.is(TaskExecutor.TENANT_COUNTED)) {
            ofTenant(executor.spec().tenant()).uncount();
        }
        if (executor.is(TaskExecutor.TYPE_COUNTED)) {
            types.of(executor.spec()).quota().uncount();
        }
    }

    /**
     * Finds a tenant's quota.
     *
     * @param name the tenant.
     * @return its quota, or null.
     */
    @InternalApi
    public Quota ofTenant(final String name) {
        return name.isEmpty() ? null : tenants.get(name);
    }

    /**
     * Finds a type's quota.
     *
     * @param name the type.
     * @return its quota, or null.
     */
    @InternalApi
    public Quota ofType(final String name) {
        return types.of(name).quota();
    }

    /**
     * Says which quota of live tasks a spec has met, the engine's aside. A look after the fact.
     *
     * @param spec the spec.
     * @return in words, or null.
     */
    @InternalApi
    public String explainLive(final TaskSpec spec) {
        final Quota ofTenant = ofTenant(spec.tenant());
        final String first = ofTenant == null ? null : ofTenant.explainLive();
        final Quota ofType = types.of(spec).quota();
        return first != null || ofType == null ? first : ofType.explainLive();
    }

    /**
     * Says which rate a spec has met. A look after the fact.
     *
     * @param spec the spec.
     * @return in words.
     */
    @InternalApi
    public String explainRate(final TaskSpec spec) {
        final long now = nanoTime();
        for (final Quota each :
                new Quota[] {ofTenant(spec.tenant()), types.of(spec).quota(), engine}) {
            final String words = each == null ? null : each.explainRate(now);
            if (words != null) {
                return words;
            }
        }
        return "a quota of submissions per second was used up a moment ago";
    }

    /** Before the engine is built. */
    private static final class NoSubject implements QuotaSubject {
        @Override
        public long live() {
            return 0;
        }

        @Override
        public void maxLiveChanged(final long most) {
            // the engine takes it over when it is built
        }

        @Override
        public int exclusiveRunning() {
            return 0;
        }

        @Override
        public int exclusiveRunningOfTenant(final String tenant) {
            return 0;
        }

        @Override
        public int exclusiveRunningOfType(final String type) {
            return 0;
        }

        @Override
        public void exclusiveThreadsChanged() {
            // nothing waits yet
        }
    }
}
