package dev.tidings.informer.reflector;

import dev.tidings.informer.problem.Problem;
import dev.tidings.informer.problem.ProblemListener;
import dev.tidings.informer.rv.ResourceVersion;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
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
 * Reads a topic: from the beginning, or where a checkpoint ends, to the end that was committed when
 * it started, then on, for ever. Only committed records are read. It reads all partitions, and no
 * consumer group is used; or those that a group gives it.
 *
 * <p>Threads: one polls, few decode, one gives everything to the sink, in order.
 *
 * <p>When Kafka cannot be reached it tries again, less and less often, and goes on where it was.
 * When going on is not possible (the log begins after it, the topic was created again, the group
 * gave it other partitions) it loads once more. It gives up only before the first load is done, and
 * only when trying again cannot help: the topic is missing and must not be waited for, or access is
 * denied.
 */
public final class Reflector<K, V> implements AutoCloseable {
  private static final Duration MAX_POLL = Duration.ofMillis(500);
  private static final Duration MAX_OFFER = Duration.ofMillis(200);
  private static final Duration IDENTITY_CHECK_EVERY = Duration.ofSeconds(2);
  private static final Duration LAG_LOOK_EVERY = Duration.ofMillis(500);
  private static final Duration MISSING_TOPIC_GRACE = Duration.ofSeconds(2);
  private static final Duration FIRST_BACKOFF = Duration.ofMillis(200);
  private static final Duration LONGEST_BACKOFF = Duration.ofSeconds(10);
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(2);
  private static final Duration MAX_JOIN = Duration.ofSeconds(10);

  /**
   * How to read.
   *
   * @param properties of the Kafka client
   * @param group whose share to read; null to read all partitions without one
   * @param decoders how many batches may be decoded at a time
   */
  public record Options(
      Map<String, ?> properties,
      @Nullable String group,
      WhenTopicMissing whenTopicMissing,
      int decoders) {}

  private final TopicClient topic;
  private final Map<String, Object> properties;
  private final Options options;
  private final RecordSink<K, V> sink;
  private final ProblemListener problems;
  private final Consumer<Throwable> failed;
  private final DecodePool<K, V> pool;
  private final Applier<K, V> applier;
  private final Thread thread;
  private final CountDownLatch closing = new CountDownLatch(1);
  private volatile Map<Integer, Long> lag = Map.of();
  private volatile long contactNanos = System.nanoTime();

  // The polling thread only.
  private final Backoff backoff =
      new Backoff(FIRST_BACKOFF, LONGEST_BACKOFF, () -> ThreadLocalRandom.current().nextDouble());
  private final long startedNanos = System.nanoTime();
  private @Nullable Uuid topicId;
  private long[] position = new long[0];
  // The group's choice, and what the sink was told of it.
  private final Set<Integer> assigned = new TreeSet<>();
  private Set<Integer> told = Set.of();
  // False from the beginning of a rebalance to its end: what was taken may be given back.
  private boolean shareSettled;
  private boolean loaded;
  private boolean loadedOnce;
  private long lagNanos = System.nanoTime();

  /**
   * @param topic stays the caller's to close, after this
   * @param sink gets the topic
   * @param failed called when it gives up
   */
  public Reflector(
      TopicClient topic,
      Options options,
      RecordDecoder<K, V> decoder,
      RecordSink<K, V> sink,
      ProblemListener problems,
      Consumer<Throwable> failed) {
    this.topic = topic;
    this.options = options;
    this.properties =
        new ClientProperties(options.properties(), topic.topic()).consumer(options.group());
    this.sink = sink;
    this.problems = problems;
    this.failed = failed;
    pool = new DecodePool<>(topic.topic(), options.decoders(), decoder, problems);
    applier = new Applier<>(topic.topic(), sink, failed);
    thread = new Thread(this::run, "tidings-informer-" + topic.topic());
    thread.setDaemon(true);
  }

  /** Starts the threads; returns at once. */
  public void start() {
    applier.start();
    thread.start();
  }

  /** How far the running load is, or the last one was. */
  public LoadProgress progress() {
    return applier.progress();
  }

  /** Records read since the start, unreadable ones included. */
  public long recordsRead() {
    return applier.recordsRead();
  }

  /** Per partition, how many committed offsets were still to be read a moment ago. */
  public Map<Integer, Long> lag() {
    return lag;
  }

  /** How long nothing was heard of Kafka. */
  public Duration sinceContact() {
    return Duration.ofNanos(System.nanoTime() - contactNanos);
  }

  /** Has something done on the sink's thread, between batches, as soon as possible. */
  public boolean execute(Runnable work, Duration limit) throws InterruptedException {
    return applier.offer(new Applier.Step.Run<>(work), limit);
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
      return options.whenTopicMissing() == WhenTopicMissing.FAIL
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
      if (options.group() != null) {
        followShare(consumer, identity);
        return;
      }
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
    RecordSink.Load load = prepare(identity, null);
    position = Arrays.copyOf(load.from().offsets(), identity.partitions());
    give(new Applier.Step.StartOver<>(load), consumer);
    assign(consumer, identity.partitions());
    while (!reached().isAtLeast(load.end()) && closing.getCount() > 0) {
      poll(consumer, load);
    }
    caughtUp(consumer);
  }

  private void caughtUp(KafkaConsumer<byte[], byte[]> consumer) {
    give(new Applier.Step.CaughtUp<>(reached()), consumer);
    loaded = true;
    loadedOnce = true;
    backoff.reset();
  }

  private RecordSink.Load prepare(
      TopicClient.Identity identity, @Nullable Set<Integer> partitions) {
    ResourceVersion completeFrom = only(topic.completeFrom(), partitions);
    ResourceVersion beginning = only(topic.beginning(), partitions);
    ResourceVersion end = only(topic.committedEnd(), partitions);
    if (!beginning.topicId().equals(identity.id()) || !end.topicId().equals(identity.id())) {
      throw new TopicChangedException(
          "topic " + topic.topic() + " was created again while it was looked at");
    }
    ResourceVersion from = partitions == null ? sink.restore(beginning, completeFrom, end) : null;
    return new RecordSink.Load(
        beginning,
        completeFrom,
        from == null ? beginning : from,
        end,
        from != null,
        topic.retention());
  }

  private static ResourceVersion only(ResourceVersion all, @Nullable Set<Integer> partitions) {
    if (partitions == null) {
      return all;
    }
    long[] offsets = all.offsets();
    for (int partition = 0; partition < offsets.length; partition++) {
      if (!partitions.contains(partition)) {
        offsets[partition] = 0;
      }
    }
    return ResourceVersion.of(all.topicId(), offsets);
  }

  private void follow(KafkaConsumer<byte[], byte[]> consumer, TopicClient.Identity known) {
    IdentityWatch identities = new IdentityWatch(topic, IDENTITY_CHECK_EVERY, problems);
    TopicClient.Identity identity = known;
    while (closing.getCount() > 0) {
      poll(consumer, null);
      TopicClient.Identity seen = look(identities, identity);
      if (!seen.equals(identity)) {
        identity = seen;
        assign(consumer, identity.partitions());
      }
    }
  }

  private TopicClient.Identity look(IdentityWatch identities, TopicClient.Identity known) {
    TopicClient.Identity seen = identities.latest();
    if (seen == null) {
      return known;
    }
    contactNanos = System.nanoTime();
    if (!seen.id().equals(known.id())) {
      throw new TopicChangedException("topic " + topic.topic() + " was created again");
    }
    return seen;
  }

  // What the group gives; whenever that changes, all of it is loaded, and what is lost goes.
  private void followShare(KafkaConsumer<byte[], byte[]> consumer, TopicClient.Identity known) {
    IdentityWatch identities = new IdentityWatch(topic, IDENTITY_CHECK_EVERY, problems);
    TopicClient.Identity identity = known;
    assigned.clear();
    shareSettled = false;
    consumer.subscribe(List.of(topic.topic()), new Share(consumer));
    Set<Integer> loadedShare = null;
    RecordSink.Load load = null;
    while (closing.getCount() > 0) {
      if (shareSettled && !assigned.equals(loadedShare)) {
        loadedShare = new TreeSet<>(assigned);
        tell(loadedShare, consumer);
        load = prepare(identity, loadedShare);
        position = Arrays.copyOf(load.from().offsets(), identity.partitions());
        give(new Applier.Step.StartOver<>(load), consumer);
        seek(consumer, loadedShare);
      }
      if (load != null && reached().isAtLeast(load.end())) {
        caughtUp(consumer);
        load = null;
      }
      ConsumerRecords<byte[], byte[]> records = consumer.poll(MAX_POLL);
      if (assigned.equals(loadedShare)) {
        take(records, load, consumer);
      }
      TopicClient.Identity seen = look(identities, identity);
      if (!seen.equals(identity)) {
        identity = seen;
        position = Arrays.copyOf(position, identity.partitions());
      }
    }
  }

  private void tell(Set<Integer> share, KafkaConsumer<byte[], byte[]> consumer) {
    Set<Integer> gained = new TreeSet<>(share);
    gained.removeAll(told);
    Set<Integer> lost = new TreeSet<>(told);
    lost.removeAll(share);
    told = Set.copyOf(share);
    if (!gained.isEmpty() || !lost.isEmpty()) {
      give(new Applier.Step.Assigned<>(gained, lost), consumer);
    }
  }

  /** Takes note of the group's choice. Called by the consumer, within poll and close. */
  private final class Share implements ConsumerRebalanceListener {
    private final KafkaConsumer<byte[], byte[]> consumer;

    Share(KafkaConsumer<byte[], byte[]> consumer) {
      this.consumer = consumer;
    }

    @Override
    public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
      // Somewhere to begin; where exactly is decided when the load begins.
      consumer.seekToBeginning(partitions);
      partitions.forEach(partition -> assigned.add(partition.partition()));
      shareSettled = true;
    }

    @Override
    public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
      partitions.forEach(partition -> assigned.remove(partition.partition()));
      shareSettled = false;
    }
  }

  // All partitions, each from where we are: new ones from their first record.
  private void assign(KafkaConsumer<byte[], byte[]> consumer, int partitions) {
    if (position.length < partitions) {
      position = Arrays.copyOf(position, partitions);
    }
    Set<Integer> all = new TreeSet<>();
    for (int partition = 0; partition < partitions; partition++) {
      all.add(partition);
    }
    consumer.assign(all.stream().map(this::partition).toList());
    seek(consumer, all);
  }

  private void seek(KafkaConsumer<byte[], byte[]> consumer, Set<Integer> partitions) {
    partitions.forEach(one -> consumer.seek(partition(one), position[one]));
  }

  private TopicPartition partition(int number) {
    return new TopicPartition(topic.topic(), number);
  }

  private void poll(KafkaConsumer<byte[], byte[]> consumer, RecordSink.@Nullable Load load) {
    take(consumer.poll(MAX_POLL), load, consumer);
  }

  private void take(
      ConsumerRecords<byte[], byte[]> records,
      RecordSink.@Nullable Load load,
      KafkaConsumer<byte[], byte[]> consumer) {
    lookAtLag(consumer);
    if (records.nextOffsets().isEmpty()) {
      return;
    }
    contactNanos = System.nanoTime();
    // Not 'last record + 1': transaction markers and compacted records leave gaps.
    records
        .nextOffsets()
        .forEach((partition, next) -> position[partition.partition()] = next.offset());
    long bytes = 0;
    for (ConsumerRecord<byte[], byte[]> record : records) {
      bytes += record.serializedKeySize() + record.serializedValueSize();
    }
    give(
        new Applier.Step.Records<>(
            pool.decode(records, sink.wants(load)), records.count(), bytes, reached()),
        consumer);
    if (load == null) {
      backoff.reset();
    }
  }

  private void lookAtLag(KafkaConsumer<byte[], byte[]> consumer) {
    if (System.nanoTime() - lagNanos < LAG_LOOK_EVERY.toNanos()) {
      return;
    }
    lagNanos = System.nanoTime();
    Map<Integer, Long> seen = new TreeMap<>();
    for (TopicPartition partition : consumer.assignment()) {
      consumer.currentLag(partition).ifPresent(value -> seen.put(partition.partition(), value));
    }
    lag = Map.copyOf(seen);
  }

  // Waits for room. A member of a group goes on polling meanwhile, or it would be thrown out.
  private void give(Applier.Step<K, V> step, KafkaConsumer<byte[], byte[]> consumer) {
    try {
      while (!applier.offer(step, MAX_OFFER) && closing.getCount() > 0) {
        if (options.group() != null) {
          Set<TopicPartition> all = consumer.assignment();
          consumer.pause(all);
          consumer.poll(Duration.ZERO);
          consumer.resume(consumer.assignment());
        }
      }
    } catch (InterruptedException e) {
      throw new InterruptException(e);
    }
  }

  private ResourceVersion reached() {
    Uuid id = topicId;
    if (id == null) {
      throw new IllegalStateException("There is no position before the topic is known");
    }
    return ResourceVersion.of(id, position);
  }

  /** Stops the threads and waits for them, for a limited time. Further calls do nothing. */
  @Override
  public void close() {
    closing.countDown();
    pool.close();
    thread.interrupt();
    applier.close();
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
