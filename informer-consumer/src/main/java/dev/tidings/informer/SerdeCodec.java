package dev.tidings.informer;

import dev.tidings.informer.store.Codec;
import java.util.function.Consumer;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serializer;
import org.jspecify.annotations.Nullable;

/** Encodes as the topic is encoded. */
record SerdeCodec<K, V>(
    String topic,
    Serializer<? super K> keySerializer,
    @Nullable Serializer<? super V> valueSerializer,
    Deserializer<? extends K> keys,
    Deserializer<? extends V> values,
    Consumer<RuntimeException> unreadable)
    implements Codec<K, V> {

  @Override
  public byte[] encodeKey(K key) {
    return keySerializer.serialize(topic, key);
  }

  @Override
  public K decodeKey(byte[] bytes) {
    return keys.deserialize(topic, bytes);
  }

  @Override
  public byte[] encodeValue(V value) {
    if (valueSerializer == null) {
      throw new IllegalStateException("There is no serializer to encode a transformed object with");
    }
    return valueSerializer.serialize(topic, value);
  }

  @Override
  public @Nullable V decodeValue(byte[] bytes) {
    try {
      return values.deserialize(topic, bytes);
    } catch (RuntimeException e) {
      unreadable.accept(e);
      return null;
    }
  }
}
