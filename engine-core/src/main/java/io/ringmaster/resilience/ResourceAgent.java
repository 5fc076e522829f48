package io.ringmaster.resilience;

import io.ringmaster.event.EngineEvent;
import io.ringmaster.event.EngineEvents;
import io.ringmaster.lifecycle.AttemptResources;
import io.ringmaster.lifecycle.ExclusiveAttempt;
import io.ringmaster.lifecycle.TaskExecutor;
import io.ringmaster.lifecycle.TaskResources;
import io.ringmaster.lifecycle.TaskSupervision;
import io.ringmaster.task.InternalApi;
import io.ringmaster.task.TaskCancelledException;
import io.ringmaster.task.TaskDeadlockException;
import io.ringmaster.task.TaskPolicy;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.jctools.queues.varhandle.MpscLinkedVarHandleQueue;

/**
 * Serves the engine's resources: owns their lines, who holds what, and so the graph of who waits for whom. Its duty cycle
 * is turned by one thread, which starts with the first resource, or with the others in invoker mode; who looks at a resource
 * turns it as far as needed to see what he knows of.
 *
 * <p>Attempts take free permits by themselves, see {@link Resource}, and tell the agent by its queue, which takes no lock.
 * What one attempt tells arrives in its order: that it holds something, before that it waits for something else. So when the
 * agent hears of the wait that closes a deadlock, it knows of everything that its members hold. Permits whose taker has not
 * been heard of belong to somebody who does not wait, and the search takes him to end.
 *
 * <p>The queue is bounded by {@value ResourceClaims#MOST_IN_FLIGHT} acquires of each attempt that asks for resources, their
 * releases and one end. The lock is held by the agent for a slice of requests at a time, and by those who look; neither
 * attempts nor the ends of attempts take it.
 *
 * <p><b>Deadlocks.</b> They are looked for when somebody queues who holds or awaits something already, since nobody else
 * can close one, and when a resource has shrunk. The victim is, of the knot's members that hold anything, the one with the
 * fewest permits of all resources; among equals the youngest: submitted last, then of the highest id.
 */
@InternalApi
public final class ResourceAgent implements Resources, TaskResources {
    private static final int SLICE = 256;
    private static final int NAMED = 5;
    private static final int NAMED_IN_CIRCLE = 16;

    private static final Comparator<ResourceClaims> VICTIM_FIRST = Comparator.comparingLong(ResourceClaims::held)
            .thenComparing((a, b) ->
                    Long.signum(b.executor().submitNanos() - a.executor().submitNanos()))
            .thenComparing(
                    (a, b) -> Long.compare(b.executor().id(), a.executor().id()));

    private final ConcurrentHashMap<String, Resource> resources = new ConcurrentHashMap<>();
    private final MpscLinkedVarHandleQueue<Object> queue = new MpscLinkedVarHandleQueue<>();
    private final EngineEvents events;
    private final LongSupplier clock;
    /** Held while lines and holders are changed or looked at. */
    private final Object lock = new Object();

    private final Object starting = new Object();
    private Runnable starter = () -> {};
    private volatile Runnable waker = () -> {};
    private boolean started;
    private volatile boolean closed;
    private volatile long deadlocks;

    /**
     * Creates an agent without a thread.
     *
     * @param events told of deadlocks.
     * @param clock  the engine's clock.
     */
    public ResourceAgent(final EngineEvents events, final LongSupplier clock) {
        this.events = events;
        this.clock = clock;
    }

    /**
     * Sets how the agent gets its thread. Once, before the first resource.
     *
     * @param onFirst starts the thread.
     * @param onWork  wakes it; any thread.
     */
    public void attach(final Runnable onFirst, final Runnable onWork) {
        synchronized (starting) {
            starter = onFirst;
            waker = onWork;
        }
    }

    /** Takes no further definitions. */
    public void close() {
        closed = true;
    }

    // ---- the operator ------------------------------------------------------------------------------------------

    @Override
    public void define(final String name, final int permits) {
        if (name == null || name.isEmpty()) {
            throw new IllegalArgumentException("a resource must have a name that is not empty: " + name);
        }
        checkPermits(name, permits);
        synchronized (starting) {
            if (closed) {
                throw new IllegalStateException("resource '" + name + "': the engine is closed");
            }
            if (resources.containsKey(name)) {
                throw new IllegalArgumentException("resource '" + name + "' is defined already");
            }
            if (!started) {
                starter.run();
                started = true;
            }
            resources.put(name, new Resource(name, permits));
        }
    }

    @Override
    public void resize(final String name, final int permits) {
        checkPermits(name, permits);
        final Resource resource = resource(name);
        synchronized (lock) {
            resource.resize(permits);
        }
        send(resource);
    }

    private static void checkPermits(final String name, final int permits) {
        if (permits < 1) {
            throw new IllegalArgumentException("resource '" + name + "': permits must be at least 1: " + permits);
        }
    }

    private Resource resource(final String name) {
        final Resource resource = name == null ? null : resources.get(name);
        if (resource == null) {
            throw new IllegalArgumentException("resource '" + name + "' is not defined; known: " + names());
        }
        return resource;
    }

    @Override
    public List<String> names() {
        return List.copyOf(new TreeSet<>(resources.keySet()));
    }

    @Override
    public long deadlocks() {
        return deadlocks;
    }

    @Override
    public ResourceSnapshot snapshot(final String name) {
        final Resource resource = resource(name);
        final long now = clock.getAsLong();
        synchronized (lock) {
            catchUp();
            final List<ResourceSnapshot.Holder> holders = new ArrayList<>();
            holders(resource)
                    .forEach((claims, permits) -> holders.add(
                            new ResourceSnapshot.Holder(claims.executor().id(), claims.attempt(), permits)));
            final List<ResourceSnapshot.Waiter> waiters = new ArrayList<>(resource.waiting);
            for (ResourceClaim each = resource.first; each != null; each = each.next) {
                waiters.add(new ResourceSnapshot.Waiter(
                        each.owner.executor().id(), each.owner.attempt(), each.permits, now - each.sinceNanos));
            }
            return new ResourceSnapshot(
                    name,
                    resource.capacity(),
                    Math.max(0, resource.free()),
                    List.copyOf(holders),
                    List.copyOf(waiters));
        }
    }

    private static Map<ResourceClaims, Integer> holders(final Resource resource) {
        final Map<ResourceClaims, Integer> holders = new LinkedHashMap<>();
        for (final ResourceClaim each : resource.holders) {
            holders.merge(each.owner, each.permits, Integer::sum);
        }
        return holders;
    }

    /**
     * Says in words what a task holds and waits for.
     *
     * @param executor the task.
     * @return empty, or clauses that begin with a comma.
     */
    public String explain(final TaskExecutor executor) {
        return describe(executor, true);
    }

    /**
     * Says in words what a task waits for.
     *
     * @param executor the task.
     * @return empty, or clauses that begin with a comma.
     */
    public String explainWaits(final TaskExecutor executor) {
        return describe(executor, false);
    }

    private String describe(final TaskExecutor executor, final boolean holdings) {
        final TaskSupervision supervision = executor.supervision();
        if (supervision == null || !(supervision.resources() instanceof ResourceClaims claims)) {
            return "";
        }
        final StringBuilder text = new StringBuilder();
        synchronized (lock) {
            catchUp();
            for (final ResourceClaim each : claims.known) {
                final Resource resource = each.resource;
                if (each.inLine) {
                    text.append(", waits for ")
                            .append(each.permits)
                            .append(" of '")
                            .append(resource.name);
                    text.append("' (").append(Math.max(0, resource.free()));
                    text.append(" of ").append(resource.capacity()).append(" free), ");
                    text.append(place(each));
                    final String holders = holderNames(resource);
                    text.append(holders.isEmpty() ? "" : ", held by " + holders);
                } else if (holdings && each.holding) {
                    text.append(", holds ").append(each.permits).append(" of '").append(resource.name);
                    text.append('\'');
                }
            }
        }
        return text.toString();
    }

    private static String place(final ResourceClaim claim) {
        int place = 1;
        for (ResourceClaim each = claim.previous; each != null; each = each.previous) {
            place++;
        }
        return "number " + place + " in line"
                + (claim.previous == null
                        ? ""
                        : " behind task " + claim.previous.owner.executor().id());
    }

    private static String holderNames(final Resource resource) {
        final StringBuilder names = new StringBuilder();
        int named = 0;
        final Map<ResourceClaims, Integer> holders = holders(resource);
        for (final ResourceClaims each : holders.keySet()) {
            if (named == NAMED) {
                return names.append(" and ")
                        .append(holders.size() - NAMED)
                        .append(" others")
                        .toString();
            }
            names.append(named++ == 0 ? "task " : ", ").append(each.executor().id());
        }
        return names.toString();
    }

    // ---- attempts ----------------------------------------------------------------------------------------------

    @Override
    public boolean acquire(
            final TaskExecutor executor,
            final int attempt,
            final ExclusiveAttempt waiter,
            final String name,
            final int permits) {
        final Resource resource = find(executor, name, permits);
        final ResourceClaims claims = claims(executor, attempt);
        final ResourceClaim before = claims.find(resource, permits);
        claims.waiter(waiter); // [R1] before the look at the state, or before the agent hears of the claim
        if (before != null) {
            return isHeld(claims, before);
        }
        checkTotal(claims, resource, permits);
        if (!claims.mayAsk(true)) {
            return false;
        }
        return ask(claims, resource, permits, resource.takeOrQueue(permits));
    }

    private boolean isHeld(final ResourceClaims claims, final ResourceClaim claim) {
        if (claim.state() == ResourceClaim.REFUSED) {
            claims.remove(claim);
            throw tooMany(claims.executor(), claim.resource, claim.permits);
        }
        return claim.state() == ResourceClaim.HELD;
    }

    /** The word counts it already. */
    private boolean ask(final ResourceClaims claims, final Resource resource, final int permits, final boolean taken) {
        try {
            final ResourceClaim claim = new ResourceClaim(claims, resource, permits, taken, clock.getAsLong());
            claims.add(claim);
            claims.sent();
            send(claim);
            return taken;
        } catch (final Throwable t) {
            resource.change(taken ? 0 : -1, taken ? permits : 0); // no memory for the request: there was none
            throw t;
        }
    }

    @Override
    public boolean tryAcquire(final TaskExecutor executor, final int attempt, final String name, final int permits) {
        final Resource resource = find(executor, name, permits);
        final ResourceClaims claims = claims(executor, attempt);
        final ResourceClaim before = claims.find(resource, permits);
        if (before != null) {
            return isHeld(claims, before);
        }
        checkTotal(claims, resource, permits);
        return claims.mayAsk(false) && resource.tryTake(permits) && ask(claims, resource, permits, true);
    }

    @Override
    public boolean release(final TaskExecutor executor, final int attempt, final String name, final int permits) {
        final TaskSupervision supervision = executor.supervision();
        if (supervision == null
                || !(supervision.resources() instanceof ResourceClaims claims)
                || claims.attempt() != attempt
                || claims.isClosed()) {
            return false;
        }
        final ResourceClaim claim = claims.find(resource(name), permits);
        if (claim == null) {
            return false;
        }
        claims.remove(claim);
        if (claim.release() == ResourceClaim.REFUSED) {
            return false;
        }
        claims.sent();
        send(claim);
        return true;
    }

    @Override
    public void ended(final AttemptResources ended) {
        if (ended.close() && ended instanceof ResourceClaims) {
            send(ended);
        }
    }

    private Resource find(final TaskExecutor executor, final String name, final int permits) {
        final Resource resource = name == null ? null : resources.get(name);
        if (resource == null) {
            throw new IllegalArgumentException(
                    "task " + executor.id() + ": resource '" + name + "' is not defined; known: " + names());
        }
        if (permits < 1) {
            throw new IllegalArgumentException(
                    "task " + executor.id() + ": permits of '" + name + "' must be at least 1: " + permits);
        }
        return resource;
    }

    private static void checkTotal(final ResourceClaims claims, final Resource resource, final int permits) {
        final long total = claims.asked(resource) + permits;
        if (total > resource.capacity()) {
            throw tooMany(claims.executor(), resource, total);
        }
    }

    private static IllegalArgumentException tooMany(
            final TaskExecutor executor, final Resource resource, final long total) {
        return new IllegalArgumentException("task " + executor.id() + ": asks for " + total + " of '" + resource.name
                + "', which has " + resource.capacity());
    }

    /** What the attempt has; made with its first request. */
    private static ResourceClaims claims(final TaskExecutor executor, final int attempt) {
        final TaskSupervision supervision = executor.supervise(TaskPolicy.OPEN);
        while (true) {
            final AttemptResources present = supervision.resources();
            if (present != null && present.attempt() >= attempt) {
                if (present.attempt() == attempt && !present.isClosed() && present instanceof ResourceClaims claims) {
                    return claims;
                }
                throw new TaskCancelledException(
                        "task " + executor.id() + ": attempt " + attempt + " is over and gets no resources");
            }
            final ResourceClaims made = new ResourceClaims(executor, attempt);
            if (supervision.resources(present, made)) {
                return made;
            }
        }
    }

    private void send(final Object message) {
        queue.offer(message);
        waker.run();
    }

    // ---- the agent ---------------------------------------------------------------------------------------------

    /** Returns whether there is anything to do. Any thread. */
    public boolean hasWork() {
        return !queue.isEmpty();
    }

    /**
     * Handles a slice of requests. One thread.
     *
     * @return how many.
     */
    public int doWork() {
        int work = 0;
        if (hasWork()) {
            synchronized (lock) {
                Object message;
                while (work < SLICE && (message = queue.relaxedPoll()) != null) {
                    work++;
                    handle(message);
                }
            }
        }
        return work;
    }

    /**
     * Handles what was told until now, so that whoever looks finds what he knows of: a task that is done holds nothing. With
     * the lock held.
     */
    private void catchUp() {
        if (hasWork()) {
            final Object end = new Object();
            queue.offer(end);
            for (Object message = queue.poll(); message != end; message = queue.poll()) {
                handle(message);
            }
        }
    }

    private void handle(final Object message) {
        if (message instanceof ResourceClaim claim) {
            if (claim.owner.handled()) {
                claim.owner.wake();
            }
            if (claim.arrived) {
                leave(claim);
            } else {
                claim.arrived = true;
                arrive(claim);
            }
        } else if (message instanceof ResourceClaims ended) {
            ended.over = true;
            for (final ResourceClaim each : List.copyOf(ended.known)) {
                each.release();
                leave(each);
            }
        } else {
            resized((Resource) message);
        }
    }

    private void arrive(final ResourceClaim claim) {
        final ResourceClaims owner = claim.owner;
        final Resource resource = claim.resource;
        if (owner.over) {
            // Late: it was asked for just before the end, by code that was given up.
            claim.release();
            resource.change(claim.taken ? 0 : -1, claim.taken ? claim.permits : 0);
            grant(resource);
        } else if (claim.taken) {
            owner.known.add(claim);
            claim.holding = true;
            resource.holders.add(claim);
        } else {
            final boolean mayClose = !owner.known.isEmpty();
            owner.known.add(claim);
            resource.append(claim);
            if (claim.permits > resource.capacity()) {
                refuse(claim); // it has shrunk since the attempt looked
            }
            grant(resource);
            if (claim.inLine && mayClose) {
                breakDeadlocks(List.of(owner));
            }
        }
    }

    /** It is released, or its attempt is over. */
    private void leave(final ResourceClaim claim) {
        final Resource resource = claim.resource;
        if (claim.inLine) {
            resource.remove(claim);
            resource.change(-1, 0);
        } else if (claim.holding) {
            claim.holding = false;
            resource.holders.remove(claim);
            resource.change(0, claim.permits);
        } else {
            return; // gone already
        }
        claim.owner.known.remove(claim);
        grant(resource);
    }

    private void refuse(final ResourceClaim claim) {
        claim.resource.remove(claim);
        claim.resource.change(-1, 0);
        claim.owner.known.remove(claim);
        if (claim.answer(ResourceClaim.REFUSED)) {
            claim.owner.wake();
        }
    }

    /** Moves a line on as far as it can. With waiters in the word, nobody else takes permits. */
    private static void grant(final Resource resource) {
        while (resource.first != null && resource.free() >= resource.first.permits) {
            final ResourceClaim claim = resource.first;
            resource.remove(claim);
            if (claim.answer(ResourceClaim.HELD)) {
                resource.change(-1, -claim.permits);
                claim.holding = true;
                resource.holders.add(claim);
                claim.owner.wake();
            } else {
                resource.change(-1, 0); // released; the agent hears of it later, and finds it gone
                claim.owner.known.remove(claim);
            }
        }
    }

    private void resized(final Resource resource) {
        for (ResourceClaim each = resource.first; each != null; ) {
            final ResourceClaim next = each.next;
            if (each.permits > resource.capacity()) {
                refuse(each);
            }
            each = next;
        }
        grant(resource);
        final List<ResourceClaims> waiting = new ArrayList<>();
        for (ResourceClaim each = resource.first; each != null; each = each.next) {
            waiting.add(each.owner);
        }
        breakDeadlocks(waiting);
    }

    // ---- deadlocks ---------------------------------------------------------------------------------------------

    private void breakDeadlocks(final Collection<ResourceClaims> suspects) {
        while (true) {
            final WaitGraph<ResourceClaims> graph = graph(suspects);
            final List<WaitGraph.Node<ResourceClaims>> knot = graph.knot();
            if (knot.isEmpty()) {
                return;
            }
            final WaitGraph.Node<ResourceClaims> victim = knot.stream()
                    .filter(WaitGraph.Node::holdsAnything)
                    .min((a, b) -> VICTIM_FIRST.compare(a.task(), b.task()))
                    .orElse(knot.get(0));
            final ResourceClaims claims = victim.task();
            final TaskExecutor executor = claims.executor();
            final String circle = describe(graph.circle(victim));
            claims.victim = true;
            deadlocks++;
            events.accept(
                    new EngineEvent.Deadlock(executor.id(), executor.spec().type(), knot.size(), circle));
            executor.requestStop(claims.attempt(), new TaskDeadlockException(executor.id(), circle));
        }
    }

    /** All whose wait may keep one of the suspects waiting. Others can't be part of a deadlock that these close. */
    private static WaitGraph<ResourceClaims> graph(final Collection<ResourceClaims> suspects) {
        final WaitGraph<ResourceClaims> graph = new WaitGraph<>();
        final Map<Resource, WaitGraph.Line> lines = new IdentityHashMap<>();
        final Map<ResourceClaim, Boolean> seen = new IdentityHashMap<>();
        final ArrayDeque<ResourceClaims> todo = new ArrayDeque<>();
        suspects.forEach(each -> visit(graph, todo, each));
        for (ResourceClaims claims = todo.poll(); claims != null; claims = todo.poll()) {
            for (final ResourceClaim each : claims.known) {
                if (!each.inLine) {
                    continue;
                }
                if (lines.putIfAbsent(each.resource, new WaitGraph.Line(each.resource.capacity())) == null) {
                    each.resource.holders.forEach(held -> visit(graph, todo, held.owner));
                }
                for (ResourceClaim before = each;
                        before != null && seen.put(before, Boolean.TRUE) == null;
                        before = before.previous) {
                    visit(graph, todo, before.owner);
                }
            }
        }
        connect(graph, lines);
        return graph;
    }

    private static void visit(
            final WaitGraph<ResourceClaims> graph, final ArrayDeque<ResourceClaims> todo, final ResourceClaims claims) {
        if (!graph.contains(claims) && claims.isStuck()) {
            graph.node(claims);
            todo.add(claims);
        }
    }

    private static void connect(final WaitGraph<ResourceClaims> graph, final Map<Resource, WaitGraph.Line> lines) {
        lines.forEach((resource, line) -> {
            for (final ResourceClaim each : resource.holders) {
                if (each.isHolding() && graph.contains(each.owner)) {
                    graph.hold(graph.node(each.owner), line, each.permits);
                }
            }
            for (ResourceClaim each = resource.first; each != null; each = each.next) {
                if (each.isWaiting() && graph.contains(each.owner)) {
                    graph.await(graph.node(each.owner), line, each.permits);
                }
            }
        });
    }

    private static String describe(final List<WaitGraph.Node<ResourceClaims>> circle) {
        final StringBuilder text = new StringBuilder();
        for (int i = 0; i < circle.size(); i++) {
            if (i == NAMED_IN_CIRCLE) {
                return text.append("; and ")
                        .append(circle.size() - i)
                        .append(" more")
                        .toString();
            }
            final ResourceClaims claims = circle.get(i).task();
            final ResourceClaims other = circle.get((i + 1) % circle.size()).task();
            text.append(i == 0 ? "task " : "; task ").append(claims.executor().id());
            text.append(" (type '").append(claims.executor().spec().type()).append("')");
            final Map<String, Integer> held = new HashMap<>();
            for (final ResourceClaim each : claims.known) {
                if (each.holding) {
                    held.merge(each.resource.name, each.permits, Integer::sum);
                }
            }
            String word = " holds ";
            for (final String name : new TreeSet<>(held.keySet())) {
                text.append(word)
                        .append(held.get(name))
                        .append(" of '")
                        .append(name)
                        .append('\'');
                word = ", ";
            }
            text.append(held.isEmpty() ? " waits for " : " and waits for ").append(wait(claims, other));
        }
        return text.toString();
    }

    /** The wait of one member of a circle that leads to the next one. */
    private static String wait(final ResourceClaims claims, final ResourceClaims other) {
        String behind = "";
        for (final ResourceClaim each : claims.known) {
            if (!each.inLine) {
                continue;
            }
            final String wait = each.permits + " of '" + each.resource.name + "', ";
            for (final ResourceClaim its : other.known) {
                if (its.resource == each.resource && its.holding) {
                    return wait + "held by task " + other.executor().id();
                }
                if (its.resource == each.resource && its.inLine) {
                    behind = wait + "behind task " + other.executor().id();
                }
            }
        }
        return behind;
    }
}
