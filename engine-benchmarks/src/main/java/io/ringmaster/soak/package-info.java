/** The fault-injection soak: every fault at random from a printed seed, and what must hold all the same. */
package io.ringmaster.soak;
