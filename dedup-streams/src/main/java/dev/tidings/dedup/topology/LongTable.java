package dev.tidings.dedup.topology;

/**
 * Numbers under keys of one or two numbers: an open-addressed table, since a million entries as
 * objects are what the garbage collector would be busy with.
 *
 * <p>Beside the slots stands a byte for each: nothing, or a few bits of the key's hash. Who asks
 * for what is not there, as every first occurrence does, looks into these alone: they are near the
 * processor where the slots, many times as large, are not. One thread.
 */
final class LongTable {
  /** No slot. */
  static final int ABSENT = -1;

  private static final int FIRST_CAPACITY = 64;
  private static final long SPREAD = 0x9E3779B97F4A7C15L;
  private static final byte FREE = 0;

  private final boolean hasPairs;
  private final int valueAt;
  private final int width;
  private byte[] tags = new byte[FIRST_CAPACITY];
  private long[] slots;
  private int size;

  private LongTable(boolean hasPairs, int values) {
    this.hasPairs = hasPairs;
    this.valueAt = hasPairs ? 2 : 1;
    this.width = valueAt + values;
    this.slots = new long[FIRST_CAPACITY * width];
  }

  /** With keys of one number, and so many values under each. */
  static LongTable ofSingles(int values) {
    return new LongTable(false, values);
  }

  /** With keys of two numbers, and so many values under each. */
  static LongTable ofPairs(int values) {
    return new LongTable(true, values);
  }

  /** Where a key of one number is, or {@link #ABSENT}; until something is added or removed. */
  int find(long key) {
    return find(key, 0);
  }

  /** Where a key is, or {@link #ABSENT}; until something is added or removed. */
  int find(long high, long low) {
    int slot = slot(high, low);
    return tags[slot] == FREE ? ABSENT : slot;
  }

  /** Adds a key of one number that is not here, with values that are yet to be set. */
  int add(long key) {
    return add(key, 0);
  }

  /** Adds a key that is not here, with values that are yet to be set. */
  int add(long high, long low) {
    if (++size > tags.length / 2) {
      grow();
    }
    int slot = slot(high, low);
    tags[slot] = tag(hash(high, low));
    slots[slot * width] = high;
    if (hasPairs) {
      slots[slot * width + 1] = low;
    }
    return slot;
  }

  long get(int slot, int value) {
    return slots[slot * width + valueAt + value];
  }

  void set(int slot, int value, long to) {
    slots[slot * width + valueAt + value] = to;
  }

  /** Removes what is there. Moves those behind it up, so that no slot is wasted on what is gone. */
  void remove(int slot) {
    int gap = slot;
    for (int next = after(gap); tags[next] != FREE; next = after(next)) {
      int home = hash(high(slots, next), low(slots, next)) & (tags.length - 1);
      boolean mayMove = gap <= next ? home <= gap || home > next : home <= gap && home > next;
      if (mayMove) {
        tags[gap] = tags[next];
        System.arraycopy(slots, next * width, slots, gap * width, width);
        gap = next;
      }
    }
    tags[gap] = FREE;
    size--;
  }

  /** How many keys there are. */
  int size() {
    return size;
  }

  /** Makes room for so many keys at once, instead of in many steps. */
  void reserve(int keys) {
    int capacity = tags.length;
    while (capacity / 2 < keys && capacity * 2L * width < Integer.MAX_VALUE) {
      capacity *= 2;
    }
    if (capacity > tags.length) {
      resize(capacity);
    }
  }

  private void grow() {
    resize(2 * tags.length);
  }

  private void resize(int capacity) {
    byte[] tagsBefore = tags;
    long[] slotsBefore = slots;
    tags = new byte[capacity];
    slots = new long[capacity * width];
    for (int from = 0; from < tagsBefore.length; from++) {
      if (tagsBefore[from] != FREE) {
        int slot = slot(high(slotsBefore, from), low(slotsBefore, from));
        tags[slot] = tagsBefore[from];
        System.arraycopy(slotsBefore, from * width, slots, slot * width, width);
      }
    }
  }

  private long high(long[] in, int slot) {
    return in[slot * width];
  }

  private long low(long[] in, int slot) {
    return hasPairs ? in[slot * width + 1] : 0;
  }

  /** Where it is or would be. */
  private int slot(long high, long low) {
    int hash = hash(high, low);
    byte tag = tag(hash);
    int slot = hash & (tags.length - 1);
    while (tags[slot] != FREE
        && (tags[slot] != tag || high(slots, slot) != high || low(slots, slot) != low)) {
      slot = after(slot);
    }
    return slot;
  }

  private int after(int slot) {
    return (slot + 1) & (tags.length - 1);
  }

  /** A header can say any key, so that even hashes are hashed. */
  static int hash(long high, long low) {
    return (int) ((high ^ Long.rotateLeft(low, 32)) * SPREAD >>> 32);
  }

  /** Of those bits that say least about where its slot is, and never {@link #FREE}. */
  private static byte tag(int hash) {
    return (byte) (hash >>> 25 | 0x80);
  }
}
