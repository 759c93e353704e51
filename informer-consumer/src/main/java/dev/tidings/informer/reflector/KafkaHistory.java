package dev.tidings.informer.reflector;

import dev.tidings.informer.expiry.Expiry;
import dev.tidings.informer.expiry.ExpiryQueue;
import dev.tidings.informer.rv.ResourceVersion;
import dev.tidings.informer.watch.ExpiredException;
import dev.tidings.informer.watch.History;
import dev.tidings.informer.watch.LogChange;
import dev.tidings.informer.watch.WatchFailedException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;

/**
 * Changes read from the topic by a consumer of their own.
 *
 * <p>To know what an object was before its first change, if that is wanted, the log is read from
 * its beginning; until the position asked for, records are kept as they came and not shown. So the
 * memory it takes is that of the topic's encoded state, for as long as it is open.
 */
final class KafkaHistory<K, V> implements History<K, V> {
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(1);
  private static final Duration RETRY_DELAY = Duration.ofMillis(200);

  private final TopicClient topic;
  private final RecordDecoder<K, V> decoder;
  private final Expiry<V> expiry;
  private final ResourceVersion from;
  private final KafkaConsumer<byte[], byte[]> consumer;
  // The newest state of each key so far: as it came, or decoded once it was shown.
  private final Map<K, State<V>> states = new HashMap<>();
  private final long[] position;
  // What was read, while it is looked at: kept when that has to be tried again.
  private final Deque<ConsumerRecord<byte[], byte[]>> unseen = new ArrayDeque<>();
  private final Map<TopicPartition, OffsetAndMetadata> nextOffsets = new HashMap<>();
  private List<LogChange<K, V>> changes = new ArrayList<>();
  private final ShortPolls<byte[], byte[]> polls;

  // Of each partition, the time of the youngest record so far.
  private final Map<Integer, Long> youngestMillis = new HashMap<>();

  private sealed interface State<V> {}

  private record Encoded<V>(ConsumerRecord<byte[], byte[]> record, long writtenMillis)
      implements State<V> {}

  // Written: at this time, or later.
  private record Shown<V>(V object, long timestampMillis, long writtenMillis) implements State<V> {}

  KafkaHistory(
      TopicClient topic,
      Map<String, Object> properties,
      RecordDecoder<K, V> decoder,
      Expiry<V> expiry,
      ResourceVersion from,
      boolean previousStates) {
    this.topic = topic;
    this.decoder = decoder;
    this.from = from;
    this.expiry = from.expiry() == 0 ? Expiry.never() : expiry.of(topic.retention());
    ResourceVersion beginning = previousStates ? checkedBeginning() : checked(from);
    TopicClient.Identity identity = topic.identity();
    position =
        Arrays.copyOf(beginning.offsets(), Math.max(identity.partitions(), from.partitions()));
    consumer = new KafkaConsumer<>(properties);
    polls = new ShortPolls<>(consumer);
    List<TopicPartition> partitions =
        topic.partitions(identity).stream()
            .map(partition -> new TopicPartition(topic.topic(), partition))
            .toList();
    consumer.assign(partitions);
    partitions.forEach(partition -> consumer.seek(partition, position[partition.partition()]));
  }

  private ResourceVersion checked(ResourceVersion position) {
    checkedBeginning();
    return position;
  }

  private ResourceVersion checkedBeginning() {
    ResourceVersion completeFrom = topic.completeFrom();
    ResourceVersion beginning = topic.beginning();
    if (!completeFrom.topicId().equals(from.topicId())
        || !beginning.topicId().equals(from.topicId())) {
      throw recreated();
    }
    if (!from.isAtLeast(beginning)) {
      throw new ExpiredException("the log of " + topic.topic() + " now begins after it");
    }
    if (!from.isAtLeast(completeFrom)) {
      throw new ExpiredException(
          "it is so old that deletions after it may have been removed from " + topic.topic());
    }
    return beginning;
  }

  private ExpiredException recreated() {
    return new ExpiredException("topic " + topic.topic() + " was created again");
  }

  @Override
  public Batch<K, V> read(Duration maxWait) {
    try {
      if (nextOffsets.isEmpty()) {
        ConsumerRecords<byte[], byte[]> records = polls.poll(maxWait);
        records.forEach(unseen::add);
        nextOffsets.putAll(records.nextOffsets());
      }
      // Asked after the poll: if the topic is the same now, all that was read is of it.
      if (polls.isSuspicious() || !unseen.isEmpty()) {
        topic.checkStillIs(from.topicId());
      }
      for (ConsumerRecord<byte[], byte[]> next = unseen.peek();
          next != null;
          next = unseen.peek()) {
        look(next);
        unseen.remove();
      }
      nextOffsets.forEach((partition, next) -> position[partition.partition()] = next.offset());
      nextOffsets.clear();
      List<LogChange<K, V>> seen = changes;
      changes = new ArrayList<>();
      return new Batch<>(seen, reached());
    } catch (OffsetOutOfRangeException e) {
      throw new ExpiredException("the log of " + topic.topic() + " now begins after it");
    } catch (WakeupException e) {
      return new Batch<>(List.of(), reached());
    } catch (RetriableException e) {
      // Kept, and tried again by the next call.
      LockSupport.parkNanos(Math.min(RETRY_DELAY.toNanos(), maxWait.toNanos()));
      return new Batch<>(List.of(), reached());
    } catch (InterruptException e) {
      throw e;
    } catch (KafkaException e) {
      throw new WatchFailedException("Cannot read the history of " + topic.topic() + ": " + e, e);
    }
  }

  private ResourceVersion reached() {
    long[] shown = position.clone();
    for (int partition = 0; partition < shown.length; partition++) {
      shown[partition] = Math.max(shown[partition], from.offset(partition));
    }
    return ResourceVersion.of(from.topicId(), shown).withExpiry(from.expiry());
  }

  // Either throws or takes note; never both.
  private void look(ConsumerRecord<byte[], byte[]> record) {
    long written = youngestMillis.merge(record.partition(), record.timestamp(), Math::max);
    if (record.offset() < from.offset(record.partition())) {
      K key = decoder.decodeKey(record);
      if (key != null && record.value() == null) {
        states.remove(key);
      } else if (key != null) {
        states.put(key, new Encoded<>(record, written));
      }
      return;
    }
    LogRecord<K, V> decoded = decoder.decode(record);
    K key = decoded == null ? null : decoded.key();
    if (decoded == null || key == null) {
      return;
    }
    Shown<V> before = shown(states.get(key));
    V object = decoded.value();
    if (object == null) {
      states.remove(key);
    } else {
      states.put(key, new Shown<>(object, record.timestamp(), written));
    }
    V previous = before == null ? null : before.object();
    if (before != null && hadExpired(key, before)) {
      if (object != null) {
        previous = null;
      } else if (!wasLate(before)) {
        return;
      }
    }
    changes.add(new LogChange<>(record.partition(), record.offset(), key, object, previous));
  }

  // Whoever resumes here was told already that it is gone.
  private boolean hadExpired(K key, Shown<V> state) {
    long at = expiry.expiresMillis(state.timestampMillis(), state.object());
    return at < Expiry.NEVER_MILLIS && ExpiryQueue.placeOf(at, key) < from.expiry();
  }

  // It had expired when it was written, so it was shown at a place in the order of expiry that was
  // past already: whoever resumes here may have seen it come and not go. Better told twice than
  // never.
  private boolean wasLate(Shown<V> state) {
    return state.writtenMillis() >= expiry.expiresMillis(state.timestampMillis(), state.object());
  }

  private @Nullable Shown<V> shown(@Nullable State<V> state) {
    if (state instanceof Encoded<V> encoded) {
      LogRecord<K, V> decoded = decoder.decode(encoded.record());
      V object = decoded == null ? null : decoded.value();
      return object == null
          ? null
          : new Shown<>(object, encoded.record().timestamp(), encoded.writtenMillis());
    }
    return (Shown<V>) state;
  }

  @Override
  public void wakeup() {
    consumer.wakeup();
  }

  @Override
  public void close() {
    boolean interrupted = Thread.interrupted();
    consumer.close(CloseOptions.timeout(CLOSE_TIMEOUT));
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
