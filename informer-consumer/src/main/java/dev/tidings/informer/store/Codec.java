package dev.tidings.informer.store;

import org.jspecify.annotations.Nullable;

/**
 * Encodes and decodes what a store keeps encoded. Safe for any thread.
 *
 * <p>Equal keys must have equal bytes.
 */
public interface Codec<K, V> {
  byte[] encodeKey(K key);

  K decodeKey(byte[] bytes);

  byte[] encodeValue(V value);

  /** Null if it cannot be read; that was reported then. */
  @Nullable V decodeValue(byte[] bytes);
}
