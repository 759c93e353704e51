package dev.tidings.informer.reflector;

import dev.tidings.informer.problem.Problem;
import dev.tidings.informer.problem.ProblemListener;
import dev.tidings.informer.rv.ResourceVersion;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.jspecify.annotations.Nullable;

/**
 * Reads all partitions of a topic with one thread: from the beginning to the end that was committed
 * when it started, then on, for ever. Only committed records are read, and no consumer group is
 * used.
 *
 * <p>When Kafka cannot be reached it tries again, less and less often, and goes on where it was.
 * When going on is not possible (the log begins after it, the topic was created again) it loads
 * once more. It gives up only before the first load is done, and only when trying again cannot
 * help: the topic is missing and must not be waited for, or access is denied.
 */
public final class Reflector<K, V> implements AutoCloseable {
  private static final Duration MAX_POLL = Duration.ofMillis(500);
  private static final Duration IDENTITY_CHECK_EVERY = Duration.ofSeconds(2);
  private static final Duration MISSING_TOPIC_GRACE = Duration.ofSeconds(2);
  private static final Duration FIRST_BACKOFF = Duration.ofMillis(200);
  private static final Duration LONGEST_BACKOFF = Duration.ofSeconds(10);
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(2);
  private static final Duration MAX_JOIN = Duration.ofSeconds(10);

  private final TopicClient topic;
  private final Map<String, Object> properties;
  private final RecordDecoder<K, V> decoder;
  private final WhenTopicMissing whenTopicMissing;
  private final RecordSink<K, V> sink;
  private final ProblemListener problems;
  private final Consumer<Throwable> failed;
  private final Thread thread;
  private final CountDownLatch closing = new CountDownLatch(1);
  private volatile LoadProgress progress = LoadProgress.NONE;
  private volatile long recordsRead;

  // The reflector's thread only.
  private final Backoff backoff =
      new Backoff(FIRST_BACKOFF, LONGEST_BACKOFF, () -> ThreadLocalRandom.current().nextDouble());
  private final long startedNanos = System.nanoTime();
  private @Nullable Uuid topicId;
  private long[] position = new long[0];
  private boolean loaded;
  private boolean loadedOnce;

  /**
   * @param topic stays the caller's to close, after this
   * @param properties of the Kafka client
   * @param sink gets the topic, on this reflector's thread
   * @param failed called at most once, on that thread, when it gives up
   */
  public Reflector(
      TopicClient topic,
      Map<String, ?> properties,
      RecordDecoder<K, V> decoder,
      WhenTopicMissing whenTopicMissing,
      RecordSink<K, V> sink,
      ProblemListener problems,
      Consumer<Throwable> failed) {
    this.topic = topic;
    this.properties = new ClientProperties(properties, topic.topic()).consumer();
    this.decoder = decoder;
    this.whenTopicMissing = whenTopicMissing;
    this.sink = sink;
    this.problems = problems;
    this.failed = failed;
    thread = new Thread(this::run, "tidings-informer-" + topic.topic());
    thread.setDaemon(true);
  }

  /** Starts the thread; returns at once. */
  public void start() {
    thread.start();
  }

  /** How far the running load is, or the last one was. */
  public LoadProgress progress() {
    return progress;
  }

  /** Records read since the start, unreadable ones included. */
  public long recordsRead() {
    return recordsRead;
  }

  private void run() {
    try {
      while (closing.getCount() > 0) {
        readUntilTrouble();
      }
    } catch (RuntimeException | Error e) {
      failed.accept(e);
    }
  }

  private void readUntilTrouble() {
    try {
      read();
    } catch (InterruptException e) {
      // Only close() interrupts. Cleared, so that nothing after trips over it.
      Thread.interrupted();
    } catch (OffsetOutOfRangeException | TopicChangedException e) {
      loaded = false;
      problems.onProblem(new Problem.StartedOver(topic.topic(), e));
      pause(backoff.next());
    } catch (KafkaException e) {
      if (!loadedOnce && isFinal(e)) {
        throw e;
      }
      Duration delay = backoff.next();
      problems.onProblem(new Problem.Disconnected(topic.topic(), e, delay));
      pause(delay);
    }
  }

  private boolean isFinal(KafkaException e) {
    if (e instanceof UnknownTopicOrPartitionException) {
      // A topic that was created a moment ago may not be known to every broker yet.
      return whenTopicMissing == WhenTopicMissing.FAIL
          && System.nanoTime() - startedNanos > MISSING_TOPIC_GRACE.toNanos();
    }
    // Outside of those that Kafka's own documentation calls retriable or worth waiting for.
    return e instanceof AuthenticationException
        || e instanceof AuthorizationException
        || e instanceof InvalidTopicException
        || e.getClass() == KafkaException.class;
  }

  private void pause(Duration delay) {
    try {
      if (closing.await(delay.toMillis(), TimeUnit.MILLISECONDS)) {
        return;
      }
    } catch (InterruptedException e) {
      // Only close() interrupts, and the loop looks for it.
      Thread.interrupted();
    }
  }

  private void read() {
    TopicClient.Identity identity = topic.identity();
    if (!identity.id().equals(topicId)) {
      if (loaded) {
        throw new TopicChangedException("topic " + topic.topic() + " was created again");
      }
      topicId = identity.id();
    }
    KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(properties);
    try {
      if (!loaded) {
        load(consumer, identity);
      } else {
        assign(consumer, identity.partitions());
      }
      follow(consumer, identity);
    } finally {
      boolean interrupted = Thread.interrupted();
      consumer.close(CloseOptions.timeout(CLOSE_TIMEOUT));
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private void load(KafkaConsumer<byte[], byte[]> consumer, TopicClient.Identity identity) {
    ResourceVersion completeFrom = topic.completeFrom();
    ResourceVersion beginning = topic.beginning();
    ResourceVersion end = topic.committedEnd();
    if (!beginning.topicId().equals(identity.id()) || !end.topicId().equals(identity.id())) {
      throw new TopicChangedException(
          "topic " + topic.topic() + " was created again while it was looked at");
    }
    position = Arrays.copyOf(beginning.offsets(), identity.partitions());
    long total = Arrays.stream(end.offsets()).sum() - Arrays.stream(position).sum();
    long recordsBefore = recordsRead;
    progress = new LoadProgress(0, 0, Math.max(0, total));
    sink.startOver(beginning, completeFrom);
    assign(consumer, identity.partitions());
    while (!reached().isAtLeast(end)) {
      poll(consumer);
      long left = 0;
      for (int partition = 0; partition < end.partitions(); partition++) {
        left += Math.max(0, end.offset(partition) - position[partition]);
      }
      progress = new LoadProgress(recordsRead - recordsBefore, Math.max(0, total - left), total);
    }
    sink.caughtUp(reached());
    loaded = true;
    loadedOnce = true;
    backoff.reset();
  }

  private void follow(KafkaConsumer<byte[], byte[]> consumer, TopicClient.Identity known) {
    IdentityWatch identities = new IdentityWatch(topic, IDENTITY_CHECK_EVERY, problems);
    TopicClient.Identity identity = known;
    while (closing.getCount() > 0) {
      poll(consumer);
      TopicClient.Identity seen = identities.latest();
      if (seen == null || seen.equals(identity)) {
        continue;
      }
      if (!seen.id().equals(identity.id())) {
        throw new TopicChangedException("topic " + topic.topic() + " was created again");
      }
      identity = seen;
      assign(consumer, identity.partitions());
    }
  }

  // All partitions, each from where we are: new ones from their first record.
  private void assign(KafkaConsumer<byte[], byte[]> consumer, int partitions) {
    if (position.length < partitions) {
      position = Arrays.copyOf(position, partitions);
    }
    List<TopicPartition> assigned = new ArrayList<>();
    for (int partition = 0; partition < partitions; partition++) {
      assigned.add(new TopicPartition(topic.topic(), partition));
    }
    consumer.assign(assigned);
    assigned.forEach(partition -> consumer.seek(partition, position[partition.partition()]));
  }

  private void poll(KafkaConsumer<byte[], byte[]> consumer) {
    ConsumerRecords<byte[], byte[]> records = consumer.poll(MAX_POLL);
    if (records.nextOffsets().isEmpty()) {
      return;
    }
    // All decoded before any is given: when that fails for now, they are read again, whole.
    List<RecordDecoder.@Nullable Decoded<K, V>> decoded = new ArrayList<>(records.count());
    for (ConsumerRecord<byte[], byte[]> record : records) {
      decoded.add(decoder.decode(record));
    }
    int index = 0;
    for (ConsumerRecord<byte[], byte[]> record : records) {
      RecordDecoder.Decoded<K, V> content = decoded.get(index++);
      if (content != null) {
        sink.record(record.partition(), record.offset(), content.key(), content.value());
      }
    }
    // Not 'last record + 1': transaction markers and compacted records leave gaps.
    records
        .nextOffsets()
        .forEach((partition, next) -> position[partition.partition()] = next.offset());
    recordsRead = recordsRead + records.count();
    if (loaded) {
      backoff.reset();
    }
    sink.advanced(reached());
  }

  private ResourceVersion reached() {
    Uuid id = topicId;
    if (id == null) {
      throw new IllegalStateException("There is no position before the topic is known");
    }
    return ResourceVersion.of(id, position);
  }

  /** Stops the thread and waits for it, for a limited time. Further calls do nothing. */
  @Override
  public void close() {
    closing.countDown();
    thread.interrupt();
    if (Thread.currentThread() == thread) {
      return;
    }
    try {
      thread.join(MAX_JOIN.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
