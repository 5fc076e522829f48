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
                return new StallEvent(e);
            }
            if (event instanceof EngineEvent.HandOver e) {
                return new HandOverEvent(e);
            }
            if (event instanceof EngineEvent.ListenerReturned e) {
                return new ListenerReturnedEvent(e);
            }
            if (event instanceof EngineEvent.Zombie e) {
                return new ZombieEvent(e);
            }
            if (event instanceof EngineEvent.Deadlock e) {
                return new DeadlockEvent(e);
            }
            if (event instanceof EngineEvent.ThreadDeadlock e) {
                return new ThreadDeadlockEvent(e);
            }
            if (event instanceof EngineEvent.Starvation e) {
                return new StarvationEvent(e);
            }
            if (event instanceof EngineEvent.Overload e) {
                return new OverloadEvent(e);
            }
            if (event instanceof EngineEvent.PlacementChange e) {
                return new PlacementChangeEvent(e);
            }
            return new PartitionMoveEvent((EngineEvent.PartitionMove) event);
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

        StallEvent(final EngineEvent.Stall e) {
            partition = e.partition();
            call = e.call();
            taskId = e.taskId();
            taskType = e.type();
            held = e.heldNanos();
            threadName = e.thread();
            stack = e.stack();
            spare = e.spare();
        }
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

        HandOverEvent(final EngineEvent.HandOver e) {
            partition = e.partition();
            call = e.call();
            taskId = e.taskId();
            taskType = e.type();
            held = e.heldNanos();
            epoch = e.epoch();
        }
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

        ListenerReturnedEvent(final EngineEvent.ListenerReturned e) {
            partition = e.partition();
            listener = e.listener();
            events = e.events();
        }
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

        ZombieEvent(final EngineEvent.Zombie e) {
            taskId = e.taskId();
            taskType = e.type();
            attempt = e.attempt();
            silent = e.silentNanos();
            action = e.action();
            threadName = e.thread();
            stack = e.stack();
        }
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

        DeadlockEvent(final EngineEvent.Deadlock e) {
            victim = e.victim();
            taskType = e.type();
            tasks = e.tasks();
            cycle = e.cycle();
        }
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

        ThreadDeadlockEvent(final EngineEvent.ThreadDeadlock e) {
            threads = e.threads();
            report = e.report();
        }
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

        StarvationEvent(final EngineEvent.Starvation e) {
            waiting = e.waiting();
            waited = e.nanos();
            reason = e.reason();
        }
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

        OverloadEvent(final EngineEvent.Overload e) {
            partition = e.partition();
            began = e.began();
            queued = e.queueNanos();
            refused = e.refused();
        }
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

        PlacementChangeEvent(final EngineEvent.PlacementChange e) {
            taskType = e.type();
            to = e.to();
            reason = e.reason();
        }
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

        PartitionMoveEvent(final EngineEvent.PartitionMove e) {
            partition = e.partition();
            fromThread = e.fromThread();
            toThread = e.toThread();
            fromLoad = e.fromLoad();
            toLoad = e.toLoad();
        }
    }
}
