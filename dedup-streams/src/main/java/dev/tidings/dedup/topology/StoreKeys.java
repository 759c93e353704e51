package dev.tidings.dedup.topology;

import dev.tidings.event.identity.SeriesKey;
import java.nio.ByteBuffer;
import java.util.UUID;
import org.apache.kafka.common.utils.Bytes;

/** Keys of the stores: 16 bytes, big-endian. */
final class StoreKeys {
  private StoreKeys() {}

  static Bytes of(UUID id) {
    return of(id.getMostSignificantBits(), id.getLeastSignificantBits());
  }

  static Bytes of(SeriesKey series) {
    return of(series.high(), series.low());
  }

  private static Bytes of(long high, long low) {
    return Bytes.wrap(ByteBuffer.allocate(2 * Long.BYTES).putLong(high).putLong(low).array());
  }

  static UUID uuid(Bytes key) {
    ByteBuffer in = ByteBuffer.wrap(key.get());
    return new UUID(in.getLong(), in.getLong());
  }
}
