package dev.tidings.informer.reflector;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * A record of the topic: as it came, its key decoded and, if its reader wanted that, its value.
 *
 * @param timestampMillis the record's own, by the producer or the broker, as the topic is set up
 * @param value null if it was not decoded, or deletes the key's object
 * @param deletes whether the key's object is gone: a tombstone, or an object that is filtered out
 * @param keyBytes as it came
 * @param valueBytes as it came; null for a tombstone, and for a value that was transformed
 */
public record LogRecord<K, V>(
    int partition,
    long offset,
    long timestampMillis,
    K key,
    @Nullable V value,
    boolean deletes,
    byte[] keyBytes,
    byte @Nullable [] valueBytes) {

  /** One whose value was not decoded. */
  static <K, V> LogRecord<K, V> withKey(ConsumerRecord<byte[], byte @Nullable []> record, K key) {
    return new LogRecord<>(
        record.partition(),
        record.offset(),
        record.timestamp(),
        key,
        null,
        record.value() == null,
        record.key(),
        record.value());
  }
}
