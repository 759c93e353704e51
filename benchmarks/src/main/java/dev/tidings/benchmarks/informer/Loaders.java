package dev.tidings.benchmarks.informer;

import dev.tidings.informer.InformerBuilder;
import dev.tidings.informer.SharedInformer;
import io.kcache.KafkaCache;
import io.kcache.KafkaCacheConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StoreQueryParameters;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.Materialized;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.QueryableStoreTypes;
import org.apache.kafka.streams.state.Stores;

/** The ways to have a topic in memory. */
final class Loaders {
  private static final Duration LIMIT = Duration.ofMinutes(3);

  /** A topic in memory; closing it lets it go. */
  interface Loaded extends AutoCloseable {
    int size();

    @Override
    void close() throws IOException;
  }

  /** Loads a topic, and returns when its state is there. */
  interface Loader {
    Loaded load(String bootstrapServers, String topic, Path directory) throws Exception;
  }

  private Loaders() {}

  static Loader named(String name) {
    return switch (name) {
      case "bare-decoded" -> (servers, topic, directory) -> bare(servers, topic, Item.DESERIALIZER);
      case "bare-bytes" ->
          (servers, topic, directory) -> bare(servers, topic, new ByteArrayDeserializer());
      case "ours-decoded" -> (servers, topic, directory) -> ours(servers, topic);
      case "ours-indexed" ->
          (servers, topic, directory) ->
              started(builder(servers, topic).index("node", (key, item) -> List.of(item.node())));
      case "ours-encoded" ->
          (servers, topic, directory) ->
              started(builder(servers, topic).keepEncoded(new StringSerializer()));
      case "ours-checkpoint-decoded" ->
          (servers, topic, directory) -> started(checkpointed(builder(servers, topic), directory));
      case "ours-checkpoint-encoded" ->
          (servers, topic, directory) ->
              started(
                  checkpointed(builder(servers, topic), directory)
                      .keepEncoded(new StringSerializer()));
      case "kcache" -> Loaders::kcache;
      case "globalktable" ->
          (servers, topic, directory) -> globalTable(servers, topic, directory, true);
      case "globalktable-rocksdb" ->
          (servers, topic, directory) -> globalTable(servers, topic, directory, false);
      default -> throw new IllegalArgumentException("No loader " + name);
    };
  }

  private static InformerBuilder<String, Item> builder(String servers, String topic) {
    return SharedInformer.<String, Item>builder(topic, new StringDeserializer(), Item.DESERIALIZER)
        .bootstrapServers(servers);
  }

  private static InformerBuilder<String, Item> checkpointed(
      InformerBuilder<String, Item> builder, Path directory) {
    return builder.checkpoint(
        directory.resolve("checkpoint"),
        Duration.ofHours(1),
        new StringSerializer(),
        Item.SERIALIZER);
  }

  private static Loaded ours(String servers, String topic) throws InterruptedException {
    return started(builder(servers, topic));
  }

  private static Loaded started(InformerBuilder<String, Item> builder) throws InterruptedException {
    SharedInformer<String, Item> informer = builder.build().start();
    if (!informer.awaitSync(LIMIT)) {
      throw new IllegalStateException("The informer does not sync");
    }
    return new Loaded() {
      @Override
      public int size() {
        return informer.list().size();
      }

      @Override
      public void close() {
        informer.close();
      }
    };
  }

  private static <V> Loaded bare(String servers, String topic, Deserializer<V> values) {
    Map<String, Object> properties = new HashMap<>();
    properties.put("bootstrap.servers", servers);
    properties.put("isolation.level", "read_committed");
    properties.put("max.partition.fetch.bytes", 8 * 1024 * 1024);
    properties.put("max.poll.records", 2_000);
    Map<String, V> map = new HashMap<>();
    try (KafkaConsumer<String, V> consumer =
        new KafkaConsumer<>(properties, new StringDeserializer(), values)) {
      List<TopicPartition> partitions =
          consumer.partitionsFor(topic).stream()
              .map(info -> new TopicPartition(topic, info.partition()))
              .toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      while (ends.entrySet().stream()
          .anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
        ConsumerRecords<String, V> records = consumer.poll(Duration.ofMillis(200));
        for (ConsumerRecord<String, V> record : records) {
          if (record.value() == null) {
            map.remove(record.key());
          } else {
            map.put(record.key(), record.value());
          }
        }
      }
    }
    return new Loaded() {
      @Override
      public int size() {
        return map.size();
      }

      @Override
      public void close() {
        map.clear();
      }
    };
  }

  private static Loaded kcache(String servers, String topic, Path directory) throws Exception {
    Properties properties = new Properties();
    properties.put(KafkaCacheConfig.KAFKACACHE_BOOTSTRAP_SERVERS_CONFIG, servers);
    properties.put(KafkaCacheConfig.KAFKACACHE_TOPIC_CONFIG, topic);
    properties.put(KafkaCacheConfig.KAFKACACHE_GROUP_ID_CONFIG, UUID.randomUUID().toString());
    properties.put(KafkaCacheConfig.KAFKACACHE_TOPIC_REPLICATION_FACTOR_CONFIG, 1);
    properties.put(KafkaCacheConfig.KAFKACACHE_INIT_TIMEOUT_CONFIG, (int) LIMIT.toMillis());
    KafkaCache<String, byte[]> cache =
        new KafkaCache<>(new KafkaCacheConfig(properties), Serdes.String(), Serdes.ByteArray());
    cache.init();
    return new Loaded() {
      @Override
      public int size() {
        return cache.size();
      }

      @Override
      public void close() throws IOException {
        cache.close();
      }
    };
  }

  private static Loaded globalTable(String servers, String topic, Path directory, boolean inMemory)
      throws Exception {
    StreamsBuilder builder = new StreamsBuilder();
    Materialized<String, byte[], KeyValueStore<Bytes, byte[]>> stored =
        Materialized.<String, byte[]>as(
                inMemory
                    ? Stores.inMemoryKeyValueStore("table")
                    : Stores.persistentKeyValueStore("table"))
            .withKeySerde(Serdes.String())
            .withValueSerde(Serdes.ByteArray());
    builder.globalTable(topic, Consumed.with(Serdes.String(), Serdes.ByteArray()), stored);
    Properties properties = new Properties();
    properties.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, servers);
    properties.put(StreamsConfig.APPLICATION_ID_CONFIG, "table-" + UUID.randomUUID());
    properties.put(StreamsConfig.STATE_DIR_CONFIG, directory.resolve("streams").toString());
    properties.put("max.partition.fetch.bytes", 8 * 1024 * 1024);
    properties.put("max.poll.records", 2_000);
    KafkaStreams streams = new KafkaStreams(builder.build(), properties);
    CountDownLatch running = new CountDownLatch(1);
    streams.setStateListener(
        (now, before) -> {
          if (now == KafkaStreams.State.RUNNING) {
            running.countDown();
          }
        });
    streams.start();
    if (!running.await(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
      throw new IllegalStateException("The global table is not loaded");
    }
    return new Loaded() {
      @Override
      public int size() {
        var store =
            streams.store(
                StoreQueryParameters.fromNameAndType(
                    "table", QueryableStoreTypes.<String, byte[]>keyValueStore()));
        return (int) store.approximateNumEntries();
      }

      @Override
      public void close() {
        streams.close(Duration.ofSeconds(10));
      }
    };
  }
}
