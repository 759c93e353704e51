package dev.tidings.informer.rv;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Base64;
import java.util.Set;
import java.util.zip.CRC32C;
import org.apache.kafka.common.Uuid;
import org.jspecify.annotations.Nullable;

/**
 * A position in a topic: per partition, the offset below which everything is included.
 *
 * <p>It does not depend on which process served it, so a reader can resume from it anywhere. It
 * carries the topic's id, so that one taken from a topic that was deleted and created again under
 * the same name is recognised. A partition that is not named is at offset 0; so partitions can be
 * added to the topic, and trailing zeros make no difference.
 *
 * <p>As text it is opaque and URL-safe. Its bytes, in base64url without padding:
 *
 * <pre>
 *   +---------+----------+-----------+------------------+--------+--------+
 *   | version | topic id | count     | count × offset   | expiry | CRC32C |
 *   | 1 byte  | 16 bytes | varint    | varint each      | varint | 4 bytes|
 *   +---------+----------+-----------+------------------+--------+--------+
 * </pre>
 *
 * <p>Version 2 has the expiry, version 1 not: that is for readers whose objects do not expire.
 *
 * <p>Immutable, safe for any thread.
 */
public final class ResourceVersion {
  private static final byte FORMAT = 1;
  private static final byte FORMAT_WITH_EXPIRY = 2;
  private static final int TOPIC_ID_BYTES = 16;
  private static final int CHECKSUM_BYTES = 4;
  private static final int MAX_VARINT_BYTES = 10;
  private static final int MAX_PARTITIONS = 65_536;
  private static final int MAX_TEXT_LENGTH = 1 << 20;

  private final Uuid topicId;
  // Never ends with a zero: equal positions are equal arrays.
  private final long[] offsets;
  private final long expiry;

  private ResourceVersion(Uuid topicId, long[] offsets, long expiry) {
    this.topicId = topicId;
    this.offsets = offsets;
    this.expiry = expiry;
  }

  /** The position before everything in a topic. */
  public static ResourceVersion beginning(Uuid topicId) {
    return new ResourceVersion(topicId, new long[0], 0);
  }

  /**
   * A position in a topic.
   *
   * @param offsets of partition 0, 1, 2 and so on; copied
   * @throws IllegalArgumentException if an offset is negative
   */
  public static ResourceVersion of(Uuid topicId, long... offsets) {
    if (offsets.length > MAX_PARTITIONS) {
      throw new IllegalArgumentException(
          "A resource version has at most "
              + MAX_PARTITIONS
              + " partitions, not "
              + offsets.length);
    }
    int length = offsets.length;
    while (length > 0 && offsets[length - 1] == 0) {
      length--;
    }
    for (int partition = 0; partition < length; partition++) {
      if (offsets[partition] < 0) {
        throw new IllegalArgumentException(
            "Offset " + offsets[partition] + " of partition " + partition + " is negative");
      }
    }
    return new ResourceVersion(topicId, Arrays.copyOf(offsets, length), 0);
  }

  /**
   * Reads what {@link #asText()} wrote.
   *
   * @throws IllegalArgumentException if this is anything else, with a message for people
   */
  public static ResourceVersion parse(String text) {
    if (text.isEmpty()) {
      throw new IllegalArgumentException("A resource version cannot be empty");
    }
    if (text.length() > MAX_TEXT_LENGTH) {
      throw malformed(text, "it is too long");
    }
    byte[] bytes;
    try {
      bytes = Base64.getUrlDecoder().decode(text);
    } catch (IllegalArgumentException e) {
      throw malformed(text, "it has characters that none has");
    }
    if (bytes.length == 0 || (bytes[0] != FORMAT && bytes[0] != FORMAT_WITH_EXPIRY)) {
      throw malformed(text, "its format is unknown to this version");
    }
    if (bytes.length < 1 + TOPIC_ID_BYTES + 1 + CHECKSUM_BYTES) {
      throw malformed(text, "it is too short");
    }
    ByteBuffer in = ByteBuffer.wrap(bytes);
    int end = bytes.length - CHECKSUM_BYTES;
    if (in.getInt(end) != checksum(bytes, end)) {
      throw malformed(text, "it is damaged or incomplete");
    }
    in.limit(end).position(1);
    Uuid topicId = new Uuid(in.getLong(), in.getLong());
    long count = readVarint(in, text);
    if (count < 0 || count > Math.min(MAX_PARTITIONS, in.remaining())) {
      throw malformed(text, "its length is wrong");
    }
    long[] offsets = new long[(int) count];
    for (int partition = 0; partition < offsets.length; partition++) {
      offsets[partition] = readVarint(in, text);
      if (offsets[partition] < 0) {
        throw malformed(text, "an offset is negative");
      }
    }
    long expiry = bytes[0] == FORMAT_WITH_EXPIRY ? readVarint(in, text) : 0;
    if (expiry < 0) {
      throw malformed(text, "a time is negative");
    }
    ResourceVersion parsed = of(topicId, offsets).withExpiry(expiry);
    // One text per position: refuses overlong numbers, trailing zeros and stray bits.
    if (!parsed.asText().equals(text)) {
      throw malformed(text, "it is not in its shortest form");
    }
    return parsed;
  }

  /** The topic's id: another one after the topic was deleted and created again. */
  public Uuid topicId() {
    return topicId;
  }

  /** How many partitions are named; those after are at offset 0. */
  public int partitions() {
    return offsets.length;
  }

  /** The offset below which everything of this partition is included. */
  public long offset(int partition) {
    return partition < offsets.length ? offsets[partition] : 0;
  }

  /** The offsets of the named partitions, as a copy. */
  public long[] offsets() {
    return offsets.clone();
  }

  /** This position with another offset for one partition. */
  public ResourceVersion with(int partition, long offset) {
    long[] changed = Arrays.copyOf(offsets, Math.max(offsets.length, partition + 1));
    changed[partition] = offset;
    return of(topicId, changed).withExpiry(expiry);
  }

  /**
   * This position with these partitions only: the others are at offset 0.
   *
   * @param partitions null for all
   */
  public ResourceVersion only(@Nullable Set<Integer> partitions) {
    if (partitions == null) {
      return this;
    }
    long[] some = offsets.clone();
    for (int partition = 0; partition < some.length; partition++) {
      if (!partitions.contains(partition)) {
        some[partition] = 0;
      }
    }
    return of(topicId, some).withExpiry(expiry);
  }

  /**
   * How far the expiry of objects is included: a place in the order in which they expire, 0 for not
   * at all. Opaque; grows with time.
   */
  public long expiry() {
    return expiry;
  }

  /**
   * This position with another place in the order of expiry.
   *
   * @throws IllegalArgumentException if it is negative
   */
  public ResourceVersion withExpiry(long expiry) {
    if (expiry < 0) {
      throw new IllegalArgumentException("The place " + expiry + " is negative");
    }
    return expiry == this.expiry ? this : new ResourceVersion(topicId, offsets, expiry);
  }

  /**
   * Whether everything that the other position includes is included here: the same topic, and no
   * partition behind. A partial order: of two positions neither may be at least the other. Expiry,
   * which every reader finds out by itself, does not count.
   */
  public boolean isAtLeast(ResourceVersion other) {
    if (!topicId.equals(other.topicId) || offsets.length < other.offsets.length) {
      // The last offset of the longer one is not 0.
      return false;
    }
    for (int partition = 0; partition < other.offsets.length; partition++) {
      if (offsets[partition] < other.offsets[partition]) {
        return false;
      }
    }
    return true;
  }

  /** The text to store and to pass on; {@link #parse} reads it. */
  public String asText() {
    ByteBuffer out =
        ByteBuffer.allocate(
            1 + TOPIC_ID_BYTES + MAX_VARINT_BYTES * (2 + offsets.length) + CHECKSUM_BYTES);
    out.put(expiry == 0 ? FORMAT : FORMAT_WITH_EXPIRY);
    out.putLong(topicId.getMostSignificantBits());
    out.putLong(topicId.getLeastSignificantBits());
    writeVarint(out, offsets.length);
    for (long offset : offsets) {
      writeVarint(out, offset);
    }
    if (expiry != 0) {
      writeVarint(out, expiry);
    }
    out.putInt(checksum(out.array(), out.position()));
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(Arrays.copyOf(out.array(), out.position()));
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ResourceVersion that
        && topicId.equals(that.topicId)
        && expiry == that.expiry
        && Arrays.equals(offsets, that.offsets);
  }

  @Override
  public int hashCode() {
    return 31 * (31 * topicId.hashCode() + Arrays.hashCode(offsets)) + Long.hashCode(expiry);
  }

  /** The same as {@link #asText()}. */
  @Override
  public String toString() {
    return asText();
  }

  private static void writeVarint(ByteBuffer out, long value) {
    long rest = value;
    while ((rest & ~0x7FL) != 0) {
      out.put((byte) (rest | 0x80));
      rest >>>= 7;
    }
    out.put((byte) rest);
  }

  private static long readVarint(ByteBuffer in, String text) {
    long value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      if (!in.hasRemaining()) {
        break;
      }
      byte next = in.get();
      value |= (long) (next & 0x7F) << shift;
      if (next >= 0) {
        return value;
      }
    }
    throw malformed(text, "a number in it does not end");
  }

  private static int checksum(byte[] bytes, int length) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, 0, length);
    return (int) crc.getValue();
  }

  private static IllegalArgumentException malformed(String text, String why) {
    String shown = text.length() <= 80 ? text : text.substring(0, 80) + "…";
    return new IllegalArgumentException(
        "'"
            + shown
            + "' is not a resource version ("
            + why
            + "): use one that a list or watch gave");
  }
}
