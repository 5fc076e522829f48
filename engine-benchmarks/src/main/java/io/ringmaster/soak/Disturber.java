package io.ringmaster.soak;

import io.ringmaster.TaskEngine;
import io.ringmaster.TaskFilter;
import io.ringmaster.resilience.Quota;
import io.ringmaster.resilience.Quotas;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Kills, pauses, resumes and signals at random, changes quotas, moves tasks between Masters, and asks questions. */
final class Disturber implements Runnable {
    private static final long PAUSE_NANOS = TimeUnit.MICROSECONDS.toNanos(500);
    private static final int ACTIONS = 1_000;

    private final SoakRig rig;
    private final TaskBook book;
    private final SplittableRandom random;
    private volatile boolean stopped;

    Disturber(final SoakRig rig, final TaskBook book, final SplittableRandom random) {
        this.rig = rig;
        this.book = book;
        this.random = random;
    }

    void stop() {
        stopped = true;
    }

    @Override
    public void run() {
        while (!stopped) {
            try {
                disturb(random.nextInt(ACTIONS));
            } catch (final Throwable t) {
                book.violation("a request", "has thrown " + t);
            }
            LockSupport.parkNanos(this, PAUSE_NANOS + random.nextLong(2 * PAUSE_NANOS));
        }
    }

    private void disturb(final int action) {
        final SoakTask task = book.someRun(random);
        if (action < 10) {
            askOrCollect(action);
        } else if (action < 20) {
            changeQuota();
        } else if (task == null) {
            return;
        } else if (action < 800) {
            steer(task.id, action);
        } else if (action < 820) {
            steerGroup(book.groupOf(task), action);
        } else if (action < 850) {
            rig.submitDirectly(book.newRun(task.id, SoakTask.NO_EPOCH, Fault.NONE));
        } else if (task.isReported()) {
            bother(task, action);
        }
    }

    private void steer(final long id, final int action) {
        final TaskEngine engine = rig.client().engine();
        switch (action % 8) {
            case 0 -> engine.kill(id);
            case 1, 2 -> engine.pause(id);
            case 3, 4, 5 -> engine.resume(id);
            default -> engine.signal(id);
        }
    }

    private void steerGroup(final long group, final int action) {
        final TaskEngine engine = rig.client().engine();
        switch (action % 4) {
            case 0 -> engine.killGroup(group);
            case 1 -> engine.pauseGroup(group);
            default -> engine.resumeGroup(group);
        }
    }

    /** A Master that asks twice, for another run, or for another Master's task. */
    private void bother(final SoakTask task, final int action) {
        final Master master = rig.someMaster(random);
        if (action < 900) {
            move(task, master);
            rig.client().reassign(0, task.id, master.name());
        } else if (action < 970) {
            final SoakTask again = book.repeat(task);
            task.joinedBy(again);
            move(task, master);
            rig.dispatch(again, master);
        } else if (action < 990) {
            final long last =
                    task.family().stream().mapToLong(each -> each.epoch).max().getAsLong();
            final SoakTask next = book.newRun(task.id, last + 1, Fault.NONE);
            task.joinedBy(next);
            task.family().forEach(each -> each.reportsGivenUp |= each != next);
            rig.dispatch(next, master);
        } else {
            master.reconnect();
        }
    }

    private static void move(final SoakTask task, final Master master) {
        for (final SoakTask each : task.family()) {
            each.moved = true;
            each.reportsGivenUp |= master.line() == Master.Line.DEAD;
        }
    }

    private void askOrCollect(final int action) {
        final TaskEngine engine = rig.client().engine();
        switch (action) {
            case 0, 1 -> {
                final SoakTask task = book.someRun(random);
                if (task != null) {
                    rig.client().explain(task.id);
                }
            }
            case 2 -> engine.list(TaskFilter.ALL, Long.MIN_VALUE, 100);
            case 3 -> engine.metrics();
            case 4 -> engine.health();
            case 5 -> rig.client().unacknowledged(100);
            case 6 -> {
                if (random.nextInt(5) == 0) {
                    System.gc();
                }
            }
            default -> rig.client().outboxes();
        }
    }

    /** Tight, loose or none; each task that waits for it may start at some time. */
    private void changeQuota() {
        final String tenant = TaskBook.tenantName(random.nextInt(TaskBook.tenants()));
        final List<Fault> faults = List.copyOf(rig.faults());
        final Quotas quotas = rig.client().engine().quotas();
        final Quota quota =
                switch (random.nextInt(4)) {
                    case 0 ->
                        quotas.type(faults.get(random.nextInt(faults.size())).label());
                    case 1 -> quotas.engine();
                    default -> quotas.tenant(tenant);
                };
        final boolean tight = random.nextInt(3) == 0;
        switch (random.nextInt(3)) {
            case 0 -> quota.maxLive(tight ? 20 + random.nextInt(500) : SoakRig.MAX_LIVE);
            case 1 -> {
                if (tight) {
                    quota.submissionsPerSecond(50 + random.nextInt(1_000), 1 + random.nextInt(100));
                } else {
                    quota.unlimitedSubmissions();
                }
            }
            default -> quota.exclusiveThreads(tight ? 1 + random.nextInt(8) : Quota.NO_EXCLUSIVE_LIMIT);
        }
    }
}
