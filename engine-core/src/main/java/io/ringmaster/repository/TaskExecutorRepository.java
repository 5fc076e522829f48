package io.ringmaster.repository;

import io.ringmaster.lifecycle.TaskExecutor;
import io.ringmaster.task.InternalApi;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * The live executors, by id and by group. An executor is registered at admission, before its SUBMIT is published. One whose
 * handle has completed is not found any more and its id is free; its place is cleared soon after, in blocks: see
 * {@link #removeEnded}. Any thread.
 *
 * <p>A striped hash table with intrusive chains: registering and removing allocate nothing. A stripe's lock is held for
 * a few instructions, or while that stripe's table doubles; a thread that finds it taken spins, then yields.
 */
@InternalApi
public final class TaskExecutorRepository {
    static final int STRIPE_BITS = 8;
    static final int BLOCK_BITS = 4;
    /** Bits of the hash that neither stripe nor block depend on. */
    private static final int PLACE_SHIFT = 20;

    /** How many ids a block has. */
    public static final int BLOCK = 1 << BLOCK_BITS;

    private static final int STRIPES = 1 << STRIPE_BITS;
    private static final long BLOCK_MASK = BLOCK - 1;

    private final Stripe[] stripes = new Stripe[STRIPES];
    private final ConcurrentHashMap<Long, Group> groups = new ConcurrentHashMap<>();

    /** Creates an empty repository. */
    public TaskExecutorRepository() {
        for (int i = 0; i < STRIPES; i++) {
            stripes[i] = new Stripe();
        }
    }

    /**
     * Fibonacci hashing (D. Knuth, The Art of Computer Programming, volume 3) of blocks of 16 ids: the highest bits choose
     * the stripe, the next ones the block's place in its table. Ids are mostly given out in sequence. Then the lock and the
     * bins that travel between a submitter's core and a fire-worker's do so once per block and not once per task; and the
     * golden ratio lays consecutive blocks evenly over the highest bits, so that hardly any two of them share their bins,
     * and nobody walks along a chain of executors that no cache holds.
     */
    static long hash(final long id) {
        final long block = id >>> BLOCK_BITS;
        return (block ^ block >>> 32) * 0x9e3779b97f4a7c15L;
    }

    /** The place of an id among its block's bins. It depends on the block too: multiples of 16 must not crowd one place. */
    static int place(final long id, final long hash) {
        return (int) ((id ^ hash >>> PLACE_SHIFT) & BLOCK_MASK);
    }

    private Stripe stripe(final long hash) {
        return stripes[(int) (hash >>> Long.SIZE - STRIPE_BITS)];
    }

    /**
     * Registers an executor.
     *
     * @param executor the executor.
     * @return false if a live executor has its id; nothing is registered then.
     */
    public boolean register(final TaskExecutor executor) {
        final long hash = hash(executor.id());
        if (!stripe(hash).add(executor, hash)) {
            return false;
        }
        final long groupId = executor.spec().groupId();
        if (groupId != 0) {
            joinGroup(groupId, executor);
        }
        return true;
    }

    /**
     * Forgets an executor.
     *
     * @param executor a registered executor.
     */
    public void remove(final TaskExecutor executor) {
        final long hash = hash(executor.id());
        stripe(hash).remove(executor, hash);
        leaveGroup(executor);
    }

    /**
     * Returns whether two ids are of one block.
     *
     * @param one   an id.
     * @param other another one.
     */
    public static boolean isSameBlock(final long one, final long other) {
        return (one ^ other) >>> BLOCK_BITS == 0;
    }

    /**
     * Clears the places of executors that are done. An id that has been registered anew meanwhile stays.
     *
     * @param ids   ids of one block.
     * @param count how many of them, at least 1.
     */
    public void removeEnded(final long[] ids, final int count) {
        final long hash = hash(ids[0]);
        stripe(hash).removeEnded(ids, count, hash);
    }

    /**
     * Takes an executor out of its group, if it has one.
     *
     * @param executor a registered executor.
     */
    public void leaveGroup(final TaskExecutor executor) {
        final Object group = executor.group();
        if (group != null) {
            ((Group) group).leave(executor);
        }
    }

    /**
     * Finds a live executor.
     *
     * @param id its id.
     * @return the executor, or null.
     */
    public TaskExecutor get(final long id) {
        final long hash = hash(id);
        return stripe(hash).get(id, hash);
    }

    /** Returns how many have a place here: the live ones and, for a moment, some that are done. A snapshot. */
    public int size() {
        int size = 0;
        for (final Stripe each : stripes) {
            size += each.size();
        }
        return size;
    }

    /**
     * Visits the live executors, without holding a lock; those that come or go meanwhile may be missed.
     *
     * @param visitor told of each.
     */
    public void forEach(final Consumer<? super TaskExecutor> visitor) {
        final List<TaskExecutor> members = new ArrayList<>();
        for (final Stripe each : stripes) {
            members.clear();
            each.copyTo(members);
            members.forEach(visitor);
        }
    }

    /**
     * The live members of a group.
     *
     * @param groupId the group.
     * @return every member registered before this call and still live, in order of their admission.
     */
    public List<TaskExecutor> members(final long groupId) {
        final Group group = groups.get(groupId);
        return group == null ? List.of() : group.members();
    }

    private void joinGroup(final long groupId, final TaskExecutor executor) {
        while (!groups.computeIfAbsent(groupId, Group::new).join(executor)) {
            // the group lost its last member between the look-up and the entry: the next look-up makes a new one
            Thread.onSpinWait();
        }
    }

    /**
     * The members of a group as an intrusive list: entering, leaving and forgetting the group cost no allocation per
     * member. Its lock is held for a few instructions, and by {@link #members()} while it copies references.
     */
    private final class Group {
        private final long id;
        private TaskExecutor first;
        private TaskExecutor last;
        private int size;
        private boolean closed;

        Group(final long id) {
            this.id = id;
        }

        synchronized boolean join(final TaskExecutor executor) {
            if (closed) {
                return false;
            }
            executor.group(this);
            executor.groupPrevious(last);
            if (last == null) {
                first = executor;
            } else {
                last.groupNext(executor);
            }
            last = executor;
            size++;
            return true;
        }

        synchronized void leave(final TaskExecutor executor) {
            final TaskExecutor previous = executor.groupPrevious();
            final TaskExecutor next = executor.groupNext();
            if (previous == null) {
                first = next;
            } else {
                previous.groupNext(next);
            }
            if (next == null) {
                last = previous;
            } else {
                next.groupPrevious(previous);
            }
            executor.groupPrevious(null);
            executor.groupNext(null);
            executor.group(null);
            if (--size == 0) {
                closed = true;
                groups.remove(id, this);
            }
        }

        synchronized List<TaskExecutor> members() {
            final List<TaskExecutor> members = new ArrayList<>(size);
            for (TaskExecutor each = first; each != null; each = each.groupNext()) {
                members.add(each);
            }
            return members;
        }
    }
}
