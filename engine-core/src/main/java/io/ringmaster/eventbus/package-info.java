/**
 * The event path: the coordinator that places executors, the fire-workers that handle their events one at a time, and
 * the lease and monitor by which a partition survives a call that does not return.
 */
package io.ringmaster.eventbus;
