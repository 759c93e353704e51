package dev.tidings.dedup.topology;

import dev.tidings.dedup.DedupConfigs;
import dev.tidings.dedup.rules.Maintenance;
import dev.tidings.dedup.rules.RateLimit;
import dev.tidings.dedup.rules.RuleBook;
import dev.tidings.dedup.rules.SeriesFields;
import dev.tidings.dedup.rules.StormRule;
import dev.tidings.dedup.rules.TypeRules;
import dev.tidings.event.Event;
import dev.tidings.event.EventBatch;
import dev.tidings.event.identity.RecordKey;
import dev.tidings.registry.InMemorySchemaRegistry;
import dev.tidings.wire.AvroSerializer;
import dev.tidings.wire.EventBatchDeserializer;
import dev.tidings.wire.EventDeserializer;
import dev.tidings.wire.OriginHeader;
import dev.tidings.wire.SeriesHeader;
import dev.tidings.wire.Topics;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Stream;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.test.TestRecord;

/** The topology on Kafka Streams' own test driver: one partition, its wall clock turned by hand. */
final class TopologyHarness implements AutoCloseable {
  static final Duration INTERVAL = Duration.ofMinutes(5);
  static final Duration GRACE = Duration.ofHours(1);
  static final Duration ORIGINS = Duration.ofHours(2);
  static final Instant START = Instant.parse("2026-01-31T12:00:00Z");

  final InMemorySchemaRegistry registry = new InMemorySchemaRegistry();
  private final AvroSerializer<Event> serializer = new AvroSerializer<>(registry);
  private final TopologyTestDriver driver;
  private final TestInputTopic<byte[], byte[]> recorded;
  private final TestOutputTopic<String, Event> events;
  private final TestOutputTopic<String, EventBatch> batches;
  private final TestOutputTopic<byte[], byte[]> rejected;
  private final List<Restartable> processors = new ArrayList<>();
  private final Path stateDirectory = temporary();
  private Instant now = START;

  final Maintenance maintenance = new Maintenance();
  final RefusedEvents refused = new RefusedEvents();
  final SimpleMeterRegistry meters = new SimpleMeterRegistry();

  /** The protocol's rules, and nothing beyond them. */
  static DedupSettings settings(BatchSettings batches) {
    return new DedupSettings(
        new RuleBook(List.of(), new TypeRules(INTERVAL, SeriesFields.ALL)),
        GRACE,
        ORIGINS,
        StormRule.OFF,
        RateLimit.OFF,
        batches,
        new StoreSettings(StoreSettings.Kind.MEMORY, true, true, false));
  }

  TopologyHarness(BatchSettings batches) {
    this(settings(batches));
  }

  TopologyHarness(DedupSettings settings) {
    Topics topics = Topics.DEFAULT;
    EventValues values = EventValues.register(registry, topics);
    Properties streams = DedupConfigs.streams();
    streams.put("state.dir", stateDirectory.toString());
    if (!settings.stores().mergedBeforeCommit()) {
      streams.put("statestore.cache.max.bytes", "1000000");
    }
    driver =
        new TopologyTestDriver(
            DedupTopology.build(topics, settings.stores(), () -> processor(settings, values)),
            streams,
            START);
    recorded =
        driver.createInputTopic(
            topics.recorded(), new ByteArraySerializer(), new ByteArraySerializer());
    events = output(topics.events(), new EventDeserializer(registry));
    batches = output(topics.batches(), new EventBatchDeserializer(registry));
    rejected =
        driver.createOutputTopic(
            topics.rejected(), new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  private Restartable processor(DedupSettings settings, EventValues values) {
    DedupMeters dedupMeters = new DedupMeters(meters);
    Restartable made =
        new Restartable(
            () ->
                new DedupProcessor(
                    settings, values, maintenance, refused, dedupMeters, Runnable::run));
    processors.add(made);
    return made;
  }

  private <T> TestOutputTopic<String, T> output(String topic, Deserializer<T> deserializer) {
    return driver.createOutputTopic(topic, new StringDeserializer(), deserializer);
  }

  /** Recorded by our recorder, appended now. */
  void record(Event event) {
    record(event, seriesHeader(event));
  }

  /** Recorded at a position of a journal. */
  void record(Event event, OriginHeader origin) {
    record(event, seriesHeader(event).add(OriginHeader.NAME, origin.toBytes()));
  }

  static Headers seriesHeader(Event event) {
    Headers headers = new RecordHeaders();
    SeriesHeader.of(event).ifPresent(header -> headers.add(SeriesHeader.NAME, header.toBytes()));
    return headers;
  }

  /** Recorded by anybody, appended now. */
  void record(Event event, Headers headers) {
    record(RecordKey.of(event), value(event), headers);
  }

  void record(String key, byte[] value, Headers headers) {
    recorded.pipeInput(new TestRecord<>(key.getBytes(StandardCharsets.UTF_8), value, headers, now));
  }

  byte[] value(Event event) {
    return serializer.serialize(Topics.DEFAULT.recorded(), event);
  }

  /** Turns the wall clock, and with it the time of what is appended from now on. */
  void pass(Duration time) {
    now = now.plus(time);
    driver.advanceWallClockTime(time);
  }

  Instant now() {
    return now;
  }

  /** All that is on the heap is lost. */
  void restart() {
    processors.forEach(Restartable::restart);
  }

  private static Path temporary() {
    try {
      return Files.createTempDirectory("tidings-topology-test");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  List<Event> events() {
    return events.readValuesToList();
  }

  List<TestRecord<String, Event>> eventRecords() {
    return events.readRecordsToList();
  }

  List<EventBatch> batches() {
    return batches.readValuesToList();
  }

  List<TestRecord<byte[], byte[]>> rejected() {
    return rejected.readRecordsToList();
  }

  /** How many windows, recorders and sources are remembered in the store. */
  Map<String, Integer> stored() {
    WindowLog log = new WindowLog(driver.getKeyValueStore(DedupStores.STATE));
    return Map.of(
        "windows", log.size(), "origins", log.origins().size(), "sources", log.sources().size());
  }

  @Override
  public void close() {
    driver.close();
    try (Stream<Path> files = Files.walk(stateDirectory)) {
      files.sorted(Comparator.reverseOrder()).map(Path::toFile).forEach(File::delete);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
