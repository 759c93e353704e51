package dev.tidings.informer.replay;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiPredicate;
import java.util.function.Function;
import java.util.function.IntPredicate;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Deserializer;
import org.jspecify.annotations.Nullable;

/**
 * Reads a topic once more between two points: its committed records, in the order of their times
 * and, within a partition, of their offsets; to a handler, or into another topic.
 *
 * <p>Describes a replay; for one thread. {@code run} and {@code into} do it, on the caller's
 * thread, and can be called again.
 */
public final class Replay<K, V> {
  final String topic;
  final Deserializer<? extends K> keys;
  final Deserializer<? extends V> values;
  final Map<String, Object> properties = new HashMap<>();
  ReplayPoint from = ReplayPoint.beginning();
  ReplayPoint to = ReplayPoint.end();
  BiPredicate<? super @Nullable K, ? super @Nullable V> filter = (key, value) -> true;
  IntPredicate partitions = partition -> true;
  // Null for as fast as possible.
  @Nullable Double factor;
  @Nullable Function<? super V, Instant> time;
  Duration requestTimeout = Duration.ofSeconds(30);

  private Replay(String topic, Deserializer<? extends K> keys, Deserializer<? extends V> values) {
    this.topic = Objects.requireNonNull(topic, "topic");
    this.keys = Objects.requireNonNull(keys, "keys");
    this.values = Objects.requireNonNull(values, "values");
  }

  /** A replay of all there is, as fast as possible. Kafka's address is still to be set. */
  public static <K, V> Replay<K, V> of(
      String topic, Deserializer<? extends K> keys, Deserializer<? extends V> values) {
    return new Replay<>(topic, keys, values);
  }

  /** Where Kafka is: {@code host:port}, several separated by commas. */
  public Replay<K, V> bootstrapServers(String servers) {
    properties.put(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, servers);
    return this;
  }

  /** Properties of the Kafka client, added to those there are. */
  public Replay<K, V> clientProperties(Map<String, ?> properties) {
    this.properties.putAll(properties);
    return this;
  }

  /** The first records. Default: where the log begins. */
  public Replay<K, V> from(ReplayPoint from) {
    this.from = from;
    return this;
  }

  /** Ends before these. Default: all that is committed when it is started. */
  public Replay<K, V> to(ReplayPoint to) {
    this.to = to;
    return this;
  }

  /**
   * Which records are replayed. The key is null where a record has none, the value where an object
   * is deleted.
   */
  public Replay<K, V> filter(BiPredicate<? super @Nullable K, ? super @Nullable V> filter) {
    this.filter = filter;
    return this;
  }

  /** Only these partitions, such as that of one key. Default: all. */
  public Replay<K, V> partitions(IntPredicate partitions) {
    this.partitions = partitions;
    return this;
  }

  /**
   * At the pace of the original times: with factor 1 as it happened, with 2 twice as fast. Default:
   * as fast as possible.
   */
  public Replay<K, V> paced(double factor) {
    if (!(factor > 0) || Double.isInfinite(factor)) {
      throw new IllegalArgumentException("The factor must be more than zero, not " + factor);
    }
    this.factor = factor;
    return this;
  }

  /** What counts as an object's time, for the order and the pace. Default: its record's. */
  public Replay<K, V> timesFrom(Function<? super V, Instant> time) {
    this.time = time;
    return this;
  }

  /** How long Kafka may be silent before the replay fails. Default: 30 seconds. */
  public Replay<K, V> requestTimeout(Duration requestTimeout) {
    this.requestTimeout = requestTimeout;
    return this;
  }

  /** Replays to a handler. See {@link #run(ReplayHandler, ReplayControl)}. */
  public ReplayResult run(ReplayHandler<K, V> handler) throws Exception {
    return run(handler, new ReplayControl());
  }

  /**
   * Replays to a handler.
   *
   * @param control pauses, steps and stops it
   * @throws dev.tidings.informer.watch.ExpiredException if the log begins after the first point, or
   *     the topic is gone or was created again
   * @throws org.apache.kafka.common.KafkaException if Kafka cannot be read
   * @throws Exception what the handler throws
   */
  public ReplayResult run(ReplayHandler<K, V> handler, ReplayControl control) throws Exception {
    try (ReplayRun<K, V> run = new ReplayRun<>(this, control)) {
      return run.run(handler);
    }
  }

  /**
   * Replays into another topic, which must exist: bytes, headers and keys as they came, and the
   * partition that the producer chooses. Returns when all of it is acknowledged.
   *
   * @param keepTimes whether the copies have the original times; else the time of the replay. Old
   *     times can make Kafka delete a copy at once.
   */
  public ReplayResult into(String target, boolean keepTimes, ReplayControl control)
      throws Exception {
    return into(target, keepTimes, control, record -> {});
  }

  /**
   * As the other.
   *
   * @param observer gets each record when its copy is on its way
   */
  public ReplayResult into(
      String target, boolean keepTimes, ReplayControl control, ReplayHandler<K, V> observer)
      throws Exception {
    if (target.equals(topic)) {
      throw new IllegalArgumentException("Topic " + topic + " cannot be replayed into itself");
    }
    try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(producerProperties())) {
      ReplayTarget sent = new ReplayTarget(producer);
      ReplayResult result =
          run(
              record -> {
                sent.send(
                    new ProducerRecord<>(
                        target,
                        null,
                        keepTimes ? record.time().toEpochMilli() : null,
                        record.keyBytes(),
                        record.valueBytes(),
                        record.headers()));
                observer.onRecord(record);
              },
              control);
      sent.finish();
      return result;
    }
  }

  private Map<String, Object> producerProperties() {
    Map<String, Object> producer = new HashMap<>(properties);
    producer.keySet().removeIf(name -> isConsumersOnly(name));
    producer.put(ProducerConfig.ACKS_CONFIG, "all");
    producer.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
    producer.put(ProducerConfig.LINGER_MS_CONFIG, 5);
    // What a topic that is not there is waited for.
    producer.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, requestTimeout.toMillis());
    producer.put(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
    producer.put(ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
    return producer;
  }

  private static boolean isConsumersOnly(String name) {
    return ConsumerConfig.configNames().contains(name)
        && !ProducerConfig.configNames().contains(name);
  }
}
