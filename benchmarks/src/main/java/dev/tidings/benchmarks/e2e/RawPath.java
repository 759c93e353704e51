package dev.tidings.benchmarks.e2e;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * A plain producer to one topic and a plain consumer of the same or another one: what a user has
 * without any platform. Each value begins with the time at which it was sent.
 */
final class RawPath implements AutoCloseable {
  private static final Duration POLL = Duration.ofMillis(100);

  private final String topic;
  private final KafkaProducer<byte[], byte[]> producer;
  private final KafkaConsumer<byte[], byte[]> consumer;
  private final Latencies latencies;
  private final AtomicLong seen = new AtomicLong();
  private final Thread reader;

  /**
   * @param isolation of the consumer: {@code read_committed} or {@code read_uncommitted}
   */
  RawPath(
      String bootstrapServers,
      String sendTo,
      String readFrom,
      int partitions,
      String isolation,
      Latencies latencies) {
    this.topic = sendTo;
    this.latencies = latencies;
    this.producer =
        new KafkaProducer<>(
            Map.of(
                "bootstrap.servers", bootstrapServers, "acks", "all", "enable.idempotence", "true"),
            new ByteArraySerializer(),
            new ByteArraySerializer());
    this.consumer =
        new KafkaConsumer<>(
            Map.of("bootstrap.servers", bootstrapServers, "isolation.level", isolation),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer());
    var all =
        java.util.stream.IntStream.range(0, partitions)
            .mapToObj(p -> new TopicPartition(readFrom, p))
            .toList();
    consumer.assign(all);
    consumer.seekToEnd(all);
    all.forEach(consumer::position);
    this.reader = new Thread(this::read, "raw-reader");
    reader.start();
  }

  void send(byte[] key, byte[] body) {
    byte[] value =
        ByteBuffer.allocate(Long.BYTES + body.length).putLong(System.nanoTime()).put(body).array();
    producer.send(new ProducerRecord<>(topic, key, value));
  }

  void flush() {
    producer.flush();
  }

  long seen() {
    return seen.get();
  }

  private void read() {
    try {
      while (true) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
          latencies.add(System.nanoTime() - ByteBuffer.wrap(record.value()).getLong());
          seen.incrementAndGet();
        }
      }
    } catch (WakeupException e) {
      consumer.close();
    }
  }

  @Override
  public void close() throws InterruptedException {
    producer.close();
    consumer.wakeup();
    reader.join();
  }
}
