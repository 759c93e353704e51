package dev.tidings.informer.reflector;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.jspecify.annotations.Nullable;

/**
 * Takes what was polled to the writer, to be decoded on the way, and waits when that has enough.
 * Used by the polling thread; what it knows of Kafka may be asked by any.
 */
final class Feed<K, V> {
  private static final Duration MAX_OFFER = Duration.ofMillis(200);
  private static final Duration LAG_LOOK_EVERY = Duration.ofMillis(500);

  private final RecordSink<K, V> sink;
  private final DecodePool<K, V> pool;
  private final Applier<K, V> applier;
  private final Positions positions;
  private final CountDownLatch closing;
  private volatile Map<Integer, Long> lag = Map.of();
  private volatile long contactNanos = System.nanoTime();
  private long lagNanos = System.nanoTime();
  private @Nullable ShortPolls<ByteBuffer, ByteBuffer> polls;

  /**
   * @param positions moved on as records are taken
   * @param closing nothing waits any more when it is down
   */
  Feed(
      RecordSink<K, V> sink,
      DecodePool<K, V> pool,
      Applier<K, V> applier,
      Positions positions,
      CountDownLatch closing) {
    this.sink = sink;
    this.pool = pool;
    this.applier = applier;
    this.positions = positions;
    this.closing = closing;
  }

  /** Per partition, how many committed offsets were still to be read a moment ago. */
  Map<Integer, Long> lag() {
    return lag;
  }

  Duration sinceContact() {
    return Duration.ofNanos(System.nanoTime() - contactNanos);
  }

  /** Kafka has answered. */
  void noteContact() {
    contactNanos = System.nanoTime();
  }

  ConsumerRecords<ByteBuffer, ByteBuffer> poll(KafkaConsumer<ByteBuffer, ByteBuffer> consumer) {
    ShortPolls<ByteBuffer, ByteBuffer> known = polls;
    ShortPolls<ByteBuffer, ByteBuffer> current =
        known != null && known.isOf(consumer) ? known : new ShortPolls<>(consumer);
    polls = current;
    ConsumerRecords<ByteBuffer, ByteBuffer> records = current.poll();
    lookAtLag(consumer);
    return records;
  }

  /** Whether the last poll looked as if the topic was gone. */
  boolean isSuspicious() {
    return polls != null && polls.isSuspicious();
  }

  /**
   * Hands over what was polled.
   *
   * @param load it belongs to; null if the topic is being followed
   */
  void take(
      ConsumerRecords<ByteBuffer, ByteBuffer> records,
      RecordSink.@Nullable Load load,
      KafkaConsumer<ByteBuffer, ByteBuffer> consumer) {
    if (records.nextOffsets().isEmpty()) {
      return;
    }
    noteContact();
    positions.advance(records.nextOffsets());
    RecordSink.Form form = sink.wants(load);
    long bytes = 0;
    for (TopicPartition partition : records.partitions()) {
      for (ConsumerRecord<ByteBuffer, ByteBuffer> record : records.records(partition)) {
        bytes += record.serializedKeySize() + record.serializedValueSize();
        if (form == RecordSink.Form.BYTES && record.key() == null) {
          // For the decoder to report; the writer leaves it out.
          pool.decodeNow(record);
        }
      }
    }
    give(
        form == RecordSink.Form.BYTES
            ? new Applier.Step.Bytes<>(records, bytes, positions.reached())
            : new Applier.Step.Records<>(
                pool.decode(records, form), records.count(), bytes, positions.reached()),
        consumer);
  }

  private void lookAtLag(KafkaConsumer<ByteBuffer, ByteBuffer> consumer) {
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

  /**
   * Waits for room. A member of a group goes on polling meanwhile, or it would be thrown out.
   *
   * @param consumer null if there is none yet
   */
  void give(Applier.Step<K, V> step, @Nullable KafkaConsumer<ByteBuffer, ByteBuffer> consumer) {
    try {
      while (!applier.offer(step, MAX_OFFER) && closing.getCount() > 0) {
        if (consumer != null && !consumer.subscription().isEmpty()) {
          consumer.pause(consumer.assignment());
          consumer.poll(Duration.ZERO);
          consumer.resume(consumer.assignment());
        }
      }
    } catch (InterruptedException e) {
      throw new InterruptException(e);
    }
  }
}
