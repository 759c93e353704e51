package dev.tidings.informer.watch;

import dev.tidings.informer.rv.ResourceVersion;
import org.jspecify.annotations.Nullable;

/**
 * What one record of the topic did, or that an object has expired, which has no record.
 *
 * @param partition of the record; {@link #EXPIRY} for an expiry
 * @param offset of the record; for an expiry its place in the order of expiry
 * @param object the new state, or null if it is gone
 * @param previous the state before; null if there was none or it is not known
 * @param expiredAsOf for an expiry, what was known of the topic when it was found out; else null
 */
public record LogChange<K, V>(
    int partition,
    long offset,
    K key,
    @Nullable V object,
    @Nullable V previous,
    @Nullable ResourceVersion expiredAsOf) {

  /** The order of expiry is treated as one more partition. */
  public static final int EXPIRY = -1;

  /** What a record did. */
  public LogChange(int partition, long offset, K key, @Nullable V object, @Nullable V previous) {
    this(partition, offset, key, object, previous, null);
  }

  /** An object has expired. */
  public static <K, V> LogChange<K, V> expired(long place, K key, V last, ResourceVersion asOf) {
    return new LogChange<>(EXPIRY, place, key, null, last, asOf);
  }
}
