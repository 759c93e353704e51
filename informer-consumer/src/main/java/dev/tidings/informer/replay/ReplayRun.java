package dev.tidings.informer.replay;

import dev.tidings.informer.problem.Problem;
import dev.tidings.informer.reflector.LogRange;
import dev.tidings.informer.reflector.TopicClient;
import dev.tidings.informer.rv.ResourceVersion;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.PriorityQueue;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One run of a replay. The partitions are merged by time: a record goes when every partition that
 * is not done has shown its next one. For one thread.
 */
final class ReplayRun<K, V> implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(ReplayRun.class);

  private final Replay<K, V> replay;
  private final ReplayControl control;
  private final TopicClient topic;
  private final LogRange range;
  private final PriorityQueue<Replayed<K, V>> heads =
      new PriorityQueue<>(
          Comparator.<Replayed<K, V>, Instant>comparing(Replayed::time)
              .thenComparingInt(Replayed::partition));
  private final Map<Integer, Long> passed = new HashMap<>();
  private ResourceVersion reached;
  private long records;
  private long filtered;
  private long unreadable;
  private boolean timed;
  private long startNanos;
  private Instant startTime = Instant.EPOCH;

  ReplayRun(Replay<K, V> replay, ReplayControl control) {
    this.replay = replay;
    this.control = control;
    topic =
        new TopicClient(replay.topic, replay.properties, replay.requestTimeout, Clock.systemUTC());
    try {
      ResourceVersion to = resolve(replay.to);
      reached = resolve(replay.from);
      range = LogRange.open(topic, replay.properties, ofChosenPartitions(reached, to), to);
    } catch (RuntimeException e) {
      topic.close();
      throw e;
    }
  }

  private ResourceVersion resolve(ReplayPoint point) {
    if (point instanceof ReplayPoint.Version version) {
      return version.resourceVersion();
    }
    if (point instanceof ReplayPoint.Time time) {
      return topic.positionAt(time.time());
    }
    if (point instanceof ReplayPoint.Offset given) {
      return clamped(given.offset());
    }
    return point instanceof ReplayPoint.Beginning
        ? topic.logBeginning()
        : topic.committedEnd(replay.requestTimeout);
  }

  private ResourceVersion clamped(long offset) {
    ResourceVersion beginning = topic.logBeginning();
    ResourceVersion end = topic.committedEnd(replay.requestTimeout);
    long[] offsets = end.offsets();
    for (int partition = 0; partition < offsets.length; partition++) {
      offsets[partition] =
          Math.min(offsets[partition], Math.max(offset, beginning.offset(partition)));
    }
    return ResourceVersion.of(end.topicId(), offsets);
  }

  // The others are at their end already.
  private ResourceVersion ofChosenPartitions(ResourceVersion from, ResourceVersion to) {
    ResourceVersion chosen = from;
    for (int partition = 0; partition < to.partitions(); partition++) {
      if (!replay.partitions.test(partition)) {
        chosen = chosen.with(partition, Math.max(from.offset(partition), to.offset(partition)));
      }
    }
    return chosen;
  }

  ReplayResult run(ReplayHandler<K, V> handler) throws Exception {
    long heardNanos = control.now();
    while (!control.isStopped()) {
      fillHeads();
      if (range.isWaiting()) {
        if (range.poll()) {
          heardNanos = control.now();
        } else if (control.now() - heardNanos > replay.requestTimeout.toNanos()) {
          throw new TimeoutException(
              "Nothing came from %s for %d ms"
                  .formatted(replay.topic, replay.requestTimeout.toMillis()));
        }
        continue;
      }
      Replayed<K, V> next = heads.poll();
      if (next == null) {
        reached = range.end();
        break;
      }
      if (!control.awaitTurn(due(next.time()))) {
        break;
      }
      handler.onRecord(next);
      records++;
      pass(next.partition(), next.offset() + 1);
      heardNanos = control.now();
    }
    return new ReplayResult(records, filtered, unreadable, control.isStopped(), reached());
  }

  // Shows the next record of each partition that has none in the heap.
  private void fillHeads() {
    for (int partition : range.partitionsWithoutHead()) {
      for (ConsumerRecord<byte[], byte[]> raw = range.next(partition);
          raw != null;
          raw = range.next(partition)) {
        Replayed<K, V> decoded = decode(raw);
        if (decoded == null) {
          unreadable++;
          pass(partition, raw.offset() + 1);
        } else if (!replay.filter.test(decoded.key(), decoded.value())) {
          filtered++;
          pass(partition, raw.offset() + 1);
        } else {
          range.takeHead(partition);
          heads.add(decoded);
          break;
        }
      }
    }
  }

  /** Null if it cannot be read. */
  private @Nullable Replayed<K, V> decode(ConsumerRecord<byte[], byte @Nullable []> raw) {
    byte @Nullable [] keyBytes = raw.key();
    byte @Nullable [] valueBytes = raw.value();
    try {
      K key =
          keyBytes == null ? null : replay.keys.deserialize(raw.topic(), raw.headers(), keyBytes);
      V value =
          valueBytes == null
              ? null
              : replay.values.deserialize(raw.topic(), raw.headers(), valueBytes);
      Instant time =
          replay.time != null && value != null
              ? replay.time.apply(value)
              : Instant.ofEpochMilli(raw.timestamp());
      return new Replayed<>(
          raw.partition(), raw.offset(), time, key, value, raw.headers(), keyBytes, valueBytes);
    } catch (InterruptException | RetriableException e) {
      // Not the record's fault.
      throw e;
    } catch (RuntimeException e) {
      log.warn(
          "{}",
          new Problem.UnreadableRecord(raw.topic(), raw.partition(), raw.offset(), e).describe());
      return null;
    }
  }

  private void pass(int partition, long offset) {
    passed.put(partition, offset);
    range.headDone(partition);
  }

  private ResourceVersion reached() {
    ResourceVersion result = reached;
    for (Map.Entry<Integer, Long> one : passed.entrySet()) {
      if (one.getValue() > result.offset(one.getKey())) {
        result = result.with(one.getKey(), one.getValue());
      }
    }
    return result;
  }

  private long due(Instant time) {
    Double factor = replay.factor;
    if (factor == null) {
      return control.now();
    }
    if (!timed) {
      timed = true;
      startNanos = control.now();
      startTime = time;
    }
    Duration since = Duration.between(startTime, time);
    return startNanos + (long) (since.toNanos() / factor);
  }

  @Override
  public void close() {
    range.close();
    topic.close();
  }
}
