package io.ringmaster.event;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.Percentage;
import jdk.jfr.StackTrace;
import jdk.jfr.Timespan;

/**
 * Engine events as events of the JDK's flight recorder. Names, fields and units are an interface of the engine and stand in
 * docs/operations.md. The module {@code jdk.jfr} may be missing from a trimmed runtime: then nothing is recorded.
 */
class FlightRecorder {
    static FlightRecorder create() {
        try {
            Class.forName("jdk.jfr.Event");
            return new Recording();
        } catch (final ClassNotFoundException | LinkageError e) {
            return new FlightRecorder();
        }
    }

    /** Records an event. The monitor only. */
    void record(final EngineEvent event) {
        // no flight recorder in this runtime
    }

    private static final class Recording extends FlightRecorder {
        @Override
        void record(final EngineEvent event) {
            final Event made = make(event);
            if (made.shouldCommit()) {
                made.commit();
            }
        }

        private static Event make(final EngineEvent event) {
            if (event instanceof EngineEvent.Stall e) {
                final StallEvent made = new StallEvent();
                made.partition = e.partition();
                made.call = e.call();
                made.taskId = e.taskId();
                made.taskType = e.type();
                made.held = e.heldNanos();
                made.threadName = e.thread();
                made.stack = e.stack();
                made.spare = e.spare();
                return made;
            }
            if (event instanceof EngineEvent.HandOver e) {
                final HandOverEvent made = new HandOverEvent();
                made.partition = e.partition();
                made.call = e.call();
                made.taskId = e.taskId();
                made.taskType = e.type();
                made.held = e.heldNanos();
                made.epoch = e.epoch();
                return made;
            }
            if (event instanceof EngineEvent.ListenerReturned e) {
                final ListenerReturnedEvent made = new ListenerReturnedEvent();
                made.partition = e.partition();
                made.listener = e.listener();
                made.events = e.events();
                return made;
            }
            if (event instanceof EngineEvent.Zombie e) {
                final ZombieEvent made = new ZombieEvent();
                made.taskId = e.taskId();
                made.taskType = e.type();
                made.attempt = e.attempt();
                made.silent = e.silentNanos();
                made.action = e.action();
                made.threadName = e.thread();
                made.stack = e.stack();
                return made;
            }
            if (event instanceof EngineEvent.Deadlock e) {
                final DeadlockEvent made = new DeadlockEvent();
                made.victim = e.victim();
                made.taskType = e.type();
                made.tasks = e.tasks();
                made.cycle = e.cycle();
                return made;
            }
            if (event instanceof EngineEvent.ThreadDeadlock e) {
                final ThreadDeadlockEvent made = new ThreadDeadlockEvent();
                made.threads = e.threads();
                made.report = e.report();
                return made;
            }
            if (event instanceof EngineEvent.Starvation e) {
                final StarvationEvent made = new StarvationEvent();
                made.waiting = e.waiting();
                made.waited = e.nanos();
                made.reason = e.reason();
                return made;
            }
            if (event instanceof EngineEvent.Overload e) {
                final OverloadEvent made = new OverloadEvent();
                made.partition = e.partition();
                made.began = e.began();
                made.queued = e.queueNanos();
                made.refused = e.refused();
                return made;
            }
            if (event instanceof EngineEvent.PlacementChange e) {
                final PlacementChangeEvent made = new PlacementChangeEvent();
                made.taskType = e.type();
                made.to = e.to();
                made.reason = e.reason();
                return made;
            }
            final EngineEvent.PartitionMove e = (EngineEvent.PartitionMove) event;
            final PartitionMoveEvent made = new PartitionMoveEvent();
            made.partition = e.partition();
            made.fromThread = e.fromThread();
            made.toThread = e.toThread();
            made.fromLoad = e.fromLoad();
            made.toLoad = e.toLoad();
            return made;
        }
    }

    @Name("ringmaster.Stall")
    @Label("Stall")
    @Category("Ringmaster")
    @Description("A call has held a partition for longer than the stall threshold")
    @StackTrace(false)
    static final class StallEvent extends Event {
        @Label("Partition")
        int partition;

        @Label("Call")
        String call;

        @Label("Task Id")
        long taskId;

        @Label("Task Type")
        String taskType;

        @Label("Held")
        @Timespan(Timespan.NANOSECONDS)
        long held;

        @Label("Thread Name")
        String threadName;

        @Label("Stack")
        String stack;

        @Label("Spare Thread Left")
        boolean spare;
    }

    @Name("ringmaster.HandOver")
    @Label("Hand-over")
    @Category("Ringmaster")
    @Description("A held partition went on with another thread")
    @StackTrace(false)
    static final class HandOverEvent extends Event {
        @Label("Partition")
        int partition;

        @Label("Call")
        String call;

        @Label("Task Id")
        long taskId;

        @Label("Task Type")
        String taskType;

        @Label("Held")
        @Timespan(Timespan.NANOSECONDS)
        long held;

        @Label("Epoch")
        long epoch;
    }

    @Name("ringmaster.ListenerReturned")
    @Label("Listener Returned")
    @Category("Ringmaster")
    @Description("A detached listener has caught up and is called on the partition's thread again")
    @StackTrace(false)
    static final class ListenerReturnedEvent extends Event {
        @Label("Partition")
        int partition;

        @Label("Listener")
        String listener;

        @Label("Events While Detached")
        long events;
    }

    @Name("ringmaster.Zombie")
    @Label("Zombie")
    @Category("Ringmaster")
    @Description("An attempt has stopped beating")
    @StackTrace(false)
    static final class ZombieEvent extends Event {
        @Label("Task Id")
        long taskId;

        @Label("Task Type")
        String taskType;

        @Label("Attempt")
        int attempt;

        @Label("Silent")
        @Timespan(Timespan.NANOSECONDS)
        long silent;

        @Label("Action")
        String action;

        @Label("Thread Name")
        String threadName;

        @Label("Stack")
        String stack;
    }

    @Name("ringmaster.Deadlock")
    @Label("Deadlock")
    @Category("Ringmaster")
    @Description("Tasks waited for each other's resources; the victim is ended and tried again")
    @StackTrace(false)
    static final class DeadlockEvent extends Event {
        @Label("Victim's Task Id")
        long victim;

        @Label("Victim's Task Type")
        String taskType;

        @Label("Tasks")
        int tasks;

        @Label("Cycle")
        String cycle;
    }

    @Name("ringmaster.ThreadDeadlock")
    @Label("Thread Deadlock")
    @Category("Ringmaster")
    @Description("Exclusive threads wait for each other's locks")
    @StackTrace(false)
    static final class ThreadDeadlockEvent extends Event {
        @Label("Threads")
        int threads;

        @Label("Report")
        String report;
    }

    @Name("ringmaster.Starvation")
    @Label("Starvation")
    @Category("Ringmaster")
    @Description("Tasks wait for a thread or a quota, without a deadlock")
    @StackTrace(false)
    static final class StarvationEvent extends Event {
        @Label("Waiting Tasks")
        int waiting;

        @Label("Waited")
        @Timespan(Timespan.NANOSECONDS)
        long waited;

        @Label("Reason")
        String reason;
    }

    @Name("ringmaster.Overload")
    @Label("Overload")
    @Category("Ringmaster")
    @Description("A partition began or ceased to refuse what it could not have handled in time")
    @StackTrace(false)
    static final class OverloadEvent extends Event {
        @Label("Partition")
        int partition;

        @Label("Began")
        boolean began;

        @Label("Queued")
        @Timespan(Timespan.NANOSECONDS)
        long queued;

        @Label("Refused Submissions")
        long refused;
    }

    @Name("ringmaster.PlacementChange")
    @Label("Placement Change")
    @Category("Ringmaster")
    @Description("A type's tasks go to another container")
    @StackTrace(false)
    static final class PlacementChangeEvent extends Event {
        @Label("Task Type")
        String taskType;

        @Label("To")
        String to;

        @Label("Reason")
        String reason;
    }

    @Name("ringmaster.PartitionMove")
    @Label("Partition Move")
    @Category("Ringmaster")
    @Description("A partition was moved to another fire-worker's thread")
    @StackTrace(false)
    static final class PartitionMoveEvent extends Event {
        @Label("Partition")
        int partition;

        @Label("From Thread")
        int fromThread;

        @Label("To Thread")
        int toThread;

        @Label("From Load")
        @Percentage
        double fromLoad;

        @Label("To Load")
        @Percentage
        double toLoad;
    }
}
