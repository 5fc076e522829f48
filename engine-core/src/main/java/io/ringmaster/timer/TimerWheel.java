package io.ringmaster.timer;

import io.ringmaster.task.InternalApi;
import java.util.Objects;

/**
 * Internal, not for use outside the engine: the timers of one partition, a hierarchical timing wheel with embedded nodes.
 *
 * <p>The algorithm is scheme 7 of G. Varghese and T. Lauck, "Hashed and Hierarchical Timing Wheels: Data Structures for
 * the Efficient Implementation of a Timer Facility" (SOSP 1987), with a bitmap of the non-empty slots per level, so
 * that time jumps from one non-empty slot to the next however far that is, and an idle worker knows how long to park.
 *
 * <p>A tick is 2<sup>16</sup> ns (65.5 µs). Eight levels of 64 slots are 48 bits of ticks, which together with the 16 bits
 * within a tick are all the bits of a {@code long}:
 *
 * <pre>
 * deadline - start, rounded up to a tick:
 *
 *   63    58 57    52 51    46 45    40 39    34 33    28 27    22 21    16 15            0
 *  +--------+--------+--------+--------+--------+--------+--------+--------+---------------+
 *  | digit 7| digit 6| digit 5| digit 4| digit 3| digit 2| digit 1| digit 0| within a tick |
 *  +--------+--------+--------+--------+--------+--------+--------+--------+---------------+
 *   9.1 y    52 d     20 h     18 min   17 s     268 ms   4.2 ms   65.5 µs  = width of a slot
 *
 * level L   bitmap of 64 bits, slot s non-empty = bit s
 *           slot s: head ⇄ node ⇄ node ⇄ … ⇄ head
 *
 * schedule, cancel ─► slots ──opened at its start──► cascading ─► a lower level, or due
 *                      level 0 ──opened at its tick──────────────► due ─► handler
 *                      due when scheduled ─► fresh ─► overdue ─► due
 * </pre>
 *
 * <p>A node's level is that of the highest digit in which its tick differs from the wheel's position. So at every level
 * only slots ahead of the position's digit are in use, everything at a level comes before anything at the level above,
 * and the next slot to open is the lowest bit of the lowest non-empty level. Opening a slot takes its whole list in
 * constant time. At level 0 the list is due; above, its nodes are moved down one by one (cascaded), each at most once per
 * level. A node doesn't know its slot: the head of the list does, and only the removal of a list's last node, whose both
 * neighbours are the head, has to clear a bit.
 *
 * <p><b>Time</b> is any nanosecond clock like {@link System#nanoTime()}: any origin, negative or about to overflow, compared
 * by subtraction. Deadlines reach {@link Long#MAX_VALUE} ns ahead of the latest poll; the wheel serves 292 years from its
 * start. Time doesn't run backwards: a poll with an earlier time than the one before counts as one with the same.
 *
 * <p><b>Promises.</b> A node is never handed over before its own deadline, and with enough polls and units at most one
 * tick after it. Nodes are handed over in the order of their ticks (within a tick in no stated order), with two
 * exceptions. What was already due when it was scheduled comes right after what was due at the latest poll. And while a
 * crowd is being cascaded that takes more than half of a poll's limit, its nodes may be overtaken, so that a crowd doesn't
 * hold up everything else.
 *
 * <p><b>Threads.</b> One owner at a time, nothing here is atomic. All state is in fields, and is consistent whenever foreign code
 * runs: {@link #poll} touches nothing of the wheel after a handler threw, so an owner that lost its lease inside a
 * handler leaves by throwing. Nothing is allocated after construction.
 */
@InternalApi
public final class TimerWheel {
    /** What is told of due nodes. */
    @FunctionalInterface
    public interface Handler {
        /**
         * A deadline has come. The node is unscheduled by now and may be scheduled again; any other node may be scheduled
         * or cancelled, but the wheel may not be polled. What this throws ends the poll and reaches its caller; the rest
         * stays for later polls.
         *
         * @param node the node whose deadline has come
         * @param nowNanos the time of the poll, not before the node's deadline
         */
        void onTimer(TimerNode node, long nowNanos);
    }

    /** The length of a tick, the wheel's resolution, in nanoseconds. */
    public static final long TICK_NANOS = 1L << 16;

    private static final int TICK_SHIFT = 16;
    private static final int LEVELS = 8;
    private static final int LEVEL_SHIFT = 6;
    private static final int SLOTS_PER_LEVEL = 1 << LEVEL_SHIFT;
    private static final int SLOT_MASK = SLOTS_PER_LEVEL - 1;
    private static final int NO_SLOT = -1;

    /** After every tick; those have 48 bits. */
    private static final long NEVER = Long.MAX_VALUE;

    private final long startNanos;

    /** Bit s of entry L: slot s of level L is not empty. */
    private final long[] occupied = new long[LEVELS];

    /** Level by level, 64 each. */
    private final Slot[] slots = new Slot[LEVELS * SLOTS_PER_LEVEL];

    /** Due by the time of their slot; the next to be handed over first. */
    private final Slot due = new Slot(NO_SLOT);

    /** Due already when scheduled, since the latest poll began; kept apart so that a poll hands over no node twice. */
    private final Slot fresh = new Slot(NO_SLOT);

    /** Due already when scheduled, before the latest poll; follows the slots up to {@link #overdueTick}. */
    private final Slot overdue = new Slot(NO_SLOT);

    /** Out of an opened slot of an upper level, not yet placed again. */
    private final Slot cascading = new Slot(NO_SLOT);

    /** The time of the latest poll. */
    private long nowNanos;

    /** In ticks since the start, unsigned 48 bits: every slot that starts up to here has been opened. */
    private long position;

    /**
     * The tick of the poll after which the first of the overdue was scheduled. What was due then comes before them, or
     * nodes that are always scheduled when due would keep the others waiting for ever.
     */
    private long overdueTick;

    private int size;

    /**
     * Makes an empty wheel.
     *
     * @param startNanos the time now, of the clock that all deadlines and polls will be given in
     */
    public TimerWheel(final long startNanos) {
        this.startNanos = startNanos;
        this.nowNanos = startNanos;
        for (int i = 0; i < slots.length; i++) {
            slots[i] = new Slot(i);
        }
    }

    /**
     * Schedules a node, in constant time. One that is due already is handed over by the next poll, never by a poll in
     * progress.
     *
     * @param node a node that is not scheduled, here or in another wheel
     * @param deadlineNanos the time before which the node is not handed over
     * @throws IllegalStateException if the node is scheduled; its deadline stays as it was
     */
    public void schedule(final TimerNode node, final long deadlineNanos) {
        if (node.next != null) {
            throw alreadyScheduled(node, deadlineNanos);
        }
        node.deadlineNanos = deadlineNanos;
        size++;
        if (deadlineNanos - nowNanos <= 0) {
            fresh.append(node);
        } else {
            place(node);
        }
    }

    /**
     * Takes a node out, in constant time. May be called at any time, also by a handler and for a node whose slot has been
     * opened: it will not be handed over.
     *
     * @param node a node that is unscheduled, or scheduled in this wheel
     * @return whether it was scheduled
     */
    public boolean cancel(final TimerNode node) {
        if (node.next == null) {
            return false;
        }
        unlink(node);
        size--;
        return true;
    }

    /**
     * Hands over nodes that are due, doing a bounded amount of work. A unit of work is one node: handed over, or moved to a lower
     * level. What is left when the limit is reached is done by the next polls, which {@link #nextDeadline()} then asks for
     * at once. A result below the limit says that nothing was left, but for nodes that a handler scheduled when they were due.
     *
     * @param nowNanos the time now
     * @param limit the most units of work to do, at least 1; from 2 on, a crowd being cascaded doesn't hold up the rest
     * @param handler is told of each node handed over
     * @return units of work done
     * @throws IllegalArgumentException if the limit is below 1
     */
    public int poll(final long nowNanos, final int limit, final Handler handler) {
        Objects.requireNonNull(handler, "handler");
        if (limit < 1) {
            throw new IllegalArgumentException("limit must be at least 1 unit of work: " + limit);
        }
        if (overdue.isEmpty()) {
            overdueTick = lastTickUntil(this.nowNanos);
        }
        overdue.appendAll(fresh);
        if (nowNanos - this.nowNanos > 0) {
            this.nowNanos = nowNanos;
        }
        final long now = this.nowNanos;
        final long target = lastTickUntil(now);
        int cascadeUntil = (limit + 1) >>> 1;
        int cascaded = 0;
        int units = 0;
        while (units < limit) {
            if (cascaded < cascadeUntil && !cascading.isEmpty()) {
                cascadeFirst();
                cascaded++;
                units++;
            } else if (!due.isEmpty()) {
                units++;
                expireFirst(now, handler);
            } else if (!openNext(target)) {
                if (cascading.isEmpty()) {
                    position = target;
                    break;
                }
                cascadeUntil = limit;
            }
        }
        return units;
    }

    /**
     * When the next poll has something to do: a poll before this time does nothing, a poll at this time does at least one unit
     * of work. That may be the moving down of nodes whose deadline is later; a single node, however far its deadline, causes at
     * most seven such polls before the one that hands it over. While work is left over this is the time of the latest
     * poll.
     *
     * @return the time to park until. Every {@code long} is a time, so none can stand for "never": an empty wheel gives the
     *     farthest time ahead, {@link Long#MAX_VALUE} ns after the latest poll. Ask {@link #isEmpty()} to tell
     */
    public long nextDeadline() {
        if (!fresh.isEmpty() || !overdue.isEmpty() || !due.isEmpty() || !cascading.isEmpty()) {
            return nowNanos;
        }
        final int level = lowestOccupiedLevel();
        if (level == LEVELS) {
            return nowNanos + Long.MAX_VALUE;
        }
        final long tick = firstTickOfNextSlot(level);
        if (tick <= lastTickUntil(nowNanos)) {
            return nowNanos;
        }
        final long nanos = startNanos + (tick << TICK_SHIFT);
        // Rounding up to a tick may have passed the farthest time that subtraction can still tell from the past.
        return nanos - nowNanos < 0 ? nowNanos + Long.MAX_VALUE : nanos;
    }

    /**
     * Whether no node is scheduled.
     *
     * @return true if there is nothing to wait for
     */
    public boolean isEmpty() {
        return size == 0;
    }

    /**
     * How many nodes are scheduled.
     *
     * @return nodes scheduled and neither cancelled nor handed over
     */
    public int size() {
        return size;
    }

    /**
     * Whether a node is scheduled, in whichever wheel.
     *
     * @param node the node to look at; its owner calls this
     * @return true until it is cancelled or handed over
     */
    public static boolean isScheduled(final TimerNode node) {
        return node.next != null;
    }

    /**
     * The deadline a node was last scheduled for.
     *
     * @param node the node to look at; its owner calls this
     * @return the deadline in nanoseconds of the wheel's clock, 0 if the node was never scheduled
     */
    public static long deadlineNanos(final TimerNode node) {
        return node.deadlineNanos;
    }

    private void expireFirst(final long now, final Handler handler) {
        final TimerNode node = due.next;
        unlink(node);
        if (node.deadlineNanos - now > 0) {
            // So far ahead of a poll long ago that by subtraction it looked due when it was scheduled.
            place(node);
        } else {
            size--;
            handler.onTimer(node, now);
        }
    }

    private void cascadeFirst() {
        final TimerNode node = cascading.next;
        unlink(node);
        place(node);
    }

    /** Puts a node where its tick belongs, seen from the position. */
    private void place(final TimerNode node) {
        final long tick = firstTickFrom(node.deadlineNanos);
        if (tick <= position) {
            due.append(node);
            return;
        }
        final int level = (Long.SIZE - 1 - Long.numberOfLeadingZeros(tick ^ position)) / LEVEL_SHIFT;
        final int slot = (int) (tick >>> (level * LEVEL_SHIFT)) & SLOT_MASK;
        occupied[level] |= 1L << slot;
        slots[(level << LEVEL_SHIFT) + slot].append(node);
    }

    private void unlink(final TimerNode node) {
        final TimerNode before = node.prev;
        final TimerNode after = node.next;
        before.next = after;
        after.prev = before;
        node.prev = null;
        node.next = null;
        if (before == after) {
            final int index = ((Slot) before).index;
            if (index != NO_SLOT) {
                clearOccupied(index);
            }
        }
    }

    /** Opens the next slot that isn't empty and starts no later than the target, or the overdue if it is their turn. */
    private boolean openNext(final long target) {
        final int level = lowestOccupiedLevel();
        final long tick = level == LEVELS ? NEVER : firstTickOfNextSlot(level);
        if (tick > overdueTick && !overdue.isEmpty()) {
            due.appendAll(overdue);
            return true;
        }
        if (tick > target) {
            return false;
        }
        position = tick;
        final int index = (level << LEVEL_SHIFT) + Long.numberOfTrailingZeros(occupied[level]);
        clearOccupied(index);
        (level == 0 ? due : cascading).appendAll(slots[index]);
        return true;
    }

    private void clearOccupied(final int index) {
        occupied[index >>> LEVEL_SHIFT] &= ~(1L << (index & SLOT_MASK));
    }

    private int lowestOccupiedLevel() {
        int level = 0;
        while (level < LEVELS && occupied[level] == 0) {
            level++;
        }
        return level;
    }

    /** The digits above the level are the position's, the level's own is the slot, those below are zero. */
    private long firstTickOfNextSlot(final int level) {
        final int shift = level * LEVEL_SHIFT;
        final long above = position >>> (shift + LEVEL_SHIFT) << (shift + LEVEL_SHIFT);
        return above | (long) Long.numberOfTrailingZeros(occupied[level]) << shift;
    }

    /** Rounds up: a node is never early. Only for times after the start. */
    private long firstTickFrom(final long nanos) {
        return (nanos - startNanos - 1 >>> TICK_SHIFT) + 1;
    }

    private long lastTickUntil(final long nanos) {
        return nanos - startNanos >>> TICK_SHIFT;
    }

    private static IllegalStateException alreadyScheduled(final TimerNode node, final long deadlineNanos) {
        return new IllegalStateException("a node must be unscheduled before it is scheduled for " + deadlineNanos
                + " ns: it is scheduled for " + node.deadlineNanos + " ns");
    }

    /** The head of a circular list, which it is alone in while the list is empty. */
    private static final class Slot extends TimerNode {
        /** Among the wheel's slots, or NO_SLOT for a list that has no bit. */
        final int index;

        Slot(final int index) {
            this.index = index;
            prev = this;
            next = this;
        }

        boolean isEmpty() {
            return next == this;
        }

        void append(final TimerNode node) {
            final TimerNode last = prev;
            node.prev = last;
            node.next = this;
            last.next = node;
            prev = node;
        }

        /** Takes the whole list of another head, in constant time. */
        void appendAll(final Slot from) {
            if (from.isEmpty()) {
                return;
            }
            final TimerNode last = prev;
            last.next = from.next;
            from.next.prev = last;
            from.prev.next = this;
            prev = from.prev;
            from.next = from;
            from.prev = from;
        }
    }
}
