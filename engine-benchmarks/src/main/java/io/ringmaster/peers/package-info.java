/**
 * The peers that the engine is held against: the same tasks, in the same run, on executors, event loops, actors, queues
 * and rings of the field, and on a model of the polling design that the engine replaces.
 *
 * <p>They don't promise the same. A bare queue runs what it is given and forgets it; the engine gives every task an id, a
 * state, a listener's events, a handle and a place in its ledger, and can kill, pause and explain it. So each figure
 * stands beside what its peer guarantees ({@link io.ringmaster.peers.Guarantees}), and the tasks' own code counts, the same
 * code for all.
 *
 * <p>{@link io.ringmaster.peers.PeerRig} measures each peer in a fresh JVM per round ({@link
 * io.ringmaster.peers.PeerFork}), with the peers' order rotated from round to round, and takes medians over rounds.
 */
package io.ringmaster.peers;
