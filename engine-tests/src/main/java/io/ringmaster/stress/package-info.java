/**
 * What the jcstress classes share. Each of them lies in the package of the class it stresses, drives the shipped code
 * and never a copy of it, and is named in the comment of the ordering it checks.
 *
 * <p>Only negative controls are copies: the same protocol with one ordering taken away. Their names end in
 * NegativeControl, and what goes wrong in them is an interesting outcome: it shows that this machine and this harness can
 * see the bug at all, so that its absence elsewhere means something. scripts/jcstress expects to see it.
 *
 * <p>Every test has two actors: two CPUs are enough to run them all. What a third would do is done by the arbiter.
 */
package io.ringmaster.stress;
