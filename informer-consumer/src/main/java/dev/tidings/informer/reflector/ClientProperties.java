package dev.tidings.informer.reflector;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

/**
 * The properties of the Kafka clients, from those the user gave. What reading as an informer
 * depends on is fixed here: no offsets are kept for a group, only committed records are read, and
 * there is no silent jump when an offset is gone.
 */
final class ClientProperties {
  private static final int LOAD_FETCH_BYTES = 4 * 1024 * 1024;
  private static final int LOAD_RECEIVE_BYTES = 1024 * 1024;
  private static final int RANGE_FETCH_WAIT_MILLIS = 20;
  private static final AtomicLong CLIENTS = new AtomicLong();

  private final Map<String, Object> given;
  private final String clientId;

  ClientProperties(Map<String, ?> given, String topic) {
    this.given = new HashMap<>(given);
    Object id = given.get(ConsumerConfig.CLIENT_ID_CONFIG);
    clientId = id == null ? "tidings-informer-" + topic : id.toString();
  }

  /** Of one that reads much at once, and not for long. */
  Map<String, Object> loader() {
    Map<String, Object> properties = new HashMap<>();
    properties.put(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, LOAD_FETCH_BYTES);
    properties.put(ConsumerConfig.RECEIVE_BUFFER_CONFIG, LOAD_RECEIVE_BYTES);
    return consumer(properties, null);
  }

  /**
   * Of one that reads what is there already, and is closed: that takes until the broker has
   * answered its last question for more.
   */
  Map<String, Object> ofRange() {
    Map<String, Object> properties = new HashMap<>();
    properties.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, RANGE_FETCH_WAIT_MILLIS);
    return consumer(properties, null);
  }

  /** Of a member of a group. */
  Map<String, Object> member(String group) {
    return consumer(new HashMap<>(), group);
  }

  /** Of one that reads some partitions, or all. */
  Map<String, Object> consumer() {
    return consumer(new HashMap<>(), null);
  }

  private Map<String, Object> consumer(Map<String, Object> properties, @Nullable String group) {
    properties.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 2_000);
    properties.putAll(given);
    properties.remove(ConsumerConfig.GROUP_ID_CONFIG);
    if (group == null) {
      properties.remove(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG);
    } else {
      properties.put(ConsumerConfig.GROUP_ID_CONFIG, group);
    }
    properties.put(ConsumerConfig.CLIENT_ID_CONFIG, nextClientId());
    properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    properties.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
    properties.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
    properties.put(ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
    properties.put(ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
    return properties;
  }

  Map<String, Object> admin(int requestTimeoutMillis, int apiTimeoutMillis) {
    Map<String, Object> properties = new HashMap<>(given);
    properties
        .keySet()
        .removeIf(
            name ->
                ConsumerConfig.configNames().contains(name)
                    && !AdminClientConfig.configNames().contains(name));
    properties.put(AdminClientConfig.CLIENT_ID_CONFIG, nextClientId());
    properties.putIfAbsent(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, requestTimeoutMillis);
    properties.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, apiTimeoutMillis);
    return properties;
  }

  // Clients of one process need different ids.
  private String nextClientId() {
    return clientId + "-" + CLIENTS.incrementAndGet();
  }
}
