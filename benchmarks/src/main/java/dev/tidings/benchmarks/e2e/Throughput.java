package dev.tidings.benchmarks.e2e;

import dev.tidings.event.BatchEntry;
import dev.tidings.event.Event;
import dev.tidings.event.EventBatch;
import dev.tidings.event.identity.RecordKey;
import dev.tidings.infra.stack.EmbeddedStack;
import dev.tidings.recorder.EventRecorder;
import dev.tidings.recorder.RecordResult;
import dev.tidings.registry.RegistryClient;
import dev.tidings.registry.RegistryConfig;
import dev.tidings.registry.SchemaRegistry;
import dev.tidings.wire.AvroBytes;
import dev.tidings.wire.EventBatchDeserializer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Events a second: of a raw producer until acknowledged, and of the pipeline until in a batch. */
final class Throughput {
  private static final String RAW_TOPIC = "bench-direct";
  private static final int UNDER_WAY = 8_000;
  private static final Duration LIMIT = Duration.ofMinutes(5);
  private static final Duration POLL = Duration.ofMillis(200);

  private final EmbeddedStack stack;
  private final int partitions;

  Throughput(EmbeddedStack stack, int partitions) {
    this.stack = stack;
    this.partitions = partitions;
  }

  /** So that nobody measures the compiler. */
  void warmUp(int events) throws InterruptedException {
    List<Event> warm =
        IntStream.range(0, events).mapToObj(i -> Platform.event(2_000_000_000L + i)).toList();
    raw(warm);
    pipeline(warm);
  }

  /** The same bytes, encoded before, by an idempotent producer with acks=all. */
  double raw(List<Event> events) {
    List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
    for (Event event : events) {
      records.add(
          new ProducerRecord<>(
              RAW_TOPIC,
              RecordKey.of(event).getBytes(StandardCharsets.UTF_8),
              AvroBytes.encode(event)));
    }
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            Map.of(
                "bootstrap.servers", stack.bootstrapServers(),
                "acks", "all",
                "enable.idempotence", "true"),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      producer.partitionsFor(RAW_TOPIC);
      long start = System.nanoTime();
      records.forEach(producer::send);
      producer.flush();
      return rate(events.size(), start);
    }
  }

  /** Recorded by one thread, until the batches count them all. */
  double pipeline(List<Event> events) throws InterruptedException {
    try (SchemaRegistry registry = RegistryClient.create(RegistryConfig.of(stack.registryUrl()));
        KafkaConsumer<byte[], byte[]> batches = batchesFromNowOn();
        EventRecorder recorder = Platform.recorder(stack.bootstrapServers(), stack.registryUrl())) {
      long start = System.nanoTime();
      Thread recording = new Thread(() -> record(recorder, events), "recording");
      AtomicReference<Throwable> failure = new AtomicReference<>();
      recording.setUncaughtExceptionHandler((thread, error) -> failure.set(error));
      recording.start();
      awaitCounted(batches, new EventBatchDeserializer(registry), events.size(), failure);
      recording.join();
      return rate(events.size(), start);
    }
  }

  private KafkaConsumer<byte[], byte[]> batchesFromNowOn() {
    KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(
            Map.of(
                "bootstrap.servers", stack.bootstrapServers(), "isolation.level", "read_committed"),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer());
    List<TopicPartition> all =
        IntStream.range(0, partitions)
            .mapToObj(p -> new TopicPartition(stack.topics().batches(), p))
            .toList();
    consumer.assign(all);
    consumer.seekToEnd(all);
    all.forEach(consumer::position);
    return consumer;
  }

  private static void record(EventRecorder recorder, List<Event> events) {
    Semaphore room = new Semaphore(UNDER_WAY);
    for (Event event : events) {
      room.acquireUninterruptibly();
      recorder
          .submit(event)
          .whenComplete(
              (result, never) -> {
                if (!(result instanceof RecordResult.Acknowledged)) {
                  throw new IllegalStateException("Not recorded: " + result);
                }
                room.release();
              });
    }
  }

  private static void awaitCounted(
      KafkaConsumer<byte[], byte[]> batches,
      EventBatchDeserializer reader,
      long wanted,
      AtomicReference<Throwable> failure) {
    long deadline = System.nanoTime() + LIMIT.toNanos();
    long counted = 0;
    while (counted < wanted) {
      if (failure.get() != null || System.nanoTime() > deadline) {
        throw new IllegalStateException(
            "Only %,d of %,d events were counted".formatted(counted, wanted), failure.get());
      }
      for (ConsumerRecord<byte[], byte[]> record : batches.poll(POLL)) {
        EventBatch batch = reader.decode(record.value());
        counted += batch.getEntries().stream().mapToLong(BatchEntry::getOccurrences).sum();
      }
    }
  }

  private static double rate(int events, long startNanos) {
    return events / ((System.nanoTime() - startNanos) / 1e9);
  }
}
