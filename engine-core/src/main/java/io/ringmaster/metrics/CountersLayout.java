package io.ringmaster.metrics;

/**
 * Where what stands in a counters file. All numbers are little-endian; an {@code int} has four bytes, a {@code long}
 * eight, each at a multiple of its size.
 *
 * <pre>
 *      0  +-----------------------------------------------------------------+  never changes once the file is there
 *         | header: what it is, whose it is, where the rest stands          |
 *    256  +-----------------------------------------------------------------+  written with each copy
 *         | status: version, state, when the copy was made                  |
 *    384  +-----------------------------------------------------------------+  never changes
 *         | metadata: a record for each counter                             |
 *         +-----------------------------------------------------------------+  written with each copy
 *         | values of the engine                                            |  a multiple of 128
 *         +-----------------------------------------------------------------+
 *         | values of partition 0 | of partition 1 | …                      |  each group a multiple of 128
 *         +-----------------------------------------------------------------+
 *         | values of thread 0 | of thread 1 | …                            |  likewise
 * length  +-----------------------------------------------------------------+
 *
 * header                                                  status
 *      0  magic, the 8 characters RINGMCTR                    256  long  version: odd while a copy is being made
 *      8  int   layout version                                264  long  state: a code of EngineState
 *     12  int   length of the header, 256                     272  long  time of the copy, ms since 1970
 *     16  long  length of the file                            280  long  the same by System.nanoTime()
 *     24  long  process id                                    288  long  how long the copy before lasted, ns
 *     32  long  start of the process, ms since 1970           296  0 up to 384
 *     40  long  start of the engine, ms since 1970
 *     48  long  the same by System.nanoTime()             record of the metadata
 *     56  long  copies are made about so often, ns              0  int   length of the record, a multiple of 8
 *     64  int   where the metadata begins                       4  int   id of the counter
 *     68  int   how many records it has                         8  int   owner: a code of CounterOwner
 *     72  int   how many bytes it has                          12  int   type: a code of CounterType
 *     76  int   how many kinds of owners follow, 3             16  int   where its value stands in a group
 *     80  engine:     int 1, int first group, int length       20  int   length of the label in bytes
 *     92  partitions: int n, int first group, int length       24  label in UTF-8, then zeros
 *    104  threads:    int n, int first group, int length
 *    116  int   length of the engine's name in bytes
 *    120  name in UTF-8, then zeros up to 256
 * </pre>
 *
 * <p>The value of a counter of owner {@code i} stands at {@code first group + i * length of a group + where it stands in a
 * group}. The layout version changes when a reader that keeps to this drawing would go wrong, and not when there are other
 * counters, longer records or longer groups.
 */
final class CountersLayout {
    static final byte[] MAGIC = {'R', 'I', 'N', 'G', 'M', 'C', 'T', 'R'};
    static final int LAYOUT_VERSION = 1;

    static final int VERSION_OF_LAYOUT = 8;
    static final int HEADER_LENGTH = 12;
    static final int FILE_LENGTH = 16;
    static final int PID = 24;
    static final int PROCESS_START = 32;
    static final int ENGINE_START = 40;
    static final int ENGINE_START_NANOS = 48;
    static final int INTERVAL = 56;
    static final int METADATA_OFFSET = 64;
    static final int METADATA_RECORDS = 68;
    static final int METADATA_LENGTH = 72;
    static final int OWNER_KINDS = 76;
    static final int OWNERS = 80;
    static final int NAME_LENGTH = 116;
    static final int NAME = 120;
    static final int HEADER_END = 256;

    /** Of what says how many owners of a kind there are, and where their groups stand. */
    static final int OWNER_BYTES = 12;

    static final int OWNER_COUNT = 0;
    static final int OWNER_OFFSET = 4;
    static final int OWNER_GROUP = 8;

    static final int VERSION = 256;
    static final int STATE = 264;
    static final int COPY_MILLIS = 272;
    static final int COPY_NANOS = 280;
    static final int COPY_LASTED = 288;
    static final int STATUS_END = 384;

    static final int RECORD_LENGTH = 0;
    static final int RECORD_ID = 4;
    static final int RECORD_OWNER = 8;
    static final int RECORD_TYPE = 12;
    static final int RECORD_OFFSET = 16;
    static final int RECORD_LABEL_LENGTH = 20;
    static final int RECORD_LABEL = 24;

    static final int VALUE_BYTES = Long.BYTES;

    /** Two cache lines: a group shares none with another one, nor one that a CPU fetches along with its own. */
    static final int GROUP_ALIGNMENT = 128;

    private CountersLayout() {}

    static int align(final int value, final int to) {
        return (value + to - 1) / to * to;
    }
}
