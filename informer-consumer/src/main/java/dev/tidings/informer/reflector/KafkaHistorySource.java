package dev.tidings.informer.reflector;

import dev.tidings.informer.expiry.Expiry;
import dev.tidings.informer.rv.ResourceVersion;
import dev.tidings.informer.watch.History;
import dev.tidings.informer.watch.WatchFailedException;
import java.util.Map;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;

/** Serves watches that begin before what is in memory from the topic itself. For any thread. */
public final class KafkaHistorySource<K, V> implements History.Source<K, V> {
  private final TopicClient topic;
  private final Map<String, ?> properties;
  private final RecordDecoder<K, V> decoder;
  private final Expiry<V> expiry;

  /**
   * @param topic stays the caller's to close
   * @param properties of the Kafka client
   * @param expiry of the objects: what had expired is not deleted by a later record
   */
  public KafkaHistorySource(
      TopicClient topic, Map<String, ?> properties, RecordDecoder<K, V> decoder, Expiry<V> expiry) {
    this.topic = topic;
    this.properties = Map.copyOf(properties);
    this.decoder = decoder;
    this.expiry = expiry;
  }

  @Override
  public History<K, V> open(ResourceVersion from) {
    return open(from, true);
  }

  @Override
  public History<K, V> open(ResourceVersion from, boolean previousStates) {
    try {
      return new KafkaHistory<>(
          topic,
          new ClientProperties(properties, topic.topic()).consumer(),
          decoder,
          expiry,
          from,
          previousStates);
    } catch (InterruptException e) {
      throw e;
    } catch (KafkaException e) {
      throw new WatchFailedException(
          "Cannot read the history of " + topic.topic() + ": " + e.getMessage(), e);
    }
  }
}
