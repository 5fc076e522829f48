package io.ringmaster.repository;

import io.ringmaster.lifecycle.TaskExecutor;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.List;

/** Two cache lines before a stripe's own; of bytes, since longs would leave a hole before them for the lock. */
@SuppressWarnings("unused")
abstract class StripePadding {
    private byte l000, l001, l002, l003, l004, l005, l006, l007, l008, l009, l010, l011, l012, l013, l014, l015;
    private byte l016, l017, l018, l019, l020, l021, l022, l023, l024, l025, l026, l027, l028, l029, l030, l031;
    private byte l032, l033, l034, l035, l036, l037, l038, l039, l040, l041, l042, l043, l044, l045, l046, l047;
    private byte l048, l049, l050, l051, l052, l053, l054, l055, l056, l057, l058, l059, l060, l061, l062, l063;
    private byte l064, l065, l066, l067, l068, l069, l070, l071, l072, l073, l074, l075, l076, l077, l078, l079;
    private byte l080, l081, l082, l083, l084, l085, l086, l087, l088, l089, l090, l091, l092, l093, l094, l095;
    private byte l096, l097, l098, l099, l100, l101, l102, l103, l104, l105, l106, l107, l108, l109, l110, l111;
    private byte l112, l113, l114, l115, l116, l117, l118, l119, l120, l121, l122, l123, l124, l125, l126, l127;
}

/**
 * A part of the table under one lock. [R1] The lock is taken by a compare-and-set, which acquires, and given back by a
 * release store: what one holder wrote, the next one sees. Checked by RepositoryStress.
 */
final class Stripe extends StripePadding {
    /** Two blocks. */
    private static final int INITIAL = 2 << TaskExecutorRepository.BLOCK_BITS;

    private static final int SPINS = 64;
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

    /** The bits right below those that chose the stripe choose the block's bins, of which the id has one. */
    static int index(final long id, final long hash, final int bins) {
        final int blocks = bins >>> TaskExecutorRepository.BLOCK_BITS;
        final int block =
                (int) (hash << TaskExecutorRepository.STRIPE_BITS >>> Integer.numberOfLeadingZeros(blocks) + 33);
        return block << TaskExecutorRepository.BLOCK_BITS | TaskExecutorRepository.place(id, hash);
    }

    boolean add(final TaskExecutor executor, final long hash) {
        final long id = executor.id();
        lock();
        try {
            TaskExecutor[] bins = table;
            if (size >= bins.length - (bins.length >>> 2)) {
                bins = grow(bins);
            }
            final int i = index(id, hash, bins.length);
            TaskExecutor previous = null;
            for (TaskExecutor each = bins[i]; each != null; each = each.repositoryNext()) {
                if (each.id() == id) {
                    if (!each.isDone()) {
                        return false;
                    }
                    unlink(bins, i, previous, each); // its id is free, see removeEnded
                    break;
                }
                previous = each;
            }
            executor.repositoryNext(bins[i]);
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
                final int i = index(each.id(), TaskExecutorRepository.hash(each.id()), bins.length);
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
            final int i = index(executor.id(), hash, bins.length);
            TaskExecutor previous = null;
            TaskExecutor each = bins[i];
            while (each != null && each != executor) {
                previous = each;
                each = each.repositoryNext();
            }
            if (each != null) {
                unlink(bins, i, previous, each);
                shrink();
            }
        } finally {
            unlock();
        }
    }

    void removeEnded(final long[] ids, final int count, final long hash) {
        lock();
        try {
            final TaskExecutor[] bins = table;
            for (int n = 0; n < count; n++) {
                final int i = index(ids[n], hash, bins.length);
                TaskExecutor previous = null;
                TaskExecutor each = bins[i];
                while (each != null && !(each.id() == ids[n] && each.isDone())) {
                    previous = each;
                    each = each.repositoryNext();
                }
                if (each != null) {
                    unlink(bins, i, previous, each);
                }
            }
            shrink();
        } finally {
            unlock();
        }
    }

    private void unlink(
            final TaskExecutor[] bins, final int i, final TaskExecutor previous, final TaskExecutor executor) {
        if (previous == null) {
            bins[i] = executor.repositoryNext();
        } else {
            previous.repositoryNext(executor.repositoryNext());
        }
        executor.repositoryNext(null);
        size--;
    }

    private void shrink() {
        if (size == 0 && table.length > KEPT) {
            table = new TaskExecutor[INITIAL];
        }
    }

    TaskExecutor get(final long id, final long hash) {
        lock();
        try {
            TaskExecutor each = table[index(id, hash, table.length)];
            while (each != null && each.id() != id) {
                each = each.repositoryNext();
            }
            return each == null || each.isDone() ? null : each;
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
                    if (!each.isDone()) {
                        target.add(each);
                    }
                }
            }
        } finally {
            unlock();
        }
    }
}
