package io.ringmaster.capacity;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Several kinds of work, each with its share of the tasks; or one. Immutable. */
public final class WorkMix {
    private static final String FILE = "mix:";
    private static final int MOST_LINES = 64;
    private static final double MOST_WEIGHT = 1e9;

    private final List<Work> works;
    private final double[] weights;
    private final double total;

    private WorkMix(final List<Work> works, final double[] weights) {
        this.works = works;
        this.weights = weights;
        this.total =
                IntStream.range(0, weights.length).mapToDouble(i -> weights[i]).sum();
    }

    /**
     * Reads what the command line says.
     *
     * @param text a {@link Work}, or mix:FILE.
     * @return the mix.
     * @throws IllegalArgumentException with the rule and the value, and for a file its name and line.
     */
    public static WorkMix parse(final String text) {
        return text.startsWith(FILE)
                ? read(Path.of(text.substring(FILE.length())))
                : new WorkMix(List.of(Work.parse(text)), new double[] {1});
    }

    private static WorkMix read(final Path file) {
        final List<String> lines;
        try {
            lines = Files.isDirectory(file) ? null : Files.readAllLines(file);
        } catch (final CharacterCodingException e) {
            throw new IllegalArgumentException("must name a mix in UTF-8: " + file, e);
        } catch (final IOException e) {
            throw new IllegalArgumentException("must name a mix that can be read: " + file, e);
        }
        if (lines == null) {
            throw new IllegalArgumentException("must name a file, not a folder: " + file);
        }
        return parse(file.toString(), lines);
    }

    static WorkMix parse(final String file, final List<String> lines) {
        final List<Work> works = new ArrayList<>();
        final List<Double> weights = new ArrayList<>();
        for (int i = 0; i < lines.size(); i++) {
            final String line = lines.get(i).replaceFirst("#.*", "").strip();
            if (line.isEmpty()) {
                continue;
            }
            final String place = file + ": line " + (i + 1) + ": ";
            final String[] fields = line.split("\\s+");
            if (fields.length != 2) {
                throw new IllegalArgumentException(place + "must be a weight and a work, such as 90 noop: " + line);
            }
            weights.add(weight(place, fields[0]));
            try {
                works.add(Work.parse(fields[1]));
            } catch (final IllegalArgumentException e) {
                throw new IllegalArgumentException(place + e.getMessage(), e);
            }
            if (works.size() > MOST_LINES) {
                throw new IllegalArgumentException(place + "a mix must have at most " + MOST_LINES + " works: " + line);
            }
        }
        if (works.isEmpty()) {
            throw new IllegalArgumentException(file + ": must have a line with a weight and a work, such as 90 noop");
        }
        return new WorkMix(
                works, weights.stream().mapToDouble(Double::doubleValue).toArray());
    }

    private static double weight(final String place, final String text) {
        try {
            final double weight = Double.parseDouble(text);
            if (weight > 0 && weight <= MOST_WEIGHT) {
                return weight;
            }
        } catch (final NumberFormatException e) {
            // answered below
        }
        throw new IllegalArgumentException(place + "a weight must be a number above 0 and up to 1e9: " + text);
    }

    List<Work> works() {
        return works;
    }

    /** Draws the kind of the next task. */
    int pick(final SplittableRandom random) {
        if (works.size() == 1) {
            return 0;
        }
        double left = random.nextDouble(total);
        for (int i = 0; i < weights.length - 1; i++) {
            left -= weights[i];
            if (left < 0) {
                return i;
            }
        }
        return weights.length - 1;
    }

    /** The mean over all tasks. */
    double mean(final ToDoubleFunction<Work> figure) {
        return IntStream.range(0, weights.length)
                        .mapToDouble(i -> weights[i] * figure.applyAsDouble(works.get(i)))
                        .sum()
                / total;
    }

    /** How long the longest of them takes when nothing holds it up, in nanoseconds. */
    long longestNanos() {
        return works.stream().mapToLong(Work::nanos).max().orElse(0);
    }

    /** Returns whether any of them blocks its thread. */
    public boolean blocks() {
        return works.stream().anyMatch(each -> each.kind().blocks());
    }

    /**
     * Returns whether there is such a work.
     *
     * @param kind which.
     */
    public boolean has(final Work.Kind kind) {
        return works.stream().anyMatch(each -> each.kind() == kind);
    }

    /**
     * How long such works take per task of the mix, on average.
     *
     * @param kind which.
     * @return nanoseconds.
     */
    public double meanNanos(final Work.Kind kind) {
        return mean(each -> each.kind() == kind ? each.nanos() : 0);
    }

    @Override
    public String toString() {
        return works.size() == 1
                ? works.get(0).toString()
                : IntStream.range(0, weights.length)
                        .mapToObj(i -> Quantities.number(100 * weights[i] / total) + " % " + works.get(i))
                        .collect(Collectors.joining(", "));
    }
}
