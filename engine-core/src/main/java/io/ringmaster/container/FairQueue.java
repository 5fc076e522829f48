package io.ringmaster.container;

import io.ringmaster.lifecycle.ExclusiveAttempt;
import io.ringmaster.resilience.Quota;
import io.ringmaster.resilience.Quotas;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The attempts that wait for an exclusive thread, and those that have one. Tenants take turns: the one that has waited
 * longest since its last start is next; within a tenant it is first come, first served. A tenant or type that has as many
 * threads as its quota allows is passed over and keeps its turn. So with n tenants waiting, whoever comes has at most n - 1
 * starts before its own, however long the others' lines are.
 *
 * <p>{@link #offer} takes no lock: it adds to an inbox. Everything else sorts the inbox into the lines first, under a lock
 * that is held for the sorting and for a look at the lines up to the first that may start: those that are passed over
 * cost a look each.
 *
 * <p>A start and its end are noted here, in one go with the look at the quotas, so that a quota is never exceeded.
 */
final class FairQueue {
    private static final int TIDY_FROM = 1024;

    /** A tenant or a type: what of it has a thread, what waits, and its quota. */
    private abstract static class Use {
        final String name;
        Quota quota;
        int running;
        int waiting;

        Use(final String name, final Quota quota) {
            this.name = name;
            this.quota = quota;
        }

        final boolean hasRoom() {
            return quota == null || running < quota.exclusiveThreads();
        }

        final boolean isUnused() {
            return running == 0 && waiting == 0;
        }

        final String atLimit() {
            final Quota limit = quota;
            return limit == null || running < limit.exclusiveThreads()
                    ? null
                    : limit + " has " + running + " of " + limit.exclusiveThreads() + " exclusive threads";
        }
    }

    private static final class TypeUse extends Use {
        TypeUse(final String name, final Quota quota) {
            super(name, quota);
        }
    }

    /** An attempt in line or on its thread. */
    private static final class Entry {
        final ExclusiveAttempt attempt;
        final Lane lane;
        final TypeUse type;
        final long number;

        Entry(final ExclusiveAttempt attempt, final Lane lane, final TypeUse type, final long number) {
            this.attempt = attempt;
            this.lane = lane;
            this.type = type;
            this.number = number;
        }

        boolean isCancelled() {
            return !attempt.isQueued();
        }
    }

    /** A tenant's line, and its place in the ring of tenants that wait. */
    private static final class Lane extends Use {
        final ArrayDeque<Entry> line = new ArrayDeque<>();
        /** By type, what came to the front while its type had no room: older than everything in line. */
        final Map<TypeUse, ArrayDeque<Entry>> held = new HashMap<>();

        Lane previous;
        Lane next;

        Lane(final String name, final Quota quota) {
            super(name, quota);
        }
    }

    private final Quotas quotas;
    private final ConcurrentLinkedQueue<ExclusiveAttempt> inbox = new ConcurrentLinkedQueue<>();
    /** Offers since the inbox was last sorted, more or less. */
    private final AtomicInteger unsorted = new AtomicInteger();

    private final ReentrantLock lock = new ReentrantLock();

    // Guarded by the lock, all of it.
    private final Map<String, Lane> lanes = new HashMap<>();
    private final Map<String, TypeUse> types = new HashMap<>();
    private final Map<ExclusiveAttempt, Entry> started = new IdentityHashMap<>();
    private Lane first;
    private Lane last;
    private long numbers;
    private int waiting;
    private int tidyAt = TIDY_FROM;
    /** Whether nothing may start before something comes, ends or is allowed. */
    private boolean stuck;

    /** What {@link #count} found; its caller's. */
    private int countedRunning;

    private int countedWaiting;

    FairQueue(final Quotas quotas) {
        this.quotas = quotas;
    }

    /**
     * Takes an attempt. Any thread, without a lock.
     *
     * @return whether the inbox has grown so far that somebody should look at it, be there threads or not: cancelled
     *     attempts stay in it until then.
     */
    boolean offer(final ExclusiveAttempt attempt) {
        inbox.add(attempt);
        return unsorted.incrementAndGet() % TIDY_FROM == 0;
    }

    /**
     * Notes that an attempt has given its thread back, or was given up together with it.
     *
     * @param attempt the attempt; one without a thread, and so a second call for the same one, does nothing.
     */
    void release(final ExclusiveAttempt attempt) {
        lock.lock();
        try {
            end(attempt);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Gives the next attempt that may start its thread.
     *
     * @param ended what the calling thread has run before, or null: its thread is given back first.
     * @return the attempt, or null if none may start.
     */
    ExclusiveAttempt poll(final ExclusiveAttempt ended) {
        lock.lock();
        try {
            if (ended != null) {
                end(ended);
            }
            final Entry entry = findStartable();
            if (entry == null) {
                return null;
            }
            start(entry);
            return entry.attempt;
        } finally {
            lock.unlock();
        }
    }

    /** Returns whether an attempt may start: whoever makes that true has to see to it that somebody polls. */
    boolean hasStartable() {
        lock.lock();
        try {
            return findStartable() != null;
        } finally {
            lock.unlock();
        }
    }

    /** The limits have changed, or there are quotas for more tenants or types. */
    void limitsChanged() {
        lock.lock();
        try {
            lanes.values().forEach(each -> each.quota = quotas.ofTenant(each.name));
            types.values().forEach(each -> each.quota = quotas.ofType(each.name));
            stuck = false;
        } finally {
            lock.unlock();
        }
    }

    // ---- under the lock ----------------------------------------------------------------------------------------

    /** The inbox comes into the lines in the order in which it was offered. */
    private void sort() {
        if (unsorted.getPlain() != 0) {
            unsorted.set(0);
        }
        for (ExclusiveAttempt attempt = inbox.poll(); attempt != null; attempt = inbox.poll()) {
            final Lane lane =
                    lanes.computeIfAbsent(attempt.spec().tenant(), name -> new Lane(name, quotas.ofTenant(name)));
            final TypeUse type =
                    types.computeIfAbsent(attempt.spec().type(), name -> new TypeUse(name, quotas.ofType(name)));
            if (lane.waiting == 0) {
                append(lane);
            }
            lane.line.add(new Entry(attempt, lane, type, numbers++));
            lane.waiting++;
            type.waiting++;
            waiting++;
            stuck = false;
        }
        if (waiting > tidyAt) {
            tidy();
        }
    }

    /** Cancelled attempts go when they come to the front; where nothing comes to the front, from time to time. */
    private void tidy() {
        for (Lane lane = first; lane != null; ) {
            final Lane next = lane.next;
            tidy(lane.line);
            for (final Iterator<ArrayDeque<Entry>> each = lane.held.values().iterator(); each.hasNext(); ) {
                final ArrayDeque<Entry> line = each.next();
                tidy(line);
                if (line.isEmpty()) {
                    each.remove();
                }
            }
            forgetIfUnused(lane);
            lane = next;
        }
        tidyAt = Math.max(TIDY_FROM, 2 * waiting);
    }

    private void tidy(final ArrayDeque<Entry> line) {
        line.removeIf(each -> {
            final boolean cancelled = each.isCancelled();
            if (cancelled) {
                noLongerWaits(each);
            }
            return cancelled;
        });
    }

    private Entry findStartable() {
        sort();
        if (stuck || started.size() >= quotas.engine().exclusiveThreads()) {
            return null;
        }
        for (Lane lane = first; lane != null; ) {
            final Lane next = lane.next;
            if (lane.hasRoom()) {
                final Entry entry = front(lane);
                if (entry != null) {
                    return entry;
                }
                forgetIfUnused(lane);
            }
            lane = next;
        }
        stuck = true;
        return null;
    }

    /** The first of a lane whose type has room; those before it are held from then on, cancelled ones are dropped. */
    private Entry front(final Lane lane) {
        Entry oldest = null;
        for (final Iterator<Map.Entry<TypeUse, ArrayDeque<Entry>>> each =
                        lane.held.entrySet().iterator();
                each.hasNext(); ) {
            final Map.Entry<TypeUse, ArrayDeque<Entry>> held = each.next();
            if (held.getKey().hasRoom()) {
                final Entry entry = head(held.getValue());
                if (entry == null) {
                    each.remove();
                } else if (oldest == null || entry.number < oldest.number) {
                    oldest = entry;
                }
            }
        }
        if (oldest != null) {
            return oldest;
        }
        for (Entry entry = head(lane.line); entry != null; entry = head(lane.line)) {
            if (entry.type.hasRoom()) {
                return entry;
            }
            lane.line.remove();
            lane.held.computeIfAbsent(entry.type, type -> new ArrayDeque<>()).add(entry);
        }
        return null;
    }

    private Entry head(final ArrayDeque<Entry> line) {
        Entry entry = line.peek();
        while (entry != null && entry.isCancelled()) {
            line.remove();
            noLongerWaits(entry);
            entry = line.peek();
        }
        return entry;
    }

    private void start(final Entry entry) {
        final Lane lane = entry.lane;
        if (lane.line.peek() == entry) {
            lane.line.remove();
        } else {
            final ArrayDeque<Entry> held = lane.held.get(entry.type);
            held.remove();
            if (held.isEmpty()) {
                lane.held.remove(entry.type);
            }
        }
        lane.running++;
        entry.type.running++;
        started.put(entry.attempt, entry);
        noLongerWaits(entry);
        unlink(lane);
        if (lane.waiting > 0) {
            append(lane);
        }
    }

    private void end(final ExclusiveAttempt attempt) {
        final Entry entry = started.remove(attempt);
        if (entry != null) {
            entry.lane.running--;
            entry.type.running--;
            forgetIfUnused(entry.lane);
            forgetIfUnused(entry.type);
            stuck = false;
        }
    }

    private void noLongerWaits(final Entry entry) {
        waiting--;
        entry.lane.waiting--;
        entry.type.waiting--;
        forgetIfUnused(entry.type);
    }

    private void forgetIfUnused(final TypeUse type) {
        if (type.isUnused()) {
            types.remove(type.name);
        }
    }

    private void forgetIfUnused(final Lane lane) {
        if (lane.waiting == 0) {
            unlink(lane);
            if (lane.isUnused()) {
                lanes.remove(lane.name);
            }
        }
    }

    private boolean isLinked(final Lane lane) {
        return lane == first || lane.previous != null;
    }

    private void append(final Lane lane) {
        lane.previous = last;
        if (last == null) {
            first = lane;
        } else {
            last.next = lane;
        }
        last = lane;
    }

    private void unlink(final Lane lane) {
        if (!isLinked(lane)) {
            return;
        }
        if (lane.previous == null) {
            first = lane.next;
        } else {
            lane.previous.next = lane.next;
        }
        if (lane.next == null) {
            last = lane.previous;
        } else {
            lane.next.previous = lane.previous;
        }
        lane.previous = null;
        lane.next = null;
    }

    // ---- looked at ---------------------------------------------------------------------------------------------

    /** Returns how many attempts have a thread. */
    int running() {
        lock.lock();
        try {
            return started.size();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Counts what has a thread and what waits, unless somebody holds the lock: for the monitor, which must not wait. One
     * thread at a time.
     */
    void count() {
        if (lock.tryLock()) {
            try {
                sort();
                countedRunning = started.size();
                countedWaiting = waiting;
            } finally {
                lock.unlock();
            }
        }
    }

    /** Returns how many attempts had a thread when it was last counted. */
    int countedRunning() {
        return countedRunning;
    }

    /** Returns how many attempts waited when it was last counted, cancelled ones that had not come to the front included. */
    int countedWaiting() {
        return countedWaiting;
    }

    /** Returns how many attempts are kept, cancelled ones included: what it costs, not what waits. */
    int kept() {
        lock.lock();
        try {
            return waiting + inbox.size();
        } finally {
            lock.unlock();
        }
    }

    /** Returns how many attempts of a tenant have a thread. */
    int runningOfTenant(final String tenant) {
        return running(lanes, tenant);
    }

    /** Returns how many attempts of a type have a thread. */
    int runningOfType(final String type) {
        return running(types, type);
    }

    private int running(final Map<String, ? extends Use> uses, final String name) {
        lock.lock();
        try {
            final Use use = uses.get(name);
            return use == null ? 0 : use.running;
        } finally {
            lock.unlock();
        }
    }

    /**
     * How many starts there are up to an attempt's own, if nobody comes, nobody is killed and no quota holds anybody up.
     *
     * @return 1 for the next one, 0 if it does not wait.
     */
    int place(final ExclusiveAttempt attempt) {
        lock.lock();
        try {
            sort();
            final Lane own = lanes.get(attempt.spec().tenant());
            final Entry entry = own == null ? null : find(own, attempt);
            if (entry == null || entry.isCancelled()) {
                return 0;
            }
            final int turn = countUpTo(own, entry.number);
            int place = turn;
            int turns = turn; // of tenants that come before its own in the ring
            for (Lane lane = first; lane != null; lane = lane.next) {
                if (lane == own) {
                    turns = turn - 1;
                } else {
                    place += Math.min(turns, countUpTo(lane, Long.MAX_VALUE));
                }
            }
            return place;
        } finally {
            lock.unlock();
        }
    }

    private static Entry find(final Lane lane, final ExclusiveAttempt attempt) {
        for (final ArrayDeque<Entry> line : lines(lane)) {
            for (final Entry each : line) {
                if (each.attempt == attempt) {
                    return each;
                }
            }
        }
        return null;
    }

    private static List<ArrayDeque<Entry>> lines(final Lane lane) {
        final List<ArrayDeque<Entry>> lines = new ArrayList<>(lane.held.values());
        lines.add(lane.line);
        return lines;
    }

    private static int countUpTo(final Lane lane, final long number) {
        int count = 0;
        for (final ArrayDeque<Entry> line : lines(lane)) {
            for (final Entry each : line) {
                if (each.number <= number && !each.isCancelled()) {
                    count++;
                }
            }
        }
        return count;
    }

    /**
     * Which quota keeps an attempt from its thread.
     *
     * @return in words, or null if none does.
     */
    String holder(final ExclusiveAttempt attempt) {
        lock.lock();
        try {
            sort();
            return holder(
                    lanes.get(attempt.spec().tenant()), types.get(attempt.spec().type()));
        } finally {
            lock.unlock();
        }
    }

    private String holder(final Lane lane, final TypeUse type) {
        final Quota engine = quotas.engine();
        if (started.size() >= engine.exclusiveThreads()) {
            return engine + " has " + started.size() + " of " + engine.exclusiveThreads() + " exclusive threads";
        }
        final String ofTenant = lane == null ? null : lane.atLimit();
        return ofTenant != null || type == null ? ofTenant : type.atLimit();
    }

    /** What waits, by tenant: whose turn is next comes first. */
    List<ExclusiveWaiting> waiting() {
        lock.lock();
        try {
            sort();
            final List<ExclusiveWaiting> all = new ArrayList<>();
            for (Lane lane = first; lane != null; lane = lane.next) {
                int count = 0;
                Entry oldest = null;
                for (final ArrayDeque<Entry> line : lines(lane)) {
                    for (final Entry each : line) {
                        if (!each.isCancelled()) {
                            count++;
                            oldest = oldest == null || each.number < oldest.number ? each : oldest;
                        }
                    }
                }
                if (oldest != null) {
                    all.add(new ExclusiveWaiting(
                            lane.name,
                            count,
                            oldest.attempt.taskId(),
                            oldest.attempt.executor().stateSinceNanos(),
                            holder(lane, oldest.type)));
                }
            }
            return all;
        } finally {
            lock.unlock();
        }
    }
}
