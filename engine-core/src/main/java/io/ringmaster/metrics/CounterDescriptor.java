package io.ringmaster.metrics;

/**
 * A counter as the metadata of a file has it; of an engine of another version perhaps.
 *
 * @param id     its id.
 * @param owner  whose it is.
 * @param type   how its value is to be read.
 * @param label  its name, unique among those of its owner.
 * @param offset where its value stands in a group, in bytes.
 */
public record CounterDescriptor(int id, CounterOwner owner, CounterType type, String label, int offset) {}
