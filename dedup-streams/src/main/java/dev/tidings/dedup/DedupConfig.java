package dev.tidings.dedup;

import dev.tidings.dedup.rules.Maintenance;
import dev.tidings.dedup.rules.RateLimit;
import dev.tidings.dedup.rules.RuleBook;
import dev.tidings.dedup.rules.SeriesFields;
import dev.tidings.dedup.rules.StormRule;
import dev.tidings.dedup.rules.TypeRules;
import dev.tidings.dedup.topology.AppendTime;
import dev.tidings.dedup.topology.BatchSettings;
import dev.tidings.dedup.topology.DedupMeters;
import dev.tidings.dedup.topology.DedupSettings;
import dev.tidings.dedup.topology.DedupTopology;
import dev.tidings.dedup.topology.EventValues;
import dev.tidings.dedup.topology.OutputErrors;
import dev.tidings.dedup.topology.RefusedEvents;
import dev.tidings.dedup.topology.RejectedRecords;
import dev.tidings.dedup.topology.StoreSettings;
import dev.tidings.registry.InMemorySchemaRegistry;
import dev.tidings.registry.SchemaRegistry;
import dev.tidings.wire.Topics;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.List;
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

  /**
   * Names of rules for some types, first match first: each has {@code
   * tidings.dedup.types.NAME.match} and may have {@code .interval.ms} and {@code .fields}.
   */
  public static final String TYPES = "tidings.dedup.types";

  /** What makes a series beside the type: severity, source, object, and message or template. */
  public static final String FIELDS = "tidings.dedup.fields";

  /** More different messages of one type, severity, source and object than this are combined. */
  public static final String STORM_MESSAGES = "tidings.storm.messages";

  /** How near to one another, by event time, they must be. */
  public static final String STORM_INTERVAL_MS = "tidings.storm.interval.ms";

  /** How many new events a source may emit at once, by partition. */
  public static final String LIMIT_BURST = "tidings.limit.burst";

  /** How long until it may emit one more. */
  public static final String LIMIT_REFILL_MS = "tidings.limit.refill.ms";

  /** The file that says which types are suppressed just now. */
  public static final String MAINTENANCE_FILE = "tidings.maintenance.file";

  /** Where state is kept beside Kafka: memory or rocksdb. */
  public static final String STORE = "tidings.store";

  /** Whether changes of state are written once before each commit. */
  public static final String STORE_MERGE = "tidings.store.merge";

  /** Where health and metrics are served: host and port. */
  public static final String HTTP_HOST = "tidings.http.host";

  /** The port; 0 takes a free one, -1 serves nothing. */
  public static final String HTTP_PORT = "tidings.http.port";

  /** One event is at most 64 KiB, and a batch must stay below a producer's 1 MiB. */
  private static final int LARGEST_BATCH = 900 * 1024;

  /** Of state and outputs many go together: fewer and larger requests than Kafka's 16 KiB make. */
  private static final int PRODUCER_BATCH_BYTES = 128 * 1024;

  /** The first of the producer's pauses, which double up to a second. */
  private static final long RETRY_BACKOFF_MILLIS = 10;

  private static final int RESTORE_FETCH_BYTES = 8 * 1024 * 1024;

  /** What Kafka Streams may cache of state that is not merged by us. */
  private static final long CACHE_BYTES = 64L * 1024 * 1024;

  private static final ConfigDef DEFINITION =
      new ConfigDef()
          .define(
              PREFIX,
              Type.STRING,
              Topics.DEFAULT.prefix(),
              ConfigDef.LambdaValidator.with(
                  (name, value) -> requirePrefix(name, (String) value),
                  () -> "letters, digits, '.', '_' and '-'"),
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
              "How many bytes a batch may hold before it goes out sooner.")
          .define(
              TYPES,
              Type.LIST,
              List.of(),
              Importance.MEDIUM,
              "Names of rules for some types; the first that matches a type is its own. For each"
                  + " NAME: tidings.dedup.types.NAME.match (types, with * for any characters),"
                  + " tidings.dedup.types.NAME.interval.ms and tidings.dedup.types.NAME.fields.")
          .define(
              FIELDS,
              Type.LIST,
              List.of("type", "severity", "source", "object", "message"),
              ConfigDef.LambdaValidator.with(
                  (name, value) -> fields(name, (List<?>) value),
                  () -> "type, and any of severity, source, object, message or template"),
              Importance.MEDIUM,
              "What two records must share to be repeats: type, and any of severity, source,"
                  + " object, and message or template (the message without numbers, hexadecimal,"
                  + " UUIDs, addresses and quoted text). Records of one object share a partition:"
                  + " without object, repeats are found within a partition only.")
          .define(
              STORM_MESSAGES,
              Type.INT,
              0,
              ConfigDef.Range.between(0, 100_000),
              Importance.MEDIUM,
              "Beyond so many different messages of one type, severity, source and object, all"
                  + " others are counted on one combined event. client-go has 10; 0 is for never.")
          .define(
              STORM_INTERVAL_MS,
              Type.LONG,
              Duration.ofMinutes(10).toMillis(),
              ConfigDef.Range.between(1, Duration.ofDays(365).toMillis()),
              Importance.LOW,
              "How near to one another these messages must be, by event time.")
          .define(
              LIMIT_BURST,
              Type.INT,
              0,
              ConfigDef.Range.between(0, 1_000_000_000),
              Importance.MEDIUM,
              "How many new events a source may emit at once, in each partition; what is more is"
                  + " counted on an event of type tidings.Withheld. client-go has 25; 0 is for no"
                  + " limit.")
          .define(
              LIMIT_REFILL_MS,
              Type.LONG,
              Duration.ofMinutes(5).toMillis(),
              ConfigDef.Range.between(1, Duration.ofDays(1).toMillis()),
              Importance.LOW,
              "How long until a source may emit one more.")
          .define(
              MAINTENANCE_FILE,
              Type.STRING,
              "",
              Importance.MEDIUM,
              "A file with one event type on a line (* for any characters, # for comments). As long"
                  + " as it names any, these are counted on events of type tidings.Suppressed and"
                  + " not shown. It is read again when it changes, and may be absent.")
          .define(
              STORE,
              Type.STRING,
              "memory",
              ConfigDef.ValidString.in("memory", "rocksdb"),
              Importance.MEDIUM,
              "Where state is kept beside Kafka.")
          .define(
              STORE_MERGE,
              Type.BOOLEAN,
              true,
              Importance.LOW,
              "Whether changes of state are collected and written once before each commit."
                  + " Otherwise each goes through Kafka Streams' cache: slower, and public API"
                  + " only.")
          .define(
              HTTP_HOST,
              Type.STRING,
              "127.0.0.1",
              new ConfigDef.NonEmptyString(),
              Importance.LOW,
              "The address at which health and metrics are served.")
          .define(
              HTTP_PORT,
              Type.INT,
              -1,
              ConfigDef.Range.between(-1, 65_535),
              Importance.MEDIUM,
              "The port of health and metrics; 0 takes a free one, -1 serves nothing.");

  private final Map<String, ?> originals;
  private final AbstractConfig values;

  private DedupConfig(Map<String, ?> originals) {
    this.originals = Map.copyOf(originals);
    this.values = new AbstractConfig(DEFINITION, originals, false);
    require(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, "the brokers, as host:port");
    require("schema.registry.url", "the URL of the schema registry");
    SettingNames.check(originals.keySet(), values.getList(TYPES));
    var unused = settings();
    var checked = new StreamsConfig(streams());
    // Opens no connection, but reads its settings.
    SchemaRegistry.forConfig(originals).close();
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

  /** The settings as they were given. */
  DedupSettings settings() {
    return settings(LARGEST_BATCH);
  }

  /**
   * @param largestBatch what the batches topic takes
   */
  DedupSettings settings(int largestBatch) {
    return new DedupSettings(
        rules(),
        millis(GRACE_MS),
        millis(ORIGIN_REMEMBER_MS),
        new StormRule(values.getInt(STORM_MESSAGES), millis(STORM_INTERVAL_MS)),
        new RateLimit(values.getInt(LIMIT_BURST), millis(LIMIT_REFILL_MS)),
        new BatchSettings(
            millis(BATCH_INTERVAL_MS),
            values.getInt(BATCH_MAX_ENTRIES),
            Math.min(values.getInt(BATCH_MAX_BYTES), largestBatch)),
        new StoreSettings(
            values.getString(STORE).equals("rocksdb")
                ? StoreSettings.Kind.ROCKSDB
                : StoreSettings.Kind.MEMORY,
            values.getBoolean(STORE_MERGE),
            !StreamsConfig.AT_LEAST_ONCE.equals(
                originals.get(StreamsConfig.PROCESSING_GUARANTEE_CONFIG)),
            // Kafka Streams' default is a directory that instances would share, and systems clear.
            originals.containsKey(StreamsConfig.STATE_DIR_CONFIG)));
  }

  private RuleBook rules() {
    TypeRules usual = new TypeRules(millis(INTERVAL_MS), fields(FIELDS, values.getList(FIELDS)));
    List<RuleBook.Entry> entries =
        values.getList(TYPES).stream()
            .map(name -> TypeRulesConfig.of(name, originals, usual))
            .toList();
    return new RuleBook(entries, usual);
  }

  static SeriesFields fields(String name, List<?> given) {
    try {
      return SeriesFields.parse(given.stream().map(String::valueOf).toList());
    } catch (IllegalArgumentException e) {
      throw new ConfigException(name, given, e.getMessage());
    }
  }

  /** The topology that these settings make, for people. */
  String describe() {
    try (InMemorySchemaRegistry registry = new InMemorySchemaRegistry()) {
      return DedupTopology.build(
              topics(),
              settings(),
              EventValues.register(registry, topics()),
              new Maintenance(),
              new RefusedEvents(),
              new DedupMeters(new SimpleMeterRegistry()),
              Runnable::run)
          .describe()
          .toString();
    }
  }

  /** Empty if there is none. */
  String maintenanceFile() {
    return values.getString(MAINTENANCE_FILE);
  }

  String httpHost() {
    return values.getString(HTTP_HOST);
  }

  int httpPort() {
    return values.getInt(HTTP_PORT);
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
    // A commit, or a partition that is ready, waits as long when nothing comes in.
    streams.put(StreamsConfig.POLL_MS_CONFIG, 20L);
    streams.put(StreamsConfig.REPLICATION_FACTOR_CONFIG, -1);
    // A task has one input partition: there is none to wait for, and asking costs at each record.
    streams.put(StreamsConfig.MAX_TASK_IDLE_MS_CONFIG, StreamsConfig.MAX_TASK_IDLE_MS_DISABLED);
    streams.put(
        StreamsConfig.STATESTORE_CACHE_MAX_BYTES_CONFIG,
        values.getBoolean(STORE_MERGE) ? 0L : CACHE_BYTES);
    streams.put(
        StreamsConfig.producerPrefix(ProducerConfig.BATCH_SIZE_CONFIG), PRODUCER_BATCH_BYTES);
    // State is read back in few and large pieces, as it was written.
    streams.put(
        StreamsConfig.restoreConsumerPrefix(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG),
        RESTORE_FETCH_BYTES);
    // An output that is too large for its topic must reach the broker to be refused there.
    streams.put(
        StreamsConfig.producerPrefix(ProducerConfig.MAX_REQUEST_SIZE_CONFIG), 2 * 1024 * 1024);
    if (!"streams".equals(originals.get(StreamsConfig.GROUP_PROTOCOL_CONFIG))) {
      // The newer protocol has it as a setting of the group, on the broker.
      streams.put(
          StreamsConfig.consumerPrefix(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG),
          (int) Duration.ofSeconds(10).toMillis());
    }
    // While the last transaction's markers are written the broker asks to try again.
    streams.put(
        StreamsConfig.producerPrefix(ProducerConfig.RETRY_BACKOFF_MS_CONFIG), RETRY_BACKOFF_MILLIS);
    // A stall of the machine must not cost the transaction; a crash is waited for as long.
    streams.put(
        StreamsConfig.producerPrefix(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG),
        (int) Duration.ofSeconds(20).toMillis());
    streams.put(
        StreamsConfig.mainConsumerPrefix(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG), "earliest");
    originals.forEach((name, value) -> streams.put(name, value));
    streams.put(StreamsConfig.DEFAULT_TIMESTAMP_EXTRACTOR_CLASS_CONFIG, AppendTime.class);
    streams.put(StreamsConfig.PROCESSING_EXCEPTION_HANDLER_CLASS_CONFIG, RejectedRecords.class);
    streams.put(
        StreamsConfig.DESERIALIZATION_EXCEPTION_HANDLER_CLASS_CONFIG, RejectedRecords.class);
    streams.put(StreamsConfig.PRODUCTION_EXCEPTION_HANDLER_CLASS_CONFIG, OutputErrors.class);
    streams.put(RejectedRecords.TOPIC_CONFIG, topics().rejected());
    streams.put(OutputErrors.EVENTS_TOPIC_CONFIG, topics().events());
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
