package dev.tidings.infra.stack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.conformance.DedupModel;
import dev.tidings.event.Event;
import dev.tidings.event.EventBatch;
import dev.tidings.registry.RegistryClient;
import dev.tidings.registry.RegistryConfig;
import dev.tidings.registry.SchemaRegistry;
import dev.tidings.wire.EventBatchDeserializer;
import dev.tidings.wire.EventDeserializer;
import dev.tidings.wire.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.awaitility.Awaitility;

/** What a platform has put out, read by a plain consumer, and held against the model. */
final class Outputs {
  private static final Duration LIMIT = Duration.ofSeconds(90);

  private final String bootstrapServers;
  private final String registryUrl;
  private final Topics topics;

  Outputs(String bootstrapServers, String registryUrl, Topics topics) {
    this.bootstrapServers = bootstrapServers;
    this.registryUrl = registryUrl;
    this.topics = topics;
  }

  /** Waits until the batches hold everything that is on the recorded topic, then compares all. */
  void assertExact() {
    try (SchemaRegistry registry = RegistryClient.create(RegistryConfig.of(registryUrl))) {
      EventDeserializer eventReader = new EventDeserializer(registry);
      DedupModel model = DedupModel.withDefaults();
      for (ConsumerRecord<String, byte[]> record : read(topics.recorded())) {
        model.record(eventReader.decode(record.value()));
      }
      EventBatchDeserializer batchReader = new EventBatchDeserializer(registry);
      Awaitility.await()
          .atMost(LIMIT)
          .until(() -> occurrences(batches(batchReader)) >= model.occurrences());

      List<EventBatch> batches = batches(batchReader);
      assertThat(occurrences(batches)).isEqualTo(model.occurrences());
      assertGapless(batches);
      Map<UUID, Event> newest = new LinkedHashMap<>();
      for (ConsumerRecord<String, byte[]> record : read(topics.events())) {
        newest.put(UUID.fromString(record.key()), eventReader.decode(record.value()));
      }
      assertThat(model.differences(newest.values())).isEmpty();
    }
  }

  /** Occurrences on the recorded topic. */
  long recorded() {
    return read(topics.recorded()).size();
  }

  private List<EventBatch> batches(EventBatchDeserializer reader) {
    return read(topics.batches()).stream().map(record -> reader.decode(record.value())).toList();
  }

  private static long occurrences(List<EventBatch> batches) {
    return batches.stream()
        .flatMap(batch -> batch.getEntries().stream())
        .mapToLong(entry -> entry.getOccurrences())
        .sum();
  }

  private static void assertGapless(List<EventBatch> batches) {
    Map<Integer, Long> next = new HashMap<>();
    for (EventBatch batch : batches) {
      assertThat(batch.getSequence())
          .as("sequence of partition %d", batch.getPartition())
          .isEqualTo(next.getOrDefault(batch.getPartition(), 0L));
      next.put(batch.getPartition(), batch.getSequence() + 1);
    }
  }

  /** All that is committed now. */
  private List<ConsumerRecord<String, byte[]>> read(String topic) {
    List<ConsumerRecord<String, byte[]>> records = new ArrayList<>();
    try (KafkaConsumer<String, byte[]> consumer =
        new KafkaConsumer<>(
            Map.of("bootstrap.servers", bootstrapServers, "isolation.level", "read_committed"),
            new StringDeserializer(),
            new ByteArrayDeserializer())) {
      List<TopicPartition> partitions =
          consumer.partitionsFor(topic).stream()
              .map(info -> new TopicPartition(topic, info.partition()))
              .toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      while (partitions.stream().anyMatch(p -> consumer.position(p) < ends.get(p))) {
        consumer.poll(Duration.ofSeconds(1)).forEach(records::add);
      }
    }
    return records;
  }
}
