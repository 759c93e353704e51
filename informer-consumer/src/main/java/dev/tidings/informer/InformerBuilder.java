package dev.tidings.informer;

import dev.tidings.informer.problem.ProblemListener;
import dev.tidings.informer.reflector.WhenTopicMissing;
import dev.tidings.informer.store.IndexFunction;
import java.time.Clock;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.common.serialization.Deserializer;

/** Describes an informer. For one thread. */
public final class InformerBuilder<K, V> {
  final String topic;
  final Deserializer<? extends K> keys;
  final Deserializer<? extends V> values;
  final Map<String, Object> properties = new HashMap<>();
  final Map<String, IndexFunction<? super K, ? super V>> indexes = new LinkedHashMap<>();
  int watchCacheCapacity = 32_768;
  WhenTopicMissing whenTopicMissing = WhenTopicMissing.FAIL;
  Predicate<? super RuntimeException> temporary = thrown -> false;
  Duration requestTimeout = Duration.ofSeconds(10);
  ProblemListener problemListener = problem -> {};
  InstantSource clock = Clock.systemUTC();

  InformerBuilder(String topic, Deserializer<? extends K> keys, Deserializer<? extends V> values) {
    this.topic = Objects.requireNonNull(topic, "topic");
    this.keys = Objects.requireNonNull(keys, "keys");
    this.values = Objects.requireNonNull(values, "values");
  }

  /** As it is now, whatever is set after. */
  InformerBuilder<K, V> copy() {
    InformerBuilder<K, V> copy = new InformerBuilder<>(topic, keys, values);
    copy.properties.putAll(properties);
    copy.indexes.putAll(indexes);
    copy.watchCacheCapacity = watchCacheCapacity;
    copy.whenTopicMissing = whenTopicMissing;
    copy.temporary = temporary;
    copy.requestTimeout = requestTimeout;
    copy.problemListener = problemListener;
    copy.clock = clock;
    return copy;
  }

  /** Where Kafka is: {@code host:port}, several separated by commas. */
  public InformerBuilder<K, V> bootstrapServers(String servers) {
    properties.put(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, servers);
    return this;
  }

  /**
   * Properties of the Kafka consumer, added to those there are. Isolation level, offset reset,
   * commits, group and deserializers are the informer's own, and are ignored here.
   */
  public InformerBuilder<K, V> consumerProperties(Map<String, ?> properties) {
    this.properties.putAll(properties);
    return this;
  }

  /**
   * Adds an index.
   *
   * @throws IllegalArgumentException if there is one of that name
   */
  public InformerBuilder<K, V> index(String name, IndexFunction<? super K, ? super V> function) {
    if (indexes.putIfAbsent(name, function) != null) {
      throw new IllegalArgumentException("There are two indexes named '" + name + "'");
    }
    return this;
  }

  /**
   * How many changes are kept in memory for watches; rounded up to a power of two. A watch that
   * begins earlier is served from Kafka; one that falls behind by more is ended. Default: 32,768.
   */
  public InformerBuilder<K, V> watchCacheCapacity(int changes) {
    this.watchCacheCapacity = changes;
    return this;
  }

  /** Default: fail. */
  public InformerBuilder<K, V> whenTopicMissing(WhenTopicMissing whenTopicMissing) {
    this.whenTopicMissing = whenTopicMissing;
    return this;
  }

  /**
   * Tells failures of a deserializer that will pass, such as of a schema registry that cannot be
   * reached, from records that are unreadable: those are skipped, these are read again until they
   * can be decoded. Kafka's own retriable exceptions always count as such. Default: no other does.
   */
  public InformerBuilder<K, V> retryDecodingWhen(Predicate<? super RuntimeException> temporary) {
    this.temporary = temporary;
    return this;
  }

  /** How long one question to Kafka may take before it is asked again. Default: 10 seconds. */
  public InformerBuilder<K, V> requestTimeout(Duration requestTimeout) {
    if (requestTimeout.compareTo(Duration.ofMillis(100)) < 0
        || requestTimeout.compareTo(Duration.ofMinutes(10)) > 0) {
      throw new IllegalArgumentException(
          "requestTimeout must be between 100 ms and 10 minutes, not " + requestTimeout);
    }
    this.requestTimeout = requestTimeout;
    return this;
  }

  /** Hears of problems, which are logged as well. */
  public InformerBuilder<K, V> onProblem(ProblemListener listener) {
    this.problemListener = listener;
    return this;
  }

  /** For the times of bookmarks and the age of deletions. Default: the system's. */
  public InformerBuilder<K, V> clock(InstantSource clock) {
    this.clock = clock;
    return this;
  }

  /** An informer as described so far; not started. */
  public SharedInformer<K, V> build() {
    return new KafkaInformer<>(this);
  }
}
