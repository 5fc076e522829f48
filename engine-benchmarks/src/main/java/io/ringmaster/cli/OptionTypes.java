package io.ringmaster.cli;

import io.ringmaster.eventbus.WaitMode;
import io.ringmaster.replay.Faults;
import io.ringmaster.task.Container;
import io.ringmaster.workflow.WorkflowShape;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** How option values are read. What breaks a rule is answered with the rule and the value; picocli names the option. */
final class OptionTypes {

    private OptionTypes() {}

    /** A whole number of 1 or more. */
    static final class Count implements ITypeConverter<Integer> {
        @Override
        public Integer convert(final String value) {
            try {
                final int count = Integer.parseInt(value);
                if (count >= 1) {
                    return count;
                }
            } catch (final NumberFormatException e) {
                // answered below
            }
            throw broken("must be a whole number from 1 to " + Integer.MAX_VALUE, value);
        }
    }

    /** A short time. */
    static final class Millis implements ITypeConverter<Integer> {
        private static final int MOST = 60_000;

        @Override
        public Integer convert(final String value) {
            try {
                final int millis = Integer.parseInt(value);
                if (millis >= 0 && millis <= MOST) {
                    return millis;
                }
            } catch (final NumberFormatException e) {
                // answered below
            }
            throw broken("must be a whole number from 0 to " + MOST, value);
        }
    }

    /** A time between two looks, in seconds; nanoseconds of it. */
    static final class Interval implements ITypeConverter<Long> {
        private static final double LEAST = 0.01;
        private static final double MOST = 3_600;

        @Override
        public Long convert(final String value) {
            final double seconds = number(value);
            if (seconds >= LEAST && seconds <= MOST) {
                return Math.round(seconds * TimeUnit.SECONDS.toNanos(1));
            }
            throw broken("must be a number of seconds from 0.01 to 3600", value);
        }
    }

    /** A whole number. */
    static final class Seed implements ITypeConverter<Long> {
        @Override
        public Long convert(final String value) {
            try {
                return Long.parseLong(value);
            } catch (final NumberFormatException e) {
                throw broken("must be a whole number of 64 bits", value);
            }
        }
    }

    /** A finite number of 0 or more. */
    static final class Speedup implements ITypeConverter<Double> {
        @Override
        public Double convert(final String value) {
            final double number = number(value);
            if (number >= 0 && number < Double.POSITIVE_INFINITY) {
                return number;
            }
            throw broken("must be a finite number of 0 or more", value);
        }
    }

    /** A finite number above 0. */
    static final class Factor implements ITypeConverter<Double> {
        @Override
        public Double convert(final String value) {
            final double number = number(value);
            if (number > 0 && number < Double.POSITIVE_INFINITY) {
                return number;
            }
            throw broken("must be a finite number above 0", value);
        }
    }

    /** What goes wrong on purpose. */
    static final class FaultSpec implements ITypeConverter<Faults> {
        @Override
        public Faults convert(final String value) {
            try {
                return Faults.parse(value);
            } catch (final IllegalArgumentException e) {
                throw new TypeConversionException(e.getMessage());
            }
        }
    }

    /** What idle fire-workers do. */
    static final class Wait implements ITypeConverter<WaitMode> {
        @Override
        public WaitMode convert(final String value) {
            return constant(WaitMode.values(), value);
        }
    }

    /** Where tasks run. */
    static final class Place implements ITypeConverter<Container> {
        @Override
        public Container convert(final String value) {
            return constant(Container.values(), value);
        }
    }

    /** The form of a generated workflow. */
    static final class Shape implements ITypeConverter<WorkflowShape> {
        @Override
        public WorkflowShape convert(final String value) {
            return constant(WorkflowShape.values(), value);
        }
    }

    /**
     * A constant's name as the command line has it.
     *
     * @param constant the constant.
     * @return in lower case, with dashes.
     */
    static String name(final Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** NaN for what is no number in decimal notation: Java's own parser also takes 0x1p3 and 1d. */
    private static double number(final String value) {
        return value.matches("[+-]?[0-9]*\\.?[0-9]*([eE][+-]?[0-9]+)?") && value.matches(".*[0-9].*")
                ? parsed(value)
                : Double.NaN;
    }

    private static double parsed(final String value) {
        try {
            return Double.parseDouble(value);
        } catch (final NumberFormatException e) {
            return Double.NaN;
        }
    }

    private static <E extends Enum<E>> E constant(final E[] constants, final String value) {
        for (final E each : constants) {
            if (name(each).equals(value)) {
                return each;
            }
        }
        final String names = Arrays.stream(constants).map(OptionTypes::name).collect(Collectors.joining(", "));
        throw broken("must be one of " + names, value);
    }

    private static TypeConversionException broken(final String rule, final String value) {
        return new TypeConversionException(rule + ": " + value);
    }
}
