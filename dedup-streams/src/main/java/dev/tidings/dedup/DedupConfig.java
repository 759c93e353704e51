package dev.tidings.dedup;

import dev.tidings.dedup.rules.DedupRules;
import dev.tidings.dedup.topology.AppendTime;
import dev.tidings.dedup.topology.BatchSettings;
import dev.tidings.wire.Topics;
import java.time.Duration;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Type;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.streams.StreamsConfig;

/**
 * The settings of the de-duplication: those defined here, and any of Kafka Streams, its clients and
 * the schema registry under their own names.
 */
public final class DedupConfig {
  /** What all topic names start with. */
  public static final String PREFIX = "tidings.topic.prefix";

  /** D: how long after its first occurrence an event takes repeats, by event time. */
  public static final String INTERVAL_MS = "tidings.dedup.interval.ms";

  /** How long beyond D a window is remembered after its last arrival, by append time. */
  public static final String GRACE_MS = "tidings.dedup.grace.ms";

  /** How long an idle recorder's position is remembered, by append time. */
  public static final String ORIGIN_REMEMBER_MS = "tidings.dedup.origin.remember.ms";

  /** B: how often changes go out, by wall clock. */
  public static final String BATCH_INTERVAL_MS = "tidings.batch.interval.ms";

  /** How many events a batch may hold before it goes out sooner. */
  public static final String BATCH_MAX_ENTRIES = "tidings.batch.max.entries";

  /** How large a batch may be before it goes out sooner. */
  public static final String BATCH_MAX_BYTES = "tidings.batch.max.bytes";

  /** One event is at most 64 KiB, and a batch must stay below a producer's 1 MiB. */
  private static final int LARGEST_BATCH = 900 * 1024;

  private static final ConfigDef DEFINITION =
      new ConfigDef()
          .define(
              PREFIX,
              Type.STRING,
              Topics.DEFAULT.prefix(),
              (name, value) -> requirePrefix(name, (String) value),
              Importance.HIGH,
              "What the names of all topics start with.")
          .define(
              INTERVAL_MS,
              Type.LONG,
              Duration.ofMinutes(5).toMillis(),
              ConfigDef.Range.between(1, Duration.ofDays(365).toMillis()),
              Importance.HIGH,
              "How long after its first occurrence an event takes repeats, by the events' own"
                  + " times.")
          .define(
              GRACE_MS,
              Type.LONG,
              Duration.ofHours(1).toMillis(),
              ConfigDef.Range.between(0, Duration.ofDays(365).toMillis()),
              Importance.MEDIUM,
              "How long beyond the interval an event is remembered after its last repeat arrived.")
          .define(
              ORIGIN_REMEMBER_MS,
              Type.LONG,
              Duration.ofDays(7).toMillis(),
              ConfigDef.Range.between(1, Duration.ofDays(3650).toMillis()),
              Importance.MEDIUM,
              "How long the position of a recorder that sends nothing is remembered. What it sends"
                  + " again after that is counted again.")
          .define(
              BATCH_INTERVAL_MS,
              Type.LONG,
              Duration.ofSeconds(10).toMillis(),
              ConfigDef.Range.between(1, Duration.ofHours(1).toMillis()),
              Importance.HIGH,
              "How often the changes of events go out.")
          .define(
              BATCH_MAX_ENTRIES,
              Type.INT,
              500,
              ConfigDef.Range.between(1, 100_000),
              Importance.MEDIUM,
              "How many events a batch may hold before it goes out sooner.")
          .define(
              BATCH_MAX_BYTES,
              Type.INT,
              512 * 1024,
              ConfigDef.Range.between(1, LARGEST_BATCH),
              Importance.MEDIUM,
              "How many bytes a batch may hold before it goes out sooner.");

  private final Map<String, ?> originals;
  private final AbstractConfig values;

  private DedupConfig(Map<String, ?> originals) {
    this.originals = Map.copyOf(originals);
    this.values = new AbstractConfig(DEFINITION, originals, false);
    require(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, "the brokers, as host:port");
    require("schema.registry.url", "the URL of the schema registry");
  }

  /**
   * Checks the settings.
   *
   * @throws ConfigException that names the setting and says what is wrong
   */
  public static DedupConfig of(Map<String, ?> settings) {
    return new DedupConfig(settings);
  }

  /** Names, types, defaults and documentation of our own settings. */
  public static ConfigDef definition() {
    return new ConfigDef(DEFINITION);
  }

  /** The topics' names. */
  public Topics topics() {
    return new Topics(values.getString(PREFIX));
  }

  DedupRules rules() {
    return new DedupRules(millis(INTERVAL_MS), millis(GRACE_MS));
  }

  Duration rememberIdleOrigins() {
    return millis(ORIGIN_REMEMBER_MS);
  }

  BatchSettings batches() {
    return new BatchSettings(
        millis(BATCH_INTERVAL_MS),
        values.getInt(BATCH_MAX_ENTRIES),
        values.getInt(BATCH_MAX_BYTES));
  }

  /** All settings as they were given: the clients pick theirs. */
  Map<String, ?> originals() {
    return originals;
  }

  /** The settings for Kafka Streams: ours where nothing else was given. */
  Properties streams() {
    Properties streams = new Properties();
    streams.put(StreamsConfig.APPLICATION_ID_CONFIG, topics().dedupApplicationId());
    streams.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
    streams.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, 100L);
    streams.put(StreamsConfig.REPLICATION_FACTOR_CONFIG, -1);
    streams.put(StreamsConfig.STATESTORE_CACHE_MAX_BYTES_CONFIG, 0L);
    // A stall of the machine must not cost the transaction; a crash is waited for as long.
    streams.put(
        StreamsConfig.producerPrefix(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG),
        (int) Duration.ofSeconds(20).toMillis());
    streams.put(
        StreamsConfig.consumerPrefix(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG),
        (int) Duration.ofSeconds(10).toMillis());
    streams.put(
        StreamsConfig.mainConsumerPrefix(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG), "earliest");
    originals.forEach((name, value) -> streams.put(name, value));
    streams.put(StreamsConfig.DEFAULT_TIMESTAMP_EXTRACTOR_CLASS_CONFIG, AppendTime.class);
    return streams;
  }

  private Duration millis(String name) {
    return Duration.ofMillis(values.getLong(name));
  }

  private void require(String name, String what) {
    Object value = originals.get(name);
    if (value == null || value.toString().isBlank()) {
      throw new ConfigException("Missing setting %s: give %s".formatted(name, what));
    }
  }

  private static void requirePrefix(String name, String value) {
    try {
      new Topics(value);
    } catch (IllegalArgumentException e) {
      throw new ConfigException(name, value, e.getMessage());
    }
  }
}
