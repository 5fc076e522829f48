package io.ringmaster.metrics;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE_INTERESTING;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.ringmaster.stress.Rendezvous;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicInteger;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.IIZ_Result;

/**
 * A look at the counters is of one copy, or says that it is not: [V1] and [V3] of {@link CountersMemory}'s writer against
 * [V2] and [V4] of its reader. r1 and r2 are the two values that were read, r3 is whether they are said to be of one copy.
 */
public final class CountersSnapshotStress {
    private static final int VERSION = 0;
    /** On cache lines of their own, as in the file. */
    private static final int FIRST = 128;

    private static final int SECOND = 256;
    private static final int BYTES = 384;

    /** More than there are states at a time: memory outside the heap is too dear to be had for each of them. */
    private static final int PLACES = 1 << 14;

    private static final ByteBuffer MEMORY =
            ByteBuffer.allocateDirect(PLACES * BYTES + 128).alignedSlice(8);
    private static final AtomicInteger NEXT = new AtomicInteger();

    private CountersSnapshotStress() {}

    private static CountersMemory fresh() {
        final int place = NEXT.getAndIncrement() & PLACES - 1;
        final ByteBuffer buffer = MEMORY.slice(place * BYTES, BYTES);
        buffer.putLong(VERSION, 0).putLong(FIRST, 0).putLong(SECOND, 0);
        return new CountersMemory(buffer, VERSION);
    }

    private static void copy(final CountersMemory memory, final int value) {
        memory.begin();
        memory.set(FIRST, value);
        memory.set(SECOND, value);
        memory.end();
    }

    /** Two copies are made while there is a look. */
    @JCStressTest
    @Outcome(id = "0, 0, true", expect = ACCEPTABLE, desc = "before the copies")
    @Outcome(id = "1, 1, true", expect = ACCEPTABLE, desc = "between the copies")
    @Outcome(id = "2, 2, true", expect = ACCEPTABLE, desc = "after the copies")
    @Outcome(id = "[0-2], [0-2], false", expect = ACCEPTABLE, desc = "during a copy, and says so")
    @Outcome(expect = FORBIDDEN, desc = "of two copies, and does not say so")
    @State
    public static class CopyAgainstLook {
        private final Rendezvous start = new Rendezvous();
        private final CountersMemory memory = fresh();

        @Actor
        public void monitor() {
            start.meet();
            copy(memory, 1);
            copy(memory, 2);
        }

        @Actor
        public void reader(final IIZ_Result r) {
            start.meet();
            final long version = memory.version();
            r.r1 = (int) memory.get(FIRST);
            r.r2 = (int) memory.get(SECOND);
            r.r3 = memory.isOf(version);
        }
    }

    /** {@link CopyAgainstLook} with a reader that does not look at the version again. */
    @JCStressTest
    @Outcome(id = "0, 0, true", expect = ACCEPTABLE, desc = "before the copies")
    @Outcome(id = "1, 1, true", expect = ACCEPTABLE, desc = "of the first copy")
    @Outcome(id = "2, 2, true", expect = ACCEPTABLE, desc = "of the second copy")
    @Outcome(id = "[0-2], [0-2], false", expect = ACCEPTABLE, desc = "a copy had begun")
    @Outcome(expect = ACCEPTABLE_INTERESTING, desc = "of two copies, and does not say so")
    @State
    public static class SingleLookNegativeControl {
        private final Rendezvous start = new Rendezvous();
        private final CountersMemory memory = fresh();

        @Actor
        public void monitor() {
            start.meet();
            copy(memory, 1);
            copy(memory, 2);
        }

        @Actor
        public void reader(final IIZ_Result r) {
            start.meet();
            r.r3 = memory.isOf(memory.version());
            r.r1 = (int) memory.get(FIRST);
            r.r2 = (int) memory.get(SECOND);
        }
    }
}
