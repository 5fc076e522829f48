package io.ringmaster.eventbus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.ringmaster.eventbus.PartitionBalancer.Move;
import java.util.Arrays;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** Which partition goes to which thread, and when none does. */
class PartitionBalancerTest {
    private static final double EXACT = 1e-9;

    /** Partitions 0 to 3 on threads 0, 1, 0, 1. */
    private static final int[] DEALT = {0, 1, 0, 1};

    private static final boolean[] NONE = new boolean[4];
    private static final boolean[] ALL = {true, true};

    private static Move decide(final double... loads) {
        return new PartitionBalancer(2).decide(DEALT, loads, NONE, NONE, ALL);
    }

    @Test
    void shouldMoveTheSmallerOfTwoFromAFullThreadToAnIdlerOne() {
        final Move move = decide(0.6, 0.1, 0.35, 0);
        assertThat(move.partition()).isEqualTo(2);
        assertThat(move.fromThread()).isZero();
        assertThat(move.toThread()).isEqualTo(1);
        assertThat(move.fromLoad()).isCloseTo(0.95, within(EXACT));
        assertThat(move.toLoad()).isCloseTo(0.1, within(EXACT));
    }

    @Test
    void shouldMoveWhatBestHalvesTheDifference() {
        final int[] threadOf = {1, 0, 0, 0, 0};
        final double[] loads = {0.1, 0.05, 0.35, 0.2, 0.3};
        final Move move = new PartitionBalancer(2).decide(threadOf, loads, new boolean[5], new boolean[5], ALL);
        assertThat(move.partition())
                .as("0.9 and 0.1: half of the difference is 0.4")
                .isEqualTo(2);
    }

    @Test
    void shouldLeaveAThreadAloneThatIsNotFull() {
        assertThat(decide(0.4, 0, 0.4, 0)).isNull();
        assertThat(decide(0.4, 0, 0.41, 0)).isNotNull();
    }

    @Test
    void shouldHelpAThreadWithAQueueBeforeItIsFull() {
        final double[] loads = {0.3, 0, 0.2, 0};
        final boolean[] queued = {false, false, true, false};
        assertThat(new PartitionBalancer(2).decide(DEALT, loads, queued, NONE, ALL))
                .isNotNull();
        assertThat(decide(loads)).isNull();
        assertThat(new PartitionBalancer(2).decide(DEALT, new double[] {0.2, 0, 0.2, 0}, queued, NONE, ALL))
                .as("a queue of a thread that is hardly busy is a burst")
                .isNull();
    }

    @Test
    void shouldLeaveThreadsAloneThatAreAlike() {
        assertThat(decide(0.5, 0.25, 0.5, 0.25)).as("the idler one has half").isNull();
        assertThat(decide(0.5, 0.25, 0.5, 0.2)).isNotNull();
    }

    @Test
    void shouldNotMoveTheOnlyPartitionThatIsBusy() {
        assertThat(decide(1, 0, 0, 0)).isNull();
        assertThat(decide(0.98, 0, 0.02, 0)).as("too little to gain").isNull();
    }

    @Test
    void shouldNotMoveWhatHasJustMoved() {
        final boolean[] resting = {false, false, true, false};
        final double[] loads = {0.6, 0.1, 0.35, 0};
        assertThat(new PartitionBalancer(2)
                        .decide(DEALT, loads, NONE, resting, ALL)
                        .partition())
                .isZero();
        resting[0] = true;
        assertThat(new PartitionBalancer(2).decide(DEALT, loads, NONE, resting, ALL))
                .isNull();
    }

    @Test
    void shouldNeitherGiveToNorTakeFromAThreadThatIsHeld() {
        final double[] loads = {0.6, 0, 0.35, 0};
        assertThat(new PartitionBalancer(2).decide(DEALT, loads, NONE, NONE, new boolean[] {true, false}))
                .isNull();
        assertThat(new PartitionBalancer(2).decide(DEALT, loads, NONE, NONE, new boolean[] {false, true}))
                .isNull();
        final int[] threadOf = {0, 1, 0, 2};
        assertThat(new PartitionBalancer(3)
                        .decide(threadOf, loads, NONE, NONE, new boolean[] {true, false, true})
                        .toThread())
                .isEqualTo(2);
    }

    @Test
    void shouldDecideNothingForOneThread() {
        assertThat(new PartitionBalancer(1)
                        .decide(new int[] {0, 0}, new double[] {0.5, 0.5}, NONE, NONE, new boolean[] {true}))
                .isNull();
    }

    // ---- whatever the loads ------------------------------------------------------------------------------------

    /** Loads that a seed gives, no thread above 1, some partitions without any. */
    private static double[] loads(final SplittableRandom random, final int[] threadOf, final int threads) {
        final double[] loads = new double[threadOf.length];
        final double[] left = new double[threads];
        Arrays.fill(left, 1);
        for (int i = 0; i < loads.length; i++) {
            loads[i] = random.nextInt(4) == 0 ? 0 : random.nextDouble() * left[threadOf[i]];
            left[threadOf[i]] -= loads[i];
        }
        return loads;
    }

    private static int[] deal(final SplittableRandom random, final int partitions, final int threads) {
        final int[] threadOf = new int[partitions];
        for (int i = 0; i < partitions; i++) {
            threadOf[i] = random.nextInt(threads);
        }
        return threadOf;
    }

    private static double[] sums(final int[] threadOf, final double[] loads, final int threads) {
        final double[] sums = new double[threads];
        for (int i = 0; i < loads.length; i++) {
            sums[threadOf[i]] += loads[i];
        }
        return sums;
    }

    private static boolean[] random(final SplittableRandom random, final int length, final int oneIn) {
        final boolean[] flags = new boolean[length];
        for (int i = 0; i < length; i++) {
            flags[i] = random.nextInt(oneIn) == 0;
        }
        return flags;
    }

    private static boolean[] allOf(final int length) {
        final boolean[] flags = new boolean[length];
        Arrays.fill(flags, true);
        return flags;
    }

    @Property(tries = 2000)
    void shouldLowerTheHighestOfTheTwoByEachMove(
            @ForAll @IntRange(min = 1, max = 8) final int threads,
            @ForAll @IntRange(min = 1, max = 24) final int partitions,
            @ForAll final long seed) {
        final SplittableRandom random = new SplittableRandom(seed);
        final int[] threadOf = deal(random, partitions, threads);
        final double[] loads = loads(random, threadOf, threads);
        final boolean[] queued = random(random, partitions, 4);
        final boolean[] resting = random(random, partitions, 4);
        final boolean[] usable = random(random, threads, 2);
        final PartitionBalancer balancer = new PartitionBalancer(threads);
        final Move move = balancer.decide(threadOf, loads, queued, resting, usable);
        assertThat(balancer.decide(threadOf, loads, queued, resting, usable))
                .as("the same again")
                .isEqualTo(move);
        if (move == null) {
            return;
        }
        assertThat(threadOf[move.partition()]).isEqualTo(move.fromThread()).isNotEqualTo(move.toThread());
        assertThat(resting[move.partition()]).isFalse();
        assertThat(usable[move.fromThread()] && usable[move.toThread()]).isTrue();
        final double[] before = sums(threadOf, loads, threads);
        threadOf[move.partition()] = move.toThread();
        final double[] after = sums(threadOf, loads, threads);
        assertThat(move.fromLoad()).isCloseTo(before[move.fromThread()], within(EXACT));
        assertThat(move.toLoad()).isCloseTo(before[move.toThread()], within(EXACT));
        assertThat(Math.max(after[move.fromThread()], after[move.toThread()]))
                .isLessThanOrEqualTo(before[move.fromThread()] - PartitionBalancer.LEAST_GAIN + EXACT);
        assertThat(Arrays.stream(after).max().orElseThrow())
                .isLessThanOrEqualTo(Arrays.stream(before).max().orElseThrow());
    }

    /** With loads that stay as they are: few moves, none of them back, and at the end nobody is full beside an idle one. */
    @Property(tries = 1000)
    void shouldComeToRest(
            @ForAll @IntRange(min = 2, max = 8) final int threads,
            @ForAll @IntRange(min = 2, max = 24) final int partitions,
            @ForAll final long seed) {
        final SplittableRandom random = new SplittableRandom(seed);
        final int[] threadOf = deal(random, partitions, threads);
        final double[] loads = loads(random, threadOf, threads);
        final boolean[] none = new boolean[partitions];
        final boolean[] usable = allOf(threads);
        final PartitionBalancer balancer = new PartitionBalancer(threads);
        double squares = squares(sums(threadOf, loads, threads));
        int moves = 0;
        Move last = null;
        for (Move move = balancer.decide(threadOf, loads, none, none, usable);
                move != null;
                move = balancer.decide(threadOf, loads, none, none, usable)) {
            assertThat(last != null && last.partition() == move.partition() && last.fromThread() == move.toThread())
                    .as("a move back")
                    .isFalse();
            threadOf[move.partition()] = move.toThread();
            final double next = squares(sums(threadOf, loads, threads));
            assertThat(next).isLessThan(squares);
            squares = next;
            last = move;
            assertThat(++moves).isLessThanOrEqualTo(partitions * threads);
        }
        final double[] rest = sums(threadOf, loads, threads);
        final double most = Arrays.stream(rest).max().orElseThrow();
        final double least = Arrays.stream(rest).min().orElseThrow();
        if (most > PartitionBalancer.FULL && least < most / 2) {
            for (int i = 0; i < partitions; i++) {
                if (rest[threadOf[i]] == most) {
                    assertThat(Math.max(most - loads[i], least + loads[i]))
                            .as("nothing is left that would help")
                            .isGreaterThan(most - PartitionBalancer.LEAST_GAIN - EXACT);
                }
            }
        }
    }

    private static double squares(final double[] sums) {
        return Arrays.stream(sums).map(each -> each * each).sum();
    }
}
