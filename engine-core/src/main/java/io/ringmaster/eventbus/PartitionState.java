package io.ringmaster.eventbus;

import com.lmax.disruptor.RingBuffer;
import com.lmax.disruptor.Sequence;
import io.ringmaster.lifecycle.TaskExecutor;
import io.ringmaster.task.Refusal;
import io.ringmaster.task.TaskState;
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
    /** The right to work on the partition. Written by the monitor in a take-over. */
    volatile Lease lease;
    /** All leases whose threads may still raise submissions. Written by the monitor in a take-over, and by the owner. */
    volatile Lease[] leases;

    PartitionShared(
            final int index, final TaskExecutorEventBusCoordinator coordinator, final EventBusSettings settings) {
        this.index = index;
        this.coordinator = coordinator;
        this.reservedSlots = settings.reservedSlots();
        this.invoker = settings.invoker();
        this.clock = settings.clock();
        this.gate = new ParkGate(!invoker && settings.waitMode() == WaitMode.ADAPTIVE);
        this.ring = RingBuffer.createMultiProducer(EventSlot::new, settings.ringCapacity(), gate);
        this.ring.addGatingSequences(consumed);
    }
}

/** Two cache lines. */
@SuppressWarnings("unused")
abstract class PartitionPaddingBefore extends PartitionShared {
    private long b00, b01, b02, b03, b04, b05, b06, b07, b08, b09, b10, b11, b12, b13, b14, b15;

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
    long nextSequence;
    long nowNanos;
    long position;
    long eventPosition;
    long eventNanos;
    long finalized;
    long ignored;
    long stale;
    long steps;
    long takeovers;
    /** Keeps what was touched ahead of its event from being optimized away. */
    long ahead;

    int effects;
    int nextInput = NO_INPUT;
    int listenerIndex;
    int eventType;
    int eventFrom;
    int eventTo;
    int runSize;

    /** The foreign call the owner is in; by ordinal. */
    int call;

    TaskExecutor controlChain;

    /** The executor whose control requests are being looked at, else null. */
    TaskExecutor controlled;

    TaskExecutor runHead;
    TaskExecutor runTail;

    /** Live executors at rest by state's ordinal, ended ones by final state's ordinal. */
    final long[] counts = new long[TaskState.values().length];

    PartitionState(
            final int index, final TaskExecutorEventBusCoordinator coordinator, final EventBusSettings settings) {
        super(index, coordinator, settings);
    }
}

/** Two cache lines. */
@SuppressWarnings("unused")
abstract class PartitionPaddingAfter extends PartitionState {
    private long a00, a01, a02, a03, a04, a05, a06, a07, a08, a09, a10, a11, a12, a13, a14, a15;

    PartitionPaddingAfter(
            final int index, final TaskExecutorEventBusCoordinator coordinator, final EventBusSettings settings) {
        super(index, coordinator, settings);
    }
}
