/** The benchmarks' window into the engine's package of the same name. */
package io.ringmaster.eventbus;
