package io.ringmaster.guard;

import java.util.List;

/** Where samples come from: processes, or in tests a simulation. */
@FunctionalInterface
interface Forks {
    /**
     * Measures a scenario once.
     *
     * @param build    with which build.
     * @param scenario which.
     * @return a sample of each of its benchmarks.
     * @throws ForkFailedException  if the build can't run it.
     * @throws InterruptedException if the caller is to stop.
     */
    List<Sample> run(Build build, String scenario) throws ForkFailedException, InterruptedException;
}
