package dev.tidings.benchmarks.informer;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;

/**
 * A compacted topic that is written on a thread of its own, each record until it is acknowledged,
 * and that grows or is created again meanwhile. Each partition has keys of its own, so that none
 * moves to another when it grows.
 */
final class ChangingTopic implements AutoCloseable {
  private static final int FIRST_PARTITIONS = 3;
  private static final int MOST_PARTITIONS = 8;
  private static final int KEYS = 150;
  private static final Duration LIMIT = Duration.ofMinutes(2);

  private final String name;
  private final String servers;
  private final Admin admin;
  private final Random random;
  private final Thread thread = new Thread(this::write, "writer");
  private volatile boolean finishing;
  private volatile @Nullable Exception failure;

  // Guarded by this.
  private final Map<String, Long> written = new HashMap<>();
  private KafkaProducer<String, byte[]> producer;
  private int partitions = FIRST_PARTITIONS;
  private long number;

  ChangingTopic(String name, String servers, long seed) throws Exception {
    this.name = name;
    this.servers = servers;
    random = new Random(seed);
    admin = Admin.create(Map.of("bootstrap.servers", servers));
    create();
    producer = newProducer();
  }

  private KafkaProducer<String, byte[]> newProducer() {
    int limitMillis = (int) LIMIT.toMillis();
    return new KafkaProducer<>(
        Map.of(
            "bootstrap.servers",
            servers,
            "linger.ms",
            2,
            "delivery.timeout.ms",
            limitMillis,
            "max.block.ms",
            limitMillis),
        new StringSerializer(),
        new ByteArraySerializer());
  }

  private void create() throws Exception {
    NewTopic topic =
        new NewTopic(name, partitions, (short) 1).configs(Map.of("cleanup.policy", "compact"));
    retry(() -> admin.createTopics(List.of(topic)).all().get(30, TimeUnit.SECONDS));
  }

  void startWriting() {
    thread.start();
  }

  synchronized int partitions() {
    return partitions;
  }

  /** Adds a partition, unless there are many. */
  synchronized void grow() throws Exception {
    if (partitions < MOST_PARTITIONS) {
      producer.flush();
      Map<String, NewPartitions> more = Map.of(name, NewPartitions.increaseTo(partitions + 1));
      retry(() -> admin.createPartitions(more).all().get(30, TimeUnit.SECONDS));
      partitions++;
    }
  }

  /** Deletes the topic and creates it again, empty. */
  synchronized void recreate() throws Exception {
    producer.close();
    try {
      retry(() -> admin.deleteTopics(List.of(name)).all().get(30, TimeUnit.SECONDS));
    } catch (ExecutionException e) {
      if (!(e.getCause() instanceof UnknownTopicOrPartitionException)) {
        throw e;
      }
    }
    partitions = FIRST_PARTITIONS;
    create();
    written.clear();
    producer = newProducer();
  }

  /** What is asked of Kafka here is done by it once it is there. */
  private interface Question {
    void ask() throws Exception;
  }

  private static void retry(Question question) throws Exception {
    long deadline = System.nanoTime() + LIMIT.toNanos();
    while (true) {
      try {
        question.ask();
        return;
      } catch (ExecutionException e) {
        Throwable cause = e.getCause();
        boolean passes =
            cause instanceof RetriableException || cause instanceof TopicExistsException;
        if (!passes
            || cause instanceof UnknownTopicOrPartitionException
            || System.nanoTime() > deadline) {
          throw e;
        }
        TimeUnit.MILLISECONDS.sleep(100);
      }
    }
  }

  private void write() {
    try {
      while (!finishing) {
        writeSome();
        TimeUnit.MILLISECONDS.sleep(10);
      }
    } catch (Exception e) {
      failure = e;
    }
  }

  private synchronized void writeSome() throws Exception {
    for (int i = 0; i < 20; i++) {
      int partition = random.nextInt(partitions);
      long key = partition * 1_000L + random.nextInt(KEYS);
      // Only what is there: who resumes would be told of a deletion of what it does not know.
      boolean delete = random.nextInt(5) == 0 && written.containsKey(Item.key(key));
      number++;
      byte[] value = delete ? null : Item.of(key, number).encode();
      var sent = producer.send(new ProducerRecord<>(name, partition, Item.key(key), value));
      if (delete) {
        written.remove(Item.key(key));
      } else {
        written.put(Item.key(key), number);
      }
      if (i == 0) {
        // So that an outage does not pile up too much.
        sent.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
      }
    }
    producer.flush();
  }

  /** Ends the writing; returns the number of each key's newest object. */
  Map<String, Long> finish() throws Exception {
    finishing = true;
    thread.join(LIMIT.toMillis());
    Exception thrown = failure;
    if (thrown != null) {
      throw thrown;
    }
    synchronized (this) {
      return Map.copyOf(written);
    }
  }

  @Override
  public void close() {
    finishing = true;
    thread.interrupt();
    synchronized (this) {
      producer.close(Duration.ofSeconds(5));
    }
    admin.close(Duration.ofSeconds(5));
  }
}
