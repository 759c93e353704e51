package dev.tidings.cli.top;

import dev.tidings.cli.connection.Connection;
import dev.tidings.event.Event;
import dev.tidings.event.identity.SeriesKey;
import dev.tidings.registry.RegistryException;
import dev.tidings.registry.SchemaRegistry;
import dev.tidings.wire.EventDeserializer;
import dev.tidings.wire.MalformedValueException;
import dev.tidings.wire.SeriesHeader;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Follows what is recorded, from some time ago on, and counts it. A repeat is told by its series
 * header and not decoded. For one thread.
 */
final class RecentRecords implements AutoCloseable {
  private static final Duration POLL = Duration.ofMillis(200);
  private static final int MOST_SERIES = 20_000;

  private final KafkaConsumer<byte[], byte[]> consumer;
  private final EventDeserializer events;
  private final Predicate<Event> wanted;
  private final Map<SeriesKey, Event> series =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<SeriesKey, Event> eldest) {
          return size() > MOST_SERIES;
        }
      };

  RecentRecords(
      Connection connection, SchemaRegistry registry, Instant since, Predicate<Event> wanted) {
    this.events = new EventDeserializer(registry);
    this.wanted = wanted;
    Map<String, Object> settings = new HashMap<>(connection.settings());
    settings.put("isolation.level", "read_committed");
    settings.put("enable.auto.commit", false);
    // What the topic deletes while this looks elsewhere is of no interest any more.
    settings.put("auto.offset.reset", "earliest");
    settings.put("max.poll.records", 5_000);
    // Also what closing it takes.
    settings.put("fetch.max.wait.ms", 100);
    settings.remove("group.id");
    consumer =
        new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    String topic = connection.topics().recorded();
    List<TopicPartition> partitions =
        consumer.partitionsFor(topic).stream()
            .map(info -> new TopicPartition(topic, info.partition()))
            .toList();
    consumer.assign(partitions);
    Map<TopicPartition, Long> times = new HashMap<>();
    partitions.forEach(partition -> times.put(partition, since.toEpochMilli()));
    Map<TopicPartition, OffsetAndTimestamp> found = consumer.offsetsForTimes(times);
    for (TopicPartition partition : partitions) {
      OffsetAndTimestamp offset = found.get(partition);
      if (offset == null) {
        consumer.seekToEnd(List.of(partition));
      } else {
        consumer.seek(partition, offset.offset());
      }
    }
  }

  /**
   * Counts what comes within a time.
   *
   * @param ended asked now and then whether to return at once
   */
  void countInto(Tally tally, Duration time, BooleanSupplier ended) {
    long deadlineNanos = System.nanoTime() + time.toNanos();
    long leftNanos = time.toNanos();
    while (leftNanos > 0 && !ended.getAsBoolean()) {
      Duration left = Duration.ofNanos(Math.min(leftNanos, POLL.toNanos()));
      for (ConsumerRecord<byte[], byte[]> record : consumer.poll(left)) {
        count(record, tally);
      }
      leftNanos = deadlineNanos - System.nanoTime();
    }
  }

  private void count(ConsumerRecord<byte[], byte[]> record, Tally tally) {
    if (record.value() == null) {
      return;
    }
    try {
      Header header = record.headers().lastHeader(SeriesHeader.NAME);
      Event event;
      long occurrences;
      if (header == null) {
        event = events.decode(record.value());
        occurrences = event.getCount();
      } else {
        SeriesHeader told = SeriesHeader.parse(header.value());
        event = series.computeIfAbsent(told.key(), key -> events.decode(record.value()));
        occurrences = told.occurrences();
      }
      if (wanted.test(event)) {
        tally.add(event, Instant.ofEpochMilli(record.timestamp()), occurrences, 0);
      }
    } catch (MalformedValueException e) {
      // It will be in the rejected topic, with the reason.
      return;
    } catch (RegistryException e) {
      // So will what has a schema that nobody knows; a registry that is away is another matter.
      if (!e.kind().isAboutOneSchema()) {
        throw e;
      }
    }
  }

  @Override
  public void close() {
    consumer.close();
  }
}
