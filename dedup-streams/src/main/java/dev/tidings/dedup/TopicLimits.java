package dev.tidings.dedup;

import dev.tidings.event.limits.EventLimits;
import dev.tidings.wire.Topics;
import java.util.Map;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;

/**
 * How large outputs may be so that their topics take them: what is larger is rejected before it is
 * sent, since a transaction cannot go on without an output that the broker refused.
 *
 * @param event an event's Avro
 * @param batch the events in a batch, without the last one
 */
record TopicLimits(int event, int batch) {
  /** Keys, headers of a record batch, and the counts of an event that grow. */
  private static final int OVERHEAD = 1024;

  /** A summary has a sample of up to four KiB in it. */
  private static final int LEAST = 16 * 1024;

  static TopicLimits of(Map<ConfigResource, Config> configs, Topics topics) {
    int events = maxMessageBytes(configs, topics.events());
    int event = Math.min(EventLimits.DEFAULT.eventBytes(), events - OVERHEAD);
    int batch = maxMessageBytes(configs, topics.batches()) - event - OVERHEAD;
    requireAtLeast(topics.events(), events, LEAST);
    requireAtLeast(topics.batches(), batch + event + OVERHEAD, event + 2 * OVERHEAD);
    return new TopicLimits(event, batch);
  }

  private static void requireAtLeast(String topic, int bytes, int least) {
    if (bytes < least) {
      throw new DedupStartException(
          "Topic %s takes records of %d bytes: raise its max.message.bytes to %d at least"
              .formatted(topic, bytes, least));
    }
  }

  private static int maxMessageBytes(Map<ConfigResource, Config> configs, String topic) {
    Config config = configs.get(RequiredTopics.resource(topic));
    ConfigEntry entry = config == null ? null : config.get(TopicConfig.MAX_MESSAGE_BYTES_CONFIG);
    if (entry == null) {
      throw new DedupStartException("Kafka does not say what topic %s takes".formatted(topic));
    }
    return Integer.parseInt(entry.value());
  }

  EventLimits events() {
    EventLimits usual = EventLimits.DEFAULT;
    return new EventLimits(
        usual.messageBytes(),
        usual.attributeValueBytes(),
        usual.attributes(),
        usual.nameCharacters(),
        event);
  }
}
