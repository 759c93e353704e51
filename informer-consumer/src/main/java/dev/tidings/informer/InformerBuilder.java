package dev.tidings.informer;

import dev.tidings.informer.expiry.Expiry;
import dev.tidings.informer.problem.ProblemListener;
import dev.tidings.informer.reflector.WhenTopicMissing;
import dev.tidings.informer.store.IndexFunction;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiPredicate;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serializer;
import org.jspecify.annotations.Nullable;

/** Describes an informer. For one thread. */
public final class InformerBuilder<K, V> {
  final String topic;
  final Deserializer<? extends K> keys;
  final Deserializer<? extends V> values;
  final Map<String, Object> properties = new HashMap<>();
  final Map<String, IndexFunction<? super K, ? super V>> indexes = new LinkedHashMap<>();
  int leastWatchCache = 1_024;
  int mostWatchCache = 65_536;
  Duration slowWatchBudget = Duration.ofSeconds(30);
  @Nullable UnaryOperator<V> transform;
  @Nullable BiPredicate<? super K, ? super V> filter;
  Expiry<V> expiry = Expiry.likeTopic();
  @Nullable String group;
  int decoders = Math.max(1, Math.min(4, Runtime.getRuntime().availableProcessors() - 1));
  @Nullable Function<? super V, ?> mutationLook;
  boolean encoded;
  @Nullable Serializer<? super K> keySerializer;
  @Nullable Serializer<? super V> valueSerializer;
  @Nullable Path checkpointFile;
  Duration checkpointEvery = Duration.ofMinutes(5);
  String checkpointContents = "";
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
    copy.leastWatchCache = leastWatchCache;
    copy.mostWatchCache = mostWatchCache;
    copy.slowWatchBudget = slowWatchBudget;
    copy.transform = transform;
    copy.filter = filter;
    copy.expiry = expiry;
    copy.group = group;
    copy.decoders = decoders;
    copy.mutationLook = mutationLook;
    copy.encoded = encoded;
    copy.keySerializer = keySerializer;
    copy.valueSerializer = valueSerializer;
    copy.checkpointFile = checkpointFile;
    copy.checkpointEvery = checkpointEvery;
    copy.checkpointContents = checkpointContents;
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
   * begins earlier is served from Kafka; one that falls behind by more is ended.
   */
  public InformerBuilder<K, V> watchCacheCapacity(int changes) {
    return watchCacheCapacity(changes, changes);
  }

  /**
   * Between how many changes are kept in memory for watches, rounded up to powers of two: so many
   * that those of the last 75 seconds are there. A watch that begins earlier is served from Kafka;
   * one that falls behind by more is ended. Default: 1,024 to 65,536.
   */
  public InformerBuilder<K, V> watchCacheCapacity(int least, int most) {
    this.leastWatchCache = least;
    this.mostWatchCache = most;
    return this;
  }

  /**
   * How long a watch may be behind by more than half of what is kept in memory, before it is ended;
   * half of the time in which it is not is given back. Default: 30 seconds.
   */
  public InformerBuilder<K, V> slowWatchBudget(Duration budget) {
    this.slowWatchBudget = budget;
    return this;
  }

  /**
   * What is kept in each object's place, such as the object without what nobody needs. Must be a
   * pure function; called by several threads. An object that it throws for counts as unreadable.
   */
  public InformerBuilder<K, V> transform(UnaryOperator<V> transform) {
    this.transform = transform;
    return this;
  }

  /**
   * Which objects are kept, after they were transformed; the others are as if deleted. Must be a
   * pure function; called by several threads.
   */
  public InformerBuilder<K, V> filter(BiPredicate<? super K, ? super V> filter) {
    this.filter = filter;
    return this;
  }

  /** When objects are too old to be kept. Default: {@link Expiry#likeTopic()}. */
  public InformerBuilder<K, V> expiry(Expiry<V> expiry) {
    this.expiry = expiry;
    return this;
  }

  /**
   * Follows only a share of the partitions: those that this consumer group gives it, which others
   * of the group do not have. When the share changes it is loaded anew: until that is done the
   * informer is not synced and shows what it had; handlers are told by {@link
   * ResourceEventHandler#onPartitions}, and watches end as expired, as do resource versions of
   * other shares. Histories, {@code latest} and {@code atLeast} are about the share too. Default:
   * all partitions, and no group.
   */
  public InformerBuilder<K, V> shareWithGroup(String group) {
    this.group = group;
    return this;
  }

  /**
   * How many batches may be decoded at a time, each by a thread. Default: one less than there are
   * processors, between 1 and 4.
   */
  public InformerBuilder<K, V> decoders(int decoders) {
    if (decoders < 1 || decoders > 64) {
      throw new IllegalArgumentException("decoders must be between 1 and 64, not " + decoders);
    }
    this.decoders = decoders;
    return this;
  }

  /**
   * Keeps keys and objects as they came and decodes them whenever they are asked for: for large
   * caches, of which little is looked at. An object then takes little more than its bytes, which
   * the garbage collector need not look into; reading takes as long as decoding does, and two reads
   * give two equal objects. Default: objects are kept decoded.
   *
   * @param keys encodes keys as they are encoded in the topic; called by several threads
   */
  public InformerBuilder<K, V> keepEncoded(Serializer<? super K> keys) {
    this.encoded = true;
    this.keySerializer = keys;
    return this;
  }

  /**
   * As {@link #keepEncoded(Serializer)}, with a transformation.
   *
   * @param values encodes what objects are transformed into, so that this informer's deserializer
   *     can read it; called by several threads
   */
  public InformerBuilder<K, V> keepEncoded(
      Serializer<? super K> keys, Serializer<? super V> values) {
    this.valueSerializer = values;
    return keepEncoded(keys);
  }

  boolean keepsAllAsItCame() {
    return transform == null && filter == null;
  }

  /**
   * Saves the cache to a file now and then and when it is closed, and begins from there when it is
   * started: only what came since is read from Kafka. A file that is damaged, of another topic or
   * too old is left alone, with a warning, and everything is loaded. Not for an informer that
   * shares its partitions with a group.
   *
   * @param file of this informer alone
   * @param every how often it is written
   * @param keys and {@code values} encode as the topic is encoded, or at least so that this
   *     informer's deserializers can read it; called by several threads
   */
  public InformerBuilder<K, V> checkpoint(
      Path file, Duration every, Serializer<? super K> keys, Serializer<? super V> values) {
    if (every.isZero() || every.isNegative()) {
      throw new IllegalArgumentException("A checkpoint cannot be written every " + every);
    }
    this.checkpointFile = file;
    this.checkpointEvery = every;
    this.keySerializer = keys;
    this.valueSerializer = values;
    return this;
  }

  /**
   * Describes what the checkpoint holds: to be changed whenever the filter, the transformation or
   * the encoding is, so that a file from before is not used. Default: the deserializers' names.
   */
  public InformerBuilder<K, V> checkpointContents(String contents) {
    this.checkpointContents = contents;
    return this;
  }

  /**
   * For tests: finds handlers and readers that change cached objects, and reports them as {@link
   * dev.tidings.informer.problem.Problem.ObjectMutated}. It looks at each object when it comes and
   * then each second for two minutes.
   *
   * @param look what an object looks like: something with {@code equals} that shares nothing with
   *     it, such as its text or its encoded form
   */
  public InformerBuilder<K, V> detectMutations(Function<? super V, ?> look) {
    this.mutationLook = look;
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

  /** For bookmarks, expiry, resyncs and the age of deletions. Default: the system's. */
  public InformerBuilder<K, V> clock(InstantSource clock) {
    this.clock = clock;
    return this;
  }

  /**
   * An informer as described so far; not started.
   *
   * @throws IllegalArgumentException if the settings do not go together
   */
  public SharedInformer<K, V> build() {
    if (group != null && checkpointFile != null) {
      throw new IllegalArgumentException(
          "An informer that shares its partitions with a group keeps no checkpoint");
    }
    if (encoded && transform != null && valueSerializer == null) {
      throw new IllegalArgumentException(
          "What objects are transformed into cannot be kept encoded without a serializer:"
              + " give keepEncoded one for values");
    }
    return new KafkaInformer<>(this);
  }
}
