package dev.tidings.dedup.topology;

import com.dynatrace.hash4j.hashing.Hashing;
import java.util.UUID;

/**
 * The id of an event whose own belongs to another one: as time-ordered as that (UUIDv7), and always
 * the same for the same record.
 */
final class RenamedId {
  private static final long VARIANT = 0x8000000000000000L;
  private static final long VARIANT_MASK = 0x3FFFFFFFFFFFFFFFL;

  private RenamedId() {}

  static UUID of(UUID id, int partition, long offset) {
    long hash =
        Hashing.xxh3_64()
            .hashStream()
            .putLong(id.getMostSignificantBits())
            .putLong(id.getLeastSignificantBits())
            .putInt(partition)
            .putLong(offset)
            .getAsLong();
    return new UUID(id.getMostSignificantBits(), hash & VARIANT_MASK | VARIANT);
  }
}
