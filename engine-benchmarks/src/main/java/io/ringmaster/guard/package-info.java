/**
 * The performance guard, {@code scripts/compare}: is one build slower than another, or does it allocate more?
 *
 * <pre>
 * Comparison ── A B B A … ─► ForkProcess ─► GuardFork, a process of its own, over one build's jar:
 *     │                                         round: control, phase, control, phase, …  (RawControl, GuardedScenario)
 *     │                                         value: a low quantile of the phase over that of the control
 *     ├─ Noise: A against A, what is guarded
 *     └─ Judge: the pairs' ratios ─► PairedRatio's interval ─► better, same, worse, can't tell
 * </pre>
 */
package io.ringmaster.guard;
