package dev.tidings.informer;

import static org.awaitility.Awaitility.await;

import dev.tidings.informer.rv.ResourceVersion;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;

/** A topic of a test's own on a real broker, and what to do with it. */
final class Topic implements AutoCloseable {
  static final long LIMIT_SECONDS = 60;

  final String name;
  final Admin admin;
  private final String bootstrapServers;
  private final KafkaProducer<String, String> producer;
  private @Nullable KafkaProducer<String, String> transactional;

  Topic(String bootstrapServers, int partitions, Map<String, String> settings) throws Exception {
    this("informer-" + UUID.randomUUID(), bootstrapServers);
    create(partitions, settings);
  }

  Topic(String name, String bootstrapServers) {
    this.name = name;
    this.bootstrapServers = bootstrapServers;
    admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers));
    producer = new KafkaProducer<>(producerProperties());
  }

  void create(int partitions, Map<String, String> settings) throws Exception {
    admin
        .createTopics(List.of(new NewTopic(name, partitions, (short) 1).configs(settings)))
        .all()
        .get(LIMIT_SECONDS, TimeUnit.SECONDS);
  }

  void delete() throws Exception {
    admin.deleteTopics(List.of(name)).all().get(LIMIT_SECONDS, TimeUnit.SECONDS);
  }

  void growTo(int partitions) throws Exception {
    admin
        .createPartitions(Map.of(name, NewPartitions.increaseTo(partitions)))
        .all()
        .get(LIMIT_SECONDS, TimeUnit.SECONDS);
  }

  void deleteRecordsBefore(int partition, long offset) throws Exception {
    admin
        .deleteRecords(
            Map.of(new TopicPartition(name, partition), RecordsToDelete.beforeOffset(offset)))
        .all()
        .get(LIMIT_SECONDS, TimeUnit.SECONDS);
  }

  Map<String, Object> producerProperties() {
    Map<String, Object> properties = new HashMap<>();
    properties.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
    properties.put(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, StringSerializer.class);
    properties.put(ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, StringSerializer.class);
    return properties;
  }

  /** Writes and waits until it is there. */
  RecordMetadata put(String key, @Nullable String value) throws Exception {
    return producer
        .send(new ProducerRecord<>(name, key, value))
        .get(LIMIT_SECONDS, TimeUnit.SECONDS);
  }

  /** Writes in a partition of choice, with this time. */
  RecordMetadata put(int partition, long timestampMillis, String key, @Nullable String value)
      throws Exception {
    return producer
        .send(new ProducerRecord<>(name, partition, timestampMillis, key, value))
        .get(LIMIT_SECONDS, TimeUnit.SECONDS);
  }

  /** A producer that has begun a transaction. */
  KafkaProducer<String, String> begunTransaction() {
    Map<String, Object> properties = producerProperties();
    properties.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, UUID.randomUUID().toString());
    KafkaProducer<String, String> transactional = new KafkaProducer<>(properties);
    transactional.initTransactions();
    transactional.beginTransaction();
    return transactional;
  }

  /** Writes all in one transaction, and commits or aborts it. */
  void transaction(boolean commit, String... keysAndValues) throws Exception {
    if (transactional == null) {
      transactional = begunTransaction();
    } else {
      transactional.beginTransaction();
    }
    List<Future<RecordMetadata>> sent = new ArrayList<>();
    for (int i = 0; i < keysAndValues.length; i += 2) {
      sent.add(
          transactional.send(new ProducerRecord<>(name, keysAndValues[i], keysAndValues[i + 1])));
    }
    Map<TopicPartition, Long> written = new HashMap<>();
    for (Future<RecordMetadata> one : sent) {
      RecordMetadata metadata = one.get(LIMIT_SECONDS, TimeUnit.SECONDS);
      TopicPartition partition = new TopicPartition(name, metadata.partition());
      written.merge(partition, metadata.offset(), Math::max);
    }
    if (commit) {
      transactional.commitTransaction();
    } else {
      transactional.abortTransaction();
    }
    awaitMarkers(written);
  }

  /** A producer's commit returns before the transaction's markers are in the log. */
  void awaitMarkers(Map<TopicPartition, Long> after) {
    Map<TopicPartition, OffsetSpec> ends = new HashMap<>();
    after.keySet().forEach(partition -> ends.put(partition, OffsetSpec.latest()));
    ListOffsetsOptions committed = new ListOffsetsOptions(IsolationLevel.READ_COMMITTED);
    await()
        .atMost(Duration.ofSeconds(LIMIT_SECONDS))
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(5))
        .until(
            () ->
                admin.listOffsets(ends, committed).all().get().entrySet().stream()
                    .allMatch(end -> end.getValue().offset() > after.get(end.getKey()) + 1));
  }

  InformerBuilder<String, String> informer() {
    return SharedInformer.<String, String>builder(
            name, new StringDeserializer(), new StringDeserializer())
        .bootstrapServers(bootstrapServers);
  }

  static Map<String, String> asMap(SharedInformer<String, String> informer) {
    Map<String, String> map = new HashMap<>();
    informer.list().forEach(map::put);
    return map;
  }

  static ResourceVersion version(SharedInformer<?, ?> informer) {
    return informer.list().resourceVersion();
  }

  @Override
  public void close() {
    if (transactional != null) {
      transactional.close();
    }
    producer.close();
    admin.close();
  }
}
