/**
 * The jcstress classes: one for each lock-free protocol of the engine, run against the shipped code and never against a
 * copy of it.
 */
package io.ringmaster.stress;
