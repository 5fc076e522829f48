package io.ringmaster.repository;

import io.ringmaster.lifecycle.TaskExecutor;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.List;

/** Two cache lines before a stripe's own. */
@SuppressWarnings("unused")
abstract class StripePadding {
    private long l00, l01, l02, l03, l04, l05, l06, l07, l08, l09, l10, l11, l12, l13, l14, l15;
}

/**
 * A part of the table under one lock. [R1] The lock is taken by a compare-and-set, which acquires, and given back by a
 * release store: what one holder wrote, the next one sees. Checked by RepositoryStress.
 */
final class Stripe extends StripePadding {
    private static final int INITIAL = 16;
    private static final int SPINS = 64;
    private static final int INDEX_SHIFT = 32;
    /** Tables up to this size are kept when they are empty. */
    private static final int KEPT = 1024;

    private static final VarHandle LOCK;

    static {
        try {
            LOCK = MethodHandles.lookup().findVarHandle(Stripe.class, "lock", int.class);
        } catch (final ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private int lock;
    private int size;
    private TaskExecutor[] table = new TaskExecutor[INITIAL];

    private void lock() {
        int spins = 0;
        while ((int) LOCK.getOpaque(this) != 0 || !LOCK.compareAndSet(this, 0, 1)) {
            if (++spins < SPINS) {
                Thread.onSpinWait();
            } else {
                Thread.yield(); // the holder may be waiting for a CPU
            }
        }
    }

    private void unlock() {
        LOCK.setRelease(this, 0);
    }

    /** Bits below those that chose the stripe. */
    private static int index(final long hash, final TaskExecutor[] table) {
        return (int) (hash >>> INDEX_SHIFT) & table.length - 1;
    }

    boolean add(final TaskExecutor executor, final long hash) {
        final long id = executor.id();
        lock();
        try {
            TaskExecutor[] bins = table;
            if (size >= bins.length) {
                bins = grow(bins);
            }
            final int i = index(hash, bins);
            final TaskExecutor first = bins[i];
            for (TaskExecutor each = first; each != null; each = each.repositoryNext()) {
                if (each.id() == id) {
                    return false;
                }
            }
            executor.repositoryNext(first);
            bins[i] = executor;
            size++;
            return true;
        } finally {
            unlock();
        }
    }

    private TaskExecutor[] grow(final TaskExecutor[] old) {
        final TaskExecutor[] bins = new TaskExecutor[old.length * 2];
        for (final TaskExecutor head : old) {
            TaskExecutor each = head;
            while (each != null) {
                final TaskExecutor next = each.repositoryNext();
                final int i = index(TaskExecutorRepository.hash(each.id()), bins);
                each.repositoryNext(bins[i]);
                bins[i] = each;
                each = next;
            }
        }
        table = bins;
        return bins;
    }

    void remove(final TaskExecutor executor, final long hash) {
        lock();
        try {
            final TaskExecutor[] bins = table;
            final int i = index(hash, bins);
            TaskExecutor previous = null;
            TaskExecutor each = bins[i];
            while (each != null && each != executor) {
                previous = each;
                each = each.repositoryNext();
            }
            if (each == null) {
                return;
            }
            if (previous == null) {
                bins[i] = executor.repositoryNext();
            } else {
                previous.repositoryNext(executor.repositoryNext());
            }
            executor.repositoryNext(null);
            size--;
            if (size == 0 && bins.length > KEPT) {
                table = new TaskExecutor[INITIAL];
            }
        } finally {
            unlock();
        }
    }

    TaskExecutor get(final long id, final long hash) {
        lock();
        try {
            TaskExecutor each = table[index(hash, table)];
            while (each != null && each.id() != id) {
                each = each.repositoryNext();
            }
            return each;
        } finally {
            unlock();
        }
    }

    int size() {
        lock();
        try {
            return size;
        } finally {
            unlock();
        }
    }

    void copyTo(final List<? super TaskExecutor> target) {
        lock();
        try {
            for (final TaskExecutor head : table) {
                for (TaskExecutor each = head; each != null; each = each.repositoryNext()) {
                    target.add(each);
                }
            }
        } finally {
            unlock();
        }
    }
}
