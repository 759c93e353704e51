package dev.tidings.informer.replay;

import dev.tidings.informer.reflector.LogRange;
import dev.tidings.informer.reflector.LogRecord;
import dev.tidings.informer.reflector.RecordDecoder;
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
import org.apache.kafka.common.errors.TimeoutException;
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
  private final RecordDecoder<K, V> decoder;
  private final LogRange range;
  private final PriorityQueue<Replayed<K, V>> heads =
      new PriorityQueue<>(
          Comparator.<Replayed<K, V>, Instant>comparing(Replayed::time)
              .thenComparingInt(Replayed::partition));
  private final Map<Integer, Long> passed = new HashMap<>();
  private ResourceVersion reached;
  private long records;
  private long filtered;
  private boolean timed;
  private long startNanos;
  private Instant startTime = Instant.EPOCH;

  ReplayRun(Replay<K, V> replay, ReplayControl control) {
    this.replay = replay;
    this.control = control;
    topic =
        new TopicClient(replay.topic, replay.properties, replay.requestTimeout, Clock.systemUTC());
    try {
      decoder =
          new RecordDecoder<>(
              replay.keys,
              replay.values,
              null,
              null,
              thrown -> false,
              problem -> log.warn("{}", problem.describe()));
      ResourceVersion from = resolve(replay.from);
      ResourceVersion to = resolve(replay.to);
      reached = from;
      range = LogRange.open(topic, replay.properties, from, to);
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
    return point instanceof ReplayPoint.Beginning
        ? topic.logBeginning()
        : topic.committedEnd(replay.requestTimeout);
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
    return new ReplayResult(
        records, filtered, decoder.unreadable(), control.isStopped(), reached());
  }

  // Shows the next record of each partition that has none in the heap.
  private void fillHeads() {
    for (int partition : range.partitionsWithoutHead()) {
      for (ConsumerRecord<byte[], byte[]> raw = range.next(partition);
          raw != null;
          raw = range.next(partition)) {
        LogRecord<K, V> decoded = decoder.decode(raw);
        K key = decoded == null ? null : decoded.key();
        if (decoded == null || key == null) {
          pass(partition, raw.offset() + 1);
        } else if (!replay.filter.test(key, decoded.value())) {
          filtered++;
          pass(partition, raw.offset() + 1);
        } else {
          range.takeHead(partition);
          heads.add(replayed(raw, decoded, key));
          break;
        }
      }
    }
  }

  private Replayed<K, V> replayed(
      ConsumerRecord<byte[], byte[]> raw, LogRecord<K, V> decoded, K key) {
    V value = decoded.value();
    Instant time =
        replay.time != null && value != null
            ? replay.time.apply(value)
            : Instant.ofEpochMilli(raw.timestamp());
    return new Replayed<>(
        raw.partition(),
        raw.offset(),
        time,
        key,
        value,
        raw.headers(),
        decoded.keyBytes(),
        decoded.valueBytes());
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
