package dev.tidings.conformance;

import dev.tidings.event.BatchEntry;
import dev.tidings.event.Event;
import dev.tidings.event.EventBatch;
import dev.tidings.registry.SchemaRegistry;
import dev.tidings.wire.EventBatchDeserializer;
import dev.tidings.wire.EventDeserializer;
import dev.tidings.wire.OriginHeader;
import dev.tidings.wire.Topics;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/**
 * Reads what a platform with the default rules was given and what it put out, with plain consumers,
 * and holds the one against the other. Nothing may be recorded meanwhile. One thread.
 */
public final class OutputCheck {
  private static final Duration POLL = Duration.ofMillis(500);

  private final Map<String, ?> settings;
  private final Topics topics;

  /**
   * @param settings of the Kafka and registry clients, by their own names
   */
  public OutputCheck(Map<String, ?> settings, Topics topics) {
    this.settings = Map.copyOf(settings);
    this.topics = topics;
  }

  /**
   * What was found.
   *
   * @param recorded the ids of all records on the recorded topic, in its order, without those that
   *     were only sent again
   * @param retransmitted how many were sent again
   * @param expected occurrences recorded
   * @param counted the sum of occurrences over all batches
   * @param sequenceErrors batches whose number does not follow the one before, per partition
   * @param differences between the events and what the rules make of the records; one line each
   * @param events the newest state of every event
   */
  public record Result(
      List<UUID> recorded,
      int retransmitted,
      long expected,
      long counted,
      int sequenceErrors,
      List<String> differences,
      Map<UUID, Event> events) {

    /** Whether nothing is missing, doubled or wrong. */
    public boolean isExact() {
      return expected == counted && sequenceErrors == 0 && differences.isEmpty();
    }
  }

  /** Waits, at most so long, until as much is counted as was recorded, then compares everything. */
  public Result run(Duration limit) {
    long deadline = System.nanoTime() + limit.toNanos();
    try (SchemaRegistry registry = SchemaRegistry.forConfig(settings)) {
      EventDeserializer eventReader = new EventDeserializer(registry);
      DedupModel model = DedupModel.withDefaults();
      List<UUID> recorded = new ArrayList<>();
      int retransmitted = 0;
      for (ConsumerRecord<String, byte[]> record : read(topics.recorded())) {
        Instant arrival = Instant.ofEpochMilli(record.timestamp());
        Header origin = record.headers().lastHeader(OriginHeader.NAME);
        if (origin != null
            && !model.isNew(record.partition(), OriginHeader.parse(origin.value()), arrival)) {
          retransmitted++;
          continue;
        }
        Event event = eventReader.decode(record.value());
        recorded.add(event.getId());
        model.record(event, arrival);
      }
      EventBatchDeserializer batchReader = new EventBatchDeserializer(registry);
      List<EventBatch> batches = batches(batchReader);
      while (occurrences(batches) < model.occurrences() && System.nanoTime() < deadline) {
        batches = batches(batchReader);
      }
      Map<UUID, Event> newest = new LinkedHashMap<>();
      for (ConsumerRecord<String, byte[]> record : read(topics.events())) {
        newest.put(UUID.fromString(record.key()), eventReader.decode(record.value()));
      }
      return new Result(
          recorded,
          retransmitted,
          model.occurrences(),
          occurrences(batches),
          sequenceErrors(batches),
          model.differences(newest.values()),
          newest);
    }
  }

  private List<EventBatch> batches(EventBatchDeserializer reader) {
    return read(topics.batches()).stream().map(record -> reader.decode(record.value())).toList();
  }

  private static long occurrences(Collection<EventBatch> batches) {
    return batches.stream()
        .flatMap(batch -> batch.getEntries().stream())
        .mapToLong(BatchEntry::getOccurrences)
        .sum();
  }

  private static int sequenceErrors(List<EventBatch> batches) {
    Map<Integer, Long> next = new HashMap<>();
    int errors = 0;
    for (EventBatch batch : batches) {
      if (batch.getSequence() != next.getOrDefault(batch.getPartition(), 0L)) {
        errors++;
      }
      next.put(batch.getPartition(), batch.getSequence() + 1);
    }
    return errors;
  }

  /** All that is committed now. */
  private List<ConsumerRecord<String, byte[]>> read(String topic) {
    Map<String, Object> consumerSettings = new HashMap<>(settings);
    consumerSettings.put("isolation.level", "read_committed");
    List<ConsumerRecord<String, byte[]>> records = new ArrayList<>();
    try (KafkaConsumer<String, byte[]> consumer =
        new KafkaConsumer<>(
            consumerSettings, new StringDeserializer(), new ByteArrayDeserializer())) {
      List<TopicPartition> partitions =
          consumer.partitionsFor(topic).stream()
              .map(info -> new TopicPartition(topic, info.partition()))
              .toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      while (ends.entrySet().stream().anyMatch(e -> consumer.position(e.getKey()) < e.getValue())) {
        consumer.poll(POLL).forEach(records::add);
      }
    }
    return records;
  }
}
