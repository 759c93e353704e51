package dev.tidings.informer.reflector;

import dev.tidings.informer.rv.ResourceVersion;
import dev.tidings.informer.watch.ExpiredException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * The committed records of a topic between two positions, each partition by itself: so that they
 * can be merged, each waits with some in memory until the others have come as far. For one thread.
 */
public final class LogRange implements AutoCloseable {
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(1);
  private static final int MANY = 2_000;

  /** What is known of a partition. */
  private static final class Lane {
    final TopicPartition partition;
    final long end;
    final Queue<ConsumerRecord<byte[], byte[]>> waiting = new ArrayDeque<>();
    boolean read;
    boolean headTaken;
    boolean paused;

    Lane(TopicPartition partition, long end) {
      this.partition = partition;
      this.end = end;
    }
  }

  private final KafkaConsumer<byte[], byte[]> consumer;
  private final ShortPolls<byte[], byte[]> polls;
  private final TopicClient topic;
  private final ResourceVersion end;
  private final Map<Integer, Lane> lanes = new TreeMap<>();

  private LogRange(
      TopicClient topic, Map<String, ?> properties, ResourceVersion from, ResourceVersion to) {
    this.topic = topic;
    this.end = to;
    consumer = new KafkaConsumer<>(new ClientProperties(properties, topic.topic()).ofRange());
    polls = new ShortPolls<>(consumer);
    for (int partition = 0; partition < to.partitions(); partition++) {
      if (to.offset(partition) > from.offset(partition)) {
        TopicPartition one = new TopicPartition(topic.topic(), partition);
        lanes.put(partition, new Lane(one, to.offset(partition)));
      }
    }
    consumer.assign(lanes.values().stream().map(lane -> lane.partition).toList());
    lanes.forEach((number, lane) -> consumer.seek(lane.partition, from.offset(number)));
  }

  /**
   * Opens a range.
   *
   * @param topic stays the caller's to close
   * @throws ExpiredException if the log begins after the first position, or one of them is of
   *     another topic
   */
  public static LogRange open(
      TopicClient topic, Map<String, ?> properties, ResourceVersion from, ResourceVersion to) {
    ResourceVersion beginning = topic.beginning();
    if (!beginning.topicId().equals(from.topicId()) || !beginning.topicId().equals(to.topicId())) {
      throw new ExpiredException("it is of another topic, or the topic was created again");
    }
    if (!from.isAtLeast(beginning)) {
      throw new ExpiredException("the log of " + topic.topic() + " now begins after it");
    }
    return new LogRange(topic, properties, from, to);
  }

  /** The position that it ends at. */
  public ResourceVersion end() {
    return end;
  }

  /** The partitions of which no record was taken that is not done. */
  public List<Integer> partitionsWithoutHead() {
    List<Integer> without = new ArrayList<>();
    lanes.forEach(
        (number, lane) -> {
          if (!lane.headTaken && !lane.waiting.isEmpty()) {
            without.add(number);
          }
        });
    return without;
  }

  /** The next record of a partition that is in memory; null if there is none. */
  public @Nullable ConsumerRecord<byte[], byte[]> next(int partition) {
    return lane(partition).waiting.poll();
  }

  /** The record that {@link #next} gave waits for its turn. */
  public void takeHead(int partition) {
    lane(partition).headTaken = true;
  }

  /** It had its turn. */
  public void headDone(int partition) {
    lane(partition).headTaken = false;
  }

  private Lane lane(int partition) {
    Lane lane = lanes.get(partition);
    if (lane == null) {
      throw new IllegalArgumentException("Partition " + partition + " is not in the range");
    }
    return lane;
  }

  /** Whether the next record of some partition is not known yet. */
  public boolean isWaiting() {
    return lanes.values().stream()
        .anyMatch(lane -> !lane.headTaken && lane.waiting.isEmpty() && !lane.read);
  }

  /**
   * Reads on. Returns whether anything came.
   *
   * @throws ExpiredException if the topic has lost what comes next, or is gone
   */
  public boolean poll() {
    holdBackTheFull();
    ConsumerRecords<byte[], byte[]> records;
    try {
      records = polls.poll();
    } catch (OffsetOutOfRangeException e) {
      throw new ExpiredException("the log of " + topic.topic() + " now begins after it");
    }
    if (polls.isSuspicious()) {
      topic.checkStillIs(end.topicId());
    }
    for (ConsumerRecord<byte[], byte[]> record : records) {
      Lane lane = lane(record.partition());
      if (record.offset() < lane.end) {
        lane.waiting.add(record);
      }
    }
    records
        .nextOffsets()
        .forEach(
            (partition, next) -> {
              Lane lane = lane(partition.partition());
              lane.read |= next.offset() >= lane.end;
            });
    return !records.nextOffsets().isEmpty();
  }

  private void holdBackTheFull() {
    for (Lane lane : lanes.values()) {
      boolean pause = lane.read || lane.waiting.size() >= MANY;
      if (pause != lane.paused) {
        lane.paused = pause;
        if (pause) {
          consumer.pause(List.of(lane.partition));
        } else {
          consumer.resume(List.of(lane.partition));
        }
      }
    }
  }

  @Override
  public void close() {
    consumer.close(CloseOptions.timeout(CLOSE_TIMEOUT));
  }
}
