package io.ringmaster.eventbus;

import com.lmax.disruptor.RingBuffer;
import com.lmax.disruptor.Sequence;
import io.ringmaster.lifecycle.TaskExecutor;
import io.ringmaster.repository.TaskExecutorRepository;
import io.ringmaster.task.Refusal;
import io.ringmaster.task.TaskState;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * What producers read of a partition: hardly ever written, so that its cache lines stay shared. The padding between it
 * and {@link PartitionState} keeps the owner's writes away from it: each submission would fetch them anew.
 */
abstract class PartitionShared {
    final int index;
    final int reservedSlots;
    final boolean invoker;
    final TaskExecutorEventBusCoordinator coordinator;
    final LongSupplier clock;
    final RingBuffer<EventSlot> ring;
    final Sequence consumed = new Sequence();
    final ParkGate gate;
    final ControlList control = new ControlList();
    final AdmissionCounter accepted = new AdmissionCounter();
    final PartitionOwnership ownership = new PartitionOwnership();

    /** Why submissions are refused at the moment, or null. Written by the monitor. */
    volatile Refusal blocked;
    /**
     * Slots that submissions leave free: those for completions, or as many that nobody waits for longer than he may. Written
     * by the owner, when it changes; a submitter that sees an old figure lets a few more or fewer in.
     */
    volatile int keptFree;
    /** Submissions that were refused since the partition is overloaded, and before. */
    final AtomicLong refusedByOverload = new AtomicLong();
    /** The right to work on the partition. Written by the monitor in a take-over. */
    volatile Lease lease;
    /** The thread that works on the partition, or will. Written by its thread when it gives the partition away. */
    volatile FireWorkerSeat seat;
    /** All leases whose threads may still raise submissions. Written by the monitor in a take-over, and by the owner. */
    volatile Lease[] leases;

    PartitionShared(
            final int index, final TaskExecutorEventBusCoordinator coordinator, final EventBusSettings settings) {
        this.index = index;
        this.coordinator = coordinator;
        this.reservedSlots = settings.reservedSlots();
        this.keptFree = reservedSlots;
        this.invoker = settings.invoker();
        this.clock = settings.clock();
        this.gate = new ParkGate(!invoker && settings.waitMode() == WaitMode.ADAPTIVE);
        this.ring = RingBuffer.createMultiProducer(EventSlot::new, settings.ringCapacity(), gate);
        this.ring.addGatingSequences(consumed);
    }
}

/** Two cache lines, of bytes: longs would leave a hole before them, into which the JVM puts a field that follows. */
@SuppressWarnings("unused")
abstract class PartitionPaddingBefore extends PartitionShared {
    private byte b000, b001, b002, b003, b004, b005, b006, b007, b008, b009, b010, b011, b012, b013, b014, b015;
    private byte b016, b017, b018, b019, b020, b021, b022, b023, b024, b025, b026, b027, b028, b029, b030, b031;
    private byte b032, b033, b034, b035, b036, b037, b038, b039, b040, b041, b042, b043, b044, b045, b046, b047;
    private byte b048, b049, b050, b051, b052, b053, b054, b055, b056, b057, b058, b059, b060, b061, b062, b063;
    private byte b064, b065, b066, b067, b068, b069, b070, b071, b072, b073, b074, b075, b076, b077, b078, b079;
    private byte b080, b081, b082, b083, b084, b085, b086, b087, b088, b089, b090, b091, b092, b093, b094, b095;
    private byte b096, b097, b098, b099, b100, b101, b102, b103, b104, b105, b106, b107, b108, b109, b110, b111;
    private byte b112, b113, b114, b115, b116, b117, b118, b119, b120, b121, b122, b123, b124, b125, b126, b127;

    PartitionPaddingBefore(
            final int index, final TaskExecutorEventBusCoordinator coordinator, final EventBusSettings settings) {
        super(index, coordinator, settings);
    }
}

/**
 * What the owner of a partition writes, and only the owner. Enums are kept as ordinals: a reference stored into an object
 * as old as this one costs a card mark and, with G1, a fence, several times per event.
 */
abstract class PartitionState extends PartitionPaddingBefore {
    /** No further input for the current executor. */
    static final int NO_INPUT = -1;

    long cycles;
    /** When the duty cycle began. */
    long cycleNanos;
    /** Time in duty cycles that did work. */
    long busyNanos;
    /** How often another thread got the partition because of its load. */
    long moves;

    long nextSequence;
    long nowNanos;
    long position;
    long finalized;
    long ignored;
    long stale;
    long steps;
    long takeovers;
    /** Running attempts that are asked for heartbeats. */
    long beating;

    int effects;
    int nextInput = NO_INPUT;
    int listenerIndex;

    /** The foreign call the owner is in; by ordinal. */
    int call;

    /** Ids of one block, of executors that have ended and are still to be removed from the repository. */
    final long[] ended = new long[TaskExecutorRepository.BLOCK];

    int endedCount;

    TaskExecutor controlChain;

    /** The executor whose control requests are being looked at, else null. */
    TaskExecutor controlled;

    /** Live executors at rest by state's ordinal, ended ones by final state's ordinal. */
    final long[] counts = new long[TaskState.values().length];

    PartitionState(
            final int index, final TaskExecutorEventBusCoordinator coordinator, final EventBusSettings settings) {
        super(index, coordinator, settings);
    }
}

/** Two cache lines, of bytes as well. */
@SuppressWarnings("unused")
abstract class PartitionPaddingAfter extends PartitionState {
    private byte a000, a001, a002, a003, a004, a005, a006, a007, a008, a009, a010, a011, a012, a013, a014, a015;
    private byte a016, a017, a018, a019, a020, a021, a022, a023, a024, a025, a026, a027, a028, a029, a030, a031;
    private byte a032, a033, a034, a035, a036, a037, a038, a039, a040, a041, a042, a043, a044, a045, a046, a047;
    private byte a048, a049, a050, a051, a052, a053, a054, a055, a056, a057, a058, a059, a060, a061, a062, a063;
    private byte a064, a065, a066, a067, a068, a069, a070, a071, a072, a073, a074, a075, a076, a077, a078, a079;
    private byte a080, a081, a082, a083, a084, a085, a086, a087, a088, a089, a090, a091, a092, a093, a094, a095;
    private byte a096, a097, a098, a099, a100, a101, a102, a103, a104, a105, a106, a107, a108, a109, a110, a111;
    private byte a112, a113, a114, a115, a116, a117, a118, a119, a120, a121, a122, a123, a124, a125, a126, a127;

    PartitionPaddingAfter(
            final int index, final TaskExecutorEventBusCoordinator coordinator, final EventBusSettings settings) {
        super(index, coordinator, settings);
    }
}
