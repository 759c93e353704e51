package dev.tidings.informer.reflector;

import dev.tidings.informer.problem.Problem;
import dev.tidings.informer.problem.ProblemListener;
import dev.tidings.informer.rv.ResourceVersion;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.serialization.ByteBufferDeserializer;
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
  private static final Duration IDENTITY_CHECK_EVERY = Duration.ofSeconds(2);
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
  private final ClientProperties properties;
  private final Options options;
  private final RecordSink<K, V> sink;
  private final ProblemListener problems;
  private final Consumer<Throwable> failed;
  private final DecodePool<K, V> pool;
  private final Applier<K, V> applier;
  private final Feed<K, V> feed;
  private final Thread thread;
  private final CountDownLatch closing = new CountDownLatch(1);
  private final Interruption interruption = new Interruption();

  // The polling thread only.
  private final Backoff backoff =
      new Backoff(FIRST_BACKOFF, LONGEST_BACKOFF, () -> ThreadLocalRandom.current().nextDouble());
  private final long startedNanos = System.nanoTime();
  private final Positions positions;
  // What the sink was told of the group's choice.
  private Set<Integer> told = Set.of();
  private boolean loaded;
  private boolean loadedOnce;

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
    properties = new ClientProperties(options.properties(), topic.topic());
    this.sink = sink;
    this.problems = problems;
    this.failed = failed;
    positions = new Positions(topic.topic());
    pool = new DecodePool<>(topic.topic(), options.decoders(), decoder, problems);
    applier = new Applier<>(topic.topic(), sink, failed);
    feed = new Feed<>(sink, pool, applier, positions, closing);
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
    return feed.lag();
  }

  /** How long nothing was heard of Kafka. */
  public Duration sinceContact() {
    return feed.sinceContact();
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
    if (loaded && !positions.isOf(identity.id())) {
      throw new TopicChangedException("topic " + topic.topic() + " was created again");
    }
    String group = options.group();
    if (group != null) {
      with(properties.member(group), consumer -> followShare(consumer, identity));
      return;
    }
    if (!loaded) {
      load(identity);
    }
    if (closing.getCount() > 0) {
      with(properties.consumer(), consumer -> follow(consumer, identity));
    }
  }

  private void with(
      Map<String, Object> properties, Consumer<KafkaConsumer<ByteBuffer, ByteBuffer>> reading) {
    KafkaConsumer<ByteBuffer, ByteBuffer> consumer =
        new KafkaConsumer<>(properties, new ByteBufferDeserializer(), new ByteBufferDeserializer());
    try {
      reading.accept(consumer);
    } finally {
      interruption.closing(() -> consumer.close(CloseOptions.timeout(CLOSE_TIMEOUT)));
    }
  }

  private void load(TopicClient.Identity identity) {
    RecordSink.Load load = prepare(identity, null);
    positions.startAt(load.from(), identity);
    feed.give(new Applier.Step.StartOver<>(load), null);
    if (positions.reached().isAtLeast(load.end())) {
      caughtUp(null);
    } else {
      // With a consumer of its own: what is good for a load would be a waste of memory after it.
      with(properties.loader(), consumer -> load(consumer, load));
    }
  }

  private void load(KafkaConsumer<ByteBuffer, ByteBuffer> consumer, RecordSink.Load load) {
    positions.assignTo(consumer);
    while (!positions.reached().isAtLeast(load.end())) {
      if (closing.getCount() == 0) {
        return;
      }
      feed.take(feed.poll(consumer), load, consumer);
      if (feed.isSuspicious()) {
        topic.identity();
      }
    }
    // Lets go of what was fetched last, before anybody looks at how much memory is used.
    consumer.unsubscribe();
    caughtUp(consumer);
  }

  private void caughtUp(@Nullable KafkaConsumer<ByteBuffer, ByteBuffer> consumer) {
    feed.give(new Applier.Step.CaughtUp<>(positions.reached()), consumer);
    loaded = true;
    loadedOnce = true;
    backoff.reset();
  }

  private RecordSink.Load prepare(TopicClient.Identity identity, @Nullable Set<Integer> share) {
    ResourceVersion completeFrom = topic.completeFrom();
    ResourceVersion beginning = topic.beginning();
    ResourceVersion end = topic.committedEnd();
    if (!beginning.topicId().equals(identity.id()) || !end.topicId().equals(identity.id())) {
      throw new TopicChangedException(
          "topic " + topic.topic() + " was created again while it was looked at");
    }
    ResourceVersion from = share == null ? sink.restore(beginning, completeFrom, end) : null;
    return new RecordSink.Load(
        beginning,
        completeFrom,
        from == null ? beginning : from,
        end,
        from != null,
        topic.retention(),
        share);
  }

  private void follow(KafkaConsumer<ByteBuffer, ByteBuffer> consumer, TopicClient.Identity known) {
    IdentityWatch identities = new IdentityWatch(topic, IDENTITY_CHECK_EVERY, problems);
    TopicClient.Identity identity = known;
    positions.growTo(known.partitions());
    positions.assignTo(consumer);
    while (closing.getCount() > 0) {
      takeNew(feed.poll(consumer), consumer);
      TopicClient.Identity seen = look(identities, identity);
      if (!seen.equals(identity)) {
        identity = seen;
        positions.growTo(identity.partitions());
        positions.assignTo(consumer);
      }
    }
  }

  private void takeNew(
      ConsumerRecords<ByteBuffer, ByteBuffer> records,
      KafkaConsumer<ByteBuffer, ByteBuffer> consumer) {
    feed.take(records, null, consumer);
    if (!records.nextOffsets().isEmpty()) {
      backoff.reset();
    }
  }

  private TopicClient.Identity look(IdentityWatch identities, TopicClient.Identity known) {
    TopicClient.Identity seen = feed.isSuspicious() ? topic.identity() : identities.latest();
    if (seen == null) {
      return known;
    }
    feed.noteContact();
    if (!seen.id().equals(known.id())) {
      throw new TopicChangedException("topic " + topic.topic() + " was created again");
    }
    return seen;
  }

  // What the group gives; whenever that changes, all of it is loaded, and what is lost goes.
  private void followShare(
      KafkaConsumer<ByteBuffer, ByteBuffer> consumer, TopicClient.Identity known) {
    IdentityWatch identities = new IdentityWatch(topic, IDENTITY_CHECK_EVERY, problems);
    TopicClient.Identity identity = known;
    GroupShare share = new GroupShare(consumer);
    consumer.subscribe(List.of(topic.topic()), share);
    // Not what any group gives: the first share is to be loaded, even if it is empty.
    Set<Integer> loadedShare = Set.of(-1);
    RecordSink.Load load = null;
    while (closing.getCount() > 0) {
      if (share.hasBecomeOtherThan(loadedShare)) {
        loadedShare = share.partitions();
        topic.answerAboutOnly(loadedShare);
        tell(loadedShare, consumer);
        load = prepare(identity, loadedShare);
        positions.startAt(load.from(), identity);
        feed.give(new Applier.Step.StartOver<>(load), consumer);
        positions.seek(consumer, loadedShare);
      }
      if (load != null && positions.reached().isAtLeast(load.end())) {
        caughtUp(consumer);
        load = null;
      }
      ConsumerRecords<ByteBuffer, ByteBuffer> records = feed.poll(consumer);
      if (load != null && share.is(loadedShare)) {
        feed.take(records, load, consumer);
      } else if (share.is(loadedShare)) {
        takeNew(records, consumer);
      }
      TopicClient.Identity seen = look(identities, identity);
      if (!seen.equals(identity)) {
        identity = seen;
        positions.growTo(identity.partitions());
      }
    }
  }

  private void tell(Set<Integer> share, KafkaConsumer<ByteBuffer, ByteBuffer> consumer) {
    Set<Integer> gained = new TreeSet<>(share);
    gained.removeAll(told);
    Set<Integer> lost = new TreeSet<>(told);
    lost.removeAll(share);
    told = Set.copyOf(share);
    if (!gained.isEmpty() || !lost.isEmpty()) {
      feed.give(new Applier.Step.Assigned<>(gained, lost), consumer);
    }
  }

  /** Stops the threads and waits for them, for a limited time. Further calls do nothing. */
  @Override
  public void close() {
    closing.countDown();
    pool.close();
    interruption.interrupt(thread);
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
