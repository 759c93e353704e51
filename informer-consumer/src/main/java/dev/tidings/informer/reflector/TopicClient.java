package dev.tidings.informer.reflector;

import dev.tidings.informer.rv.ResourceVersion;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InterruptException;
import org.jspecify.annotations.Nullable;

/**
 * Asks Kafka about one topic. Every question is answered, or fails with a {@link KafkaException},
 * within the limit given at construction. Safe for any thread.
 */
public final class TopicClient implements AutoCloseable {
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(2);
  private static final long DEFAULT_DELETE_RETENTION_MILLIS = TimeUnit.DAYS.toMillis(1);
  // A load takes time, during which deletions grow older.
  private static final double RETENTION_TRUSTED = 0.9;

  /** Which topic this is, and how many partitions it has. */
  record Identity(Uuid id, int partitions) {}

  private final String topic;
  private final InstantSource clock;
  private final long limitMillis;
  private final Admin admin;
  // Null for all.
  private volatile @Nullable Set<Integer> share;

  /**
   * @param properties of the Kafka client
   * @param limit for each question
   * @param clock to tell how old deletions are
   * @throws KafkaException if the properties are wrong
   */
  public TopicClient(String topic, Map<String, ?> properties, Duration limit, InstantSource clock) {
    this.topic = topic;
    this.clock = clock;
    limitMillis = limit.toMillis();
    int apiTimeoutMillis = Math.toIntExact(limitMillis);
    admin =
        Admin.create(
            new ClientProperties(properties, topic).admin(apiTimeoutMillis / 2, apiTimeoutMillis));
  }

  public String topic() {
    return topic;
  }

  /** From here on all answers are about these partitions only: the others are at offset 0. */
  void answerAboutOnly(Set<Integer> partitions) {
    share = Set.copyOf(partitions);
  }

  /** The partitions that answers are about. */
  List<Integer> partitions(Identity identity) {
    Set<Integer> some = share;
    return IntStream.range(0, identity.partitions())
        .filter(partition -> some == null || some.contains(partition))
        .boxed()
        .toList();
  }

  Identity identity() {
    return answer(askIdentity());
  }

  KafkaFuture<Identity> askIdentity() {
    KafkaFuture<TopicDescription> description =
        only(admin.describeTopics(List.of(topic)).topicNameValues());
    return description.thenApply(TopicClient::identityOf);
  }

  // One was asked for, so one is there.
  private static <T> KafkaFuture<T> only(Map<?, KafkaFuture<T>> answers) {
    return answers.values().iterator().next();
  }

  private static Identity identityOf(TopicDescription description) {
    return new Identity(description.topicId(), description.partitions().size());
  }

  /** Where the log begins. */
  public ResourceVersion logBeginning() {
    return beginning();
  }

  ResourceVersion beginning() {
    return offsets(identity(), OffsetSpec.earliest());
  }

  /**
   * The end of what is committed: the last stable offset of each partition. What an open
   * transaction has written is beyond it.
   *
   * @param limit for the answer, if shorter than this client's own
   */
  public ResourceVersion committedEnd(Duration limit) {
    long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(shorter(limit.toMillis()));
    Identity identity = answer(askIdentity(), shorter(limit.toMillis()));
    long leftMillis = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
    return offsets(identity, ask(identity, OffsetSpec.latest(), Math.max(0, leftMillis)));
  }

  ResourceVersion committedEnd() {
    return offsets(identity(), OffsetSpec.latest());
  }

  private long shorter(long millis) {
    return Math.min(millis, limitMillis);
  }

  /**
   * From where on every change can still be told: not before the log's beginning, and, where the
   * topic is compacted, not before the time that tombstones are kept for.
   */
  ResourceVersion completeFrom() {
    Identity identity = identity();
    ResourceVersion beginning = offsets(identity, OffsetSpec.earliest());
    long keptMillis = tombstonesKeptMillis();
    if (keptMillis == Long.MAX_VALUE) {
      return beginning;
    }
    ResourceVersion end = offsets(identity, OffsetSpec.latest());
    long trusted = clock.millis() - (long) (keptMillis * RETENTION_TRUSTED);
    Map<Integer, Long> fresh =
        ask(identity, OffsetSpec.forTimestamp(Math.max(0, trusted)), limitMillis);
    long[] offsets = new long[identity.partitions()];
    for (int partition = 0; partition < offsets.length; partition++) {
      long freshFrom = fresh.getOrDefault(partition, -1L);
      // -1: every record is older than that.
      long from = freshFrom < 0 ? end.offset(partition) : freshFrom;
      offsets[partition] = Math.max(from, beginning.offset(partition));
    }
    return ResourceVersion.of(identity.id(), offsets);
  }

  private long tombstonesKeptMillis() {
    Config config = config();
    if (config == null) {
      // Not allowed to know: Kafka's default is the careful assumption.
      return DEFAULT_DELETE_RETENTION_MILLIS;
    }
    return cleansUpBy(config, TopicConfig.CLEANUP_POLICY_COMPACT)
        ? Long.parseLong(config.get(TopicConfig.DELETE_RETENTION_MS_CONFIG).value())
        : Long.MAX_VALUE;
  }

  /** How long records are kept; null if for ever, or if we are not allowed to know. */
  @Nullable Duration retention() {
    Config config = config();
    if (config == null || !cleansUpBy(config, TopicConfig.CLEANUP_POLICY_DELETE)) {
      return null;
    }
    long millis = Long.parseLong(config.get(TopicConfig.RETENTION_MS_CONFIG).value());
    return millis <= 0 ? null : Duration.ofMillis(millis);
  }

  private @Nullable Config config() {
    ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
    try {
      return answer(only(admin.describeConfigs(List.of(resource)).values()));
    } catch (AuthorizationException e) {
      return null;
    }
  }

  private static boolean cleansUpBy(Config config, String policy) {
    String cleanup = config.get(TopicConfig.CLEANUP_POLICY_CONFIG).value();
    return Arrays.asList(cleanup.split(",")).contains(policy);
  }

  /**
   * Where the records from a time on begin: per partition the first that is not older, by its
   * timestamp; the end of what is committed where there is none.
   */
  public ResourceVersion positionAt(Instant time) {
    Identity identity = identity();
    ResourceVersion end = offsets(identity, OffsetSpec.latest());
    Map<Integer, Long> found =
        ask(identity, OffsetSpec.forTimestamp(Math.max(0, time.toEpochMilli())), limitMillis);
    long[] offsets = new long[identity.partitions()];
    for (int partition = 0; partition < offsets.length; partition++) {
      long offset = found.getOrDefault(partition, -1L);
      offsets[partition] = offset < 0 ? end.offset(partition) : offset;
    }
    return ResourceVersion.of(identity.id(), offsets);
  }

  private ResourceVersion offsets(Identity identity, OffsetSpec which) {
    return offsets(identity, ask(identity, which, limitMillis));
  }

  private static ResourceVersion offsets(Identity identity, Map<Integer, Long> found) {
    long[] offsets = new long[identity.partitions()];
    found.forEach((partition, offset) -> offsets[partition] = offset);
    return ResourceVersion.of(identity.id(), offsets);
  }

  private Map<Integer, Long> ask(Identity identity, OffsetSpec which, long limitMillis) {
    Map<TopicPartition, OffsetSpec> question = new HashMap<>();
    partitions(identity)
        .forEach(partition -> question.put(new TopicPartition(topic, partition), which));
    Map<TopicPartition, ListOffsetsResultInfo> found =
        answer(
            admin
                .listOffsets(question, new ListOffsetsOptions(IsolationLevel.READ_COMMITTED))
                .all(),
            limitMillis);
    Map<Integer, Long> offsets = new HashMap<>();
    found.forEach((partition, info) -> offsets.put(partition.partition(), info.offset()));
    return offsets;
  }

  private <T> T answer(KafkaFuture<T> future) {
    return answer(future, limitMillis);
  }

  private <T> T answer(KafkaFuture<T> future, long limitMillis) {
    try {
      return future.get(limitMillis, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      throw new InterruptException(e);
    } catch (TimeoutException e) {
      throw new org.apache.kafka.common.errors.TimeoutException(
          "No answer about topic " + topic + " within " + limitMillis + " ms", e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof KafkaException failed) {
        throw failed;
      }
      throw new KafkaException("Cannot ask about topic " + topic, e.getCause());
    }
  }

  @Override
  public void close() {
    admin.close(CLOSE_TIMEOUT);
  }
}
