package io.ringmaster.reporting;

import io.ringmaster.client.OutboxSnapshot;
import io.ringmaster.client.ReporterSettings;
import io.ringmaster.client.TaskReport;
import io.ringmaster.client.TaskReportChannel;
import io.ringmaster.task.Refusal;
import io.ringmaster.task.RetryPolicy;
import io.ringmaster.task.Step;
import io.ringmaster.task.TaskContext;
import io.ringmaster.task.TaskSpec;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * One random history of Masters that dispatch, repeat, supersede and reassign tasks, over channels that throw, lose, delay,
 * double and reorder what goes through them, both ways. Whatever happens, in the end every run that anybody still asks for
 * has told each of its events to somebody, nothing is left in an outbox, and no run was started twice.
 */
final class ReporterHistory {
    private static final int MASTERS = 3;
    private static final int IDS = 12;
    private static final long LONGEST_NANOS = TimeUnit.MILLISECONDS.toNanos(400);

    /** What one Master has seen of its runs. */
    private final class Peer implements TaskReportChannel {
        private final String name;
        private final Map<Master.Run, Long> last = new HashMap<>();

        Peer(final String name) {
            this.name = name;
        }

        @Override
        public void send(final String destination, final List<TaskReport> reports) {
            check(destination.equals(name), "%s gets what is for %s", name, destination);
            check(reports.size() <= settings.maxBatch(), "a batch of %d", reports.size());
            final int choice = calm ? 0 : random.nextInt(10);
            if (choice < 5) {
                take(reports);
            } else if (choice < 8) {
                late.add(() -> take(reports));
                if (choice == 7) {
                    late.add(() -> take(reports));
                }
            } else if (choice == 8) {
                count("throws");
                throw new IllegalStateException("no connection");
            }
            if (!calm && random.nextInt(20) == 0) {
                act(); // in the middle of a call
            }
        }

        private void take(final List<TaskReport> reports) {
            for (final TaskReport each : reports) {
                final Master.Run run = Master.Run.of(each);
                final long before = last.getOrDefault(run, 0L);
                if (each.sequence() > before) {
                    final long known = Math.max(before, acknowledged.getOrDefault(run, 0L));
                    check(
                            each.sequence() - each.coalesced() <= known + 1,
                            "%s knows %s up to %d and is told %s",
                            name,
                            run,
                            known,
                            each);
                    last.put(run, each.sequence());
                    cover(run, each);
                }
                acknowledge(run);
            }
        }

        private void cover(final Master.Run run, final TaskReport report) {
            final Set<Long> all = told.computeIfAbsent(run, each -> new HashSet<>());
            for (long i = report.sequence() - report.coalesced(); i <= report.sequence(); i++) {
                all.add(i);
            }
            if (report.coalesced() > 0) {
                count("coalesced");
            }
            if (report.isFinal()) {
                final Long ended = ends.put(run, report.sequence());
                check(ended == null || ended == report.sequence() || !remembers, "%s ended twice", run);
            }
        }

        private void acknowledge(final Master.Run run) {
            final long sequence = last.get(run);
            final Runnable ack = () -> {
                acknowledged.merge(run, sequence, Math::max);
                virtual.client().acknowledge(name, run.taskId(), run.epoch(), sequence);
            };
            final int choice = calm ? 0 : random.nextInt(8);
            if (choice < 4) {
                ack.run();
            } else if (choice < 6) {
                late.add(ack);
                if (choice == 5) {
                    late.add(ack);
                    ack.run();
                }
            }
        }
    }

    private final SplittableRandom random;
    private final ReporterSettings settings;
    private final VirtualClient virtual;
    private final List<Peer> peers = new ArrayList<>();
    /** Messages on their way. */
    private final List<Runnable> late = new ArrayList<>();

    private final Map<Master.Run, Integer> executions = new HashMap<>();
    private final Map<Master.Run, Set<Long>> told = new HashMap<>();
    private final Map<Master.Run, Long> ends = new HashMap<>();
    private final Map<Master.Run, Long> acknowledged = new HashMap<>();
    private final Set<Master.Run> accepted = new HashSet<>();
    private final long[] epochs = new long[IDS];
    private final Map<String, Long> counts = new TreeMap<>();
    private final boolean remembers;
    private boolean calm;
    private Throwable failure;

    ReporterHistory(final long seed) {
        random = new SplittableRandom(seed);
        remembers = random.nextInt(4) > 0;
        settings = new ReporterSettings(
                1 + random.nextInt(50),
                100 + random.nextInt(500),
                1 + random.nextInt(12),
                2 + random.nextInt(10),
                2 + random.nextInt(5),
                remembers ? 1_000_000 : random.nextInt(4));
        virtual = new VirtualClient(settings, context -> {});
        for (int i = 0; i < MASTERS; i++) {
            final Peer peer = new Peer("m" + i);
            peers.add(peer);
            virtual.client().connect(peer.name, peer);
        }
    }

    Map<String, Long> counts() {
        return counts;
    }

    private void count(final String what) {
        counts.merge(what, 1L, Long::sum);
    }

    /** What fails within a channel or a task would be caught there. */
    private void check(final boolean holds, final String message, final Object... details) {
        if (!holds && failure == null) {
            failure = new AssertionError(String.format(message, details));
        }
    }

    void play() throws Exception {
        try {
            for (int turn = 100 + random.nextInt(400); turn > 0 && failure == null; turn--) {
                turn();
                for (final OutboxSnapshot each : virtual.client().outboxes()) {
                    check(each.liveTasks() + each.waitingTasks() <= settings.outboxCapacity(), "too many: %s", each);
                }
            }
            calm = true;
            for (long id = 0; id < IDS; id++) {
                virtual.client().kill(-1, id);
            }
            while (!late.isEmpty()) {
                late.remove(random.nextInt(late.size())).run();
            }
            final boolean drained = virtual.client().drain(60, TimeUnit.SECONDS);
            check(
                    drained,
                    "never drained: %s %s",
                    virtual.client().outboxes(),
                    virtual.client().unacknowledged(100));
            verify();
        } finally {
            virtual.close();
        }
        if (failure != null) {
            throw new AssertionError(failure.getMessage(), failure);
        }
    }

    private void verify() {
        for (final OutboxSnapshot each : virtual.client().outboxes()) {
            check(
                    each.liveTasks() == 0 && each.waitingTasks() == 0 && each.unacknowledged() == 0,
                    "something is left: %s",
                    each);
            counts.merge("resent", each.resent(), Long::sum);
            counts.merge("duplicate acks", each.duplicateAcks(), Long::sum);
            counts.merge("unknown acks", each.unknownAcks(), Long::sum);
        }
        executions.forEach((run, times) -> check(times == 1 || !remembers, "%s was started %d times", run, times));
        for (final Master.Run run : accepted) {
            if (run.epoch() < epochs[(int) run.taskId()]) {
                continue; // the Master that asked for a later one may have given it up
            }
            final Long end = ends.get(run);
            check(end != null, "nobody was told the end of %s", run);
            // Without a memory a repeated dispatch is a new run with numbers of its own.
            if (end != null && remembers) {
                check(told.get(run).size() == end, "of %s some events were told to nobody: %s", run, told.get(run));
            }
        }
    }

    private void turn() {
        final int choice = random.nextInt(100);
        if (choice < 25) {
            virtual.client().invoker().fireWorker(random.nextInt(2));
        } else if (choice < 45) {
            virtual.client().invoker().reporter();
        } else if (choice < 60) {
            final long idle = virtual.client().invoker().idleNanos();
            virtual.passNanos(random.nextInt(3) == 0 ? random.nextLong(LONGEST_NANOS) : Math.min(idle, LONGEST_NANOS));
        } else if (choice < 75) {
            if (!late.isEmpty()) {
                late.remove(random.nextInt(late.size())).run();
            }
        } else {
            act();
        }
    }

    /** Something a Master or an operator does. */
    private void act() {
        final long id = random.nextInt(IDS);
        final String name = "m" + random.nextInt(MASTERS);
        final int choice = random.nextInt(20);
        if (choice < 7) {
            dispatch(name, id, epochs[(int) id]);
        } else if (choice < 9) {
            dispatch(name, id, epochs[(int) id] + 1);
        } else if (choice < 10) {
            dispatch(name, id, Math.max(0, epochs[(int) id] - 1));
        } else if (choice < 14) {
            final Refusal refusal = virtual.reassign(id, name);
            count("reassign " + (refusal == null ? "taken" : refusal));
        } else if (choice < 15) {
            virtual.client().kill(-1, id);
        } else if (choice < 16) {
            virtual.client().pause(-1, id);
        } else if (choice < 17) {
            virtual.client().resume(-1, id);
        } else if (choice < 18) {
            virtual.client().acknowledge(name, id, 1_000, 1 + random.nextInt(50));
        } else if (choice < 19) {
            virtual.client().connect(name, peers.get(name.charAt(1) - '0'));
        } else {
            virtual.client().explain(id);
        }
    }

    private void dispatch(final String name, final long id, final long epoch) {
        final Master.Run run = new Master.Run(id, epoch);
        final int kind = random.nextInt(4);
        final int steps = 1 + random.nextInt(8);
        final Consumer<TaskContext> first = context -> {
            if (context.attempt() == 1) {
                executions.merge(run, 1, Integer::sum);
            }
        };
        final int[] done = {0};
        final TaskSpec spec = TaskSpec.builder(id)
                .retryPolicy(RetryPolicy.fixed(2, TimeUnit.MILLISECONDS.toNanos(5)))
                .task(context -> {
                    if (done[0]++ == 0) {
                        first.accept(context);
                    }
                    context.progress(done[0]);
                    if (kind == 3 && done[0] == steps) {
                        throw new IllegalStateException("on purpose");
                    }
                    return done[0] >= steps
                            ? Step.DONE
                            : kind == 0 ? Step.AGAIN_NOW : context.againAfter(10, TimeUnit.MILLISECONDS);
                })
                .build();
        final long correlation = virtual.nextCorrelation();
        virtual.client().dispatch(correlation, name, epoch, spec);
        final List<VirtualClient.Answer> answers = virtual.answers(correlation);
        check(answers.size() == 1, "a dispatch has the answers %s", answers);
        final Refusal refusal = answers.get(0).refusal();
        count("dispatch " + (refusal == null ? "taken" : refusal));
        if (refusal == null) {
            accepted.add(run);
            epochs[(int) id] = Math.max(epochs[(int) id], epoch);
        }
    }
}
