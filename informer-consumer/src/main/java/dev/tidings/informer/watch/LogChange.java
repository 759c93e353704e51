package dev.tidings.informer.watch;

import org.jspecify.annotations.Nullable;

/**
 * What one record of the topic did.
 *
 * @param object the new state, or null if it is gone
 * @param previous the state before; null if there was none or it is not known
 */
public record LogChange<K, V>(
    int partition, long offset, K key, @Nullable V object, @Nullable V previous) {}
