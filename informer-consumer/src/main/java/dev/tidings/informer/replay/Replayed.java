package dev.tidings.informer.replay;

import java.time.Instant;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/**
 * A record that is replayed.
 *
 * @param time its own, by the topic or, if the replay was told how, by its object
 * @param key null if it has none
 * @param value null if it deletes the key's object
 * @param keyBytes and {@code valueBytes}, {@code headers} as they came
 */
public record Replayed<K, V>(
    int partition,
    long offset,
    Instant time,
    @Nullable K key,
    @Nullable V value,
    Headers headers,
    byte @Nullable [] keyBytes,
    byte @Nullable [] valueBytes) {}
