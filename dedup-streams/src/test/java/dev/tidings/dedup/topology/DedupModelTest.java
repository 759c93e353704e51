package dev.tidings.dedup.topology;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.conformance.DedupModel;
import dev.tidings.dedup.rules.RateLimit;
import dev.tidings.dedup.rules.RuleBook;
import dev.tidings.dedup.rules.SeriesFields;
import dev.tidings.dedup.rules.StormRule;
import dev.tidings.dedup.rules.TypePattern;
import dev.tidings.dedup.rules.TypeRules;
import dev.tidings.event.Event;
import dev.tidings.event.EventBatch;
import dev.tidings.event.Source;
import dev.tidings.event.identity.SeriesKey;
import dev.tidings.wire.OriginHeader;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;

/**
 * Whatever is recorded, in whatever order, under whatever settings, with restarts in between: the
 * topology and the independent model agree.
 */
class DedupModelTest {
  private static final Instant T = Instant.parse("2015-07-29T17:41:44.747Z");
  private static final List<String> TYPES = List.of("disk.Failed", "disk.Slow", "net.Down");
  private static final Duration OWN_INTERVAL = Duration.ofMinutes(1);

  /**
   * @param ownInterval whether types {@code disk.*} have an interval of their own
   * @param ownSeries whether the series of types {@code *.Down} are their type and source
   */
  record Settings(
      StoreSettings stores,
      int batchEntries,
      int batchBytes,
      boolean ownInterval,
      boolean ownSeries,
      int stormMessages,
      int burst) {

    DedupSettings forTopology() {
      return new DedupSettings(
          ruleBook(),
          TopologyHarness.GRACE,
          TopologyHarness.ORIGINS,
          new StormRule(stormMessages, Duration.ofMinutes(10)),
          new RateLimit(burst, Duration.ofSeconds(30)),
          new BatchSettings(Duration.ofSeconds(10), batchEntries, batchBytes),
          stores);
    }

    private RuleBook ruleBook() {
      TypeRules disk =
          new TypeRules(ownInterval ? OWN_INTERVAL : TopologyHarness.INTERVAL, SeriesFields.ALL);
      TypeRules down =
          new TypeRules(
              TopologyHarness.INTERVAL,
              ownSeries ? SeriesFields.parse(List.of("type", "source")) : SeriesFields.ALL);
      return new RuleBook(
          List.of(
              new RuleBook.Entry(new TypePattern("disk.*"), disk),
              new RuleBook.Entry(new TypePattern("*.Down"), down)),
          new TypeRules(TopologyHarness.INTERVAL, SeriesFields.ALL));
    }

    DedupModel model() {
      return new DedupModel(
          new DedupModel.Rules(
              event ->
                  ownInterval && event.getType().startsWith("disk.")
                      ? OWN_INTERVAL
                      : TopologyHarness.INTERVAL,
              event ->
                  ownSeries && event.getType().endsWith(".Down")
                      ? Arrays.asList(event.getType(), event.getSource())
                      : SeriesKey.of(event),
              TopologyHarness.GRACE,
              TopologyHarness.ORIGINS,
              stormMessages,
              Duration.ofMinutes(10),
              burst,
              Duration.ofSeconds(30)));
    }
  }

  sealed interface Step permits Recorded, Garbage, Pause, Restart, Suppress {}

  record Recorded(
      int type,
      int series,
      long offsetMillis,
      long spanMillis,
      int count,
      boolean header,
      Origin origin)
      implements Step {}

  /** Of one of two recorders; one behind the newest is a retransmission. */
  record Origin(int recorder, long position) {}

  record Garbage(Origin origin) implements Step {}

  record Pause(long millis) implements Step {}

  record Restart() implements Step {}

  record Suppress(boolean on) implements Step {}

  @Provide
  Arbitrary<Settings> settings() {
    return Combinators.combine(
            Arbitraries.frequency(
                Tuple.of(8, new StoreSettings(StoreSettings.Kind.MEMORY, true, true, false)),
                Tuple.of(4, new StoreSettings(StoreSettings.Kind.MEMORY, false, true, false)),
                Tuple.of(2, new StoreSettings(StoreSettings.Kind.MEMORY, true, false, false)),
                Tuple.of(1, new StoreSettings(StoreSettings.Kind.ROCKSDB, true, true, false)),
                Tuple.of(1, new StoreSettings(StoreSettings.Kind.ROCKSDB, false, true, false))),
            Arbitraries.of(1, 3, 7, 500),
            Arbitraries.of(1, 1_000, 512 * 1024),
            Arbitraries.of(true, false),
            Arbitraries.of(true, false),
            Arbitraries.of(0, 1, 2),
            Arbitraries.of(0, 0, 1, 3))
        .as(Settings::new);
  }

  @Provide
  Arbitrary<List<Step>> steps() {
    // Around the intervals of one, five and ten minutes, on both sides of every border.
    Arbitrary<Long> offsets =
        Arbitraries.oneOf(
            Arbitraries.longs().between(-900_000, 900_000),
            Arbitraries.of(-300_001L, -300_000L, -299_999L, 0L, 299_999L, 300_000L, 300_001L),
            Arbitraries.of(-600_000L, -60_000L, 59_999L, 60_000L, 599_999L, 600_000L));
    Arbitrary<Origin> origins =
        Combinators.combine(
                Arbitraries.integers().between(1, 2), Arbitraries.longs().between(0, 80))
            .as(Origin::new)
            .injectNull(0.6);
    Arbitrary<Step> recorded =
        Combinators.combine(
                Arbitraries.integers().between(0, TYPES.size() - 1),
                Arbitraries.integers().between(0, 4),
                offsets,
                Arbitraries.longs().between(0, 400_000),
                Arbitraries.integers().between(1, 5),
                Arbitraries.of(true, true, false),
                origins)
            .as(Recorded::new);
    Arbitrary<Step> pauses =
        Arbitraries.oneOf(
                Arbitraries.longs().between(1, 20_000),
                Arbitraries.of(10_000L, 30_000L, 3_659_999L, 3_660_000L),
                Arbitraries.of(3_899_999L, 3_900_000L, 3_900_001L),
                Arbitraries.of(4_199_999L, 4_200_000L),
                Arbitraries.of(7_199_999L, 7_200_000L))
            .map(Pause::new);
    return Arbitraries.frequencyOf(
            Tuple.of(20, recorded),
            Tuple.of(1, origins.map(Garbage::new)),
            Tuple.of(4, pauses),
            Tuple.of(2, Arbitraries.just(new Restart())),
            Tuple.of(1, Arbitraries.of(true, false).map(Suppress::new)))
        .list()
        .ofMaxSize(60);
  }

  @Property(tries = 3_000, edgeCases = EdgeCasesMode.NONE)
  void theTopologyAgreesWithTheModel(
      @ForAll("settings") Settings settings, @ForAll("steps") List<Step> steps) {
    DedupModel model = settings.model();
    Map<UUID, Event> shown = new LinkedHashMap<>();
    BatchChecks batches = new BatchChecks();
    long recorded = 0;
    try (TopologyHarness topology = new TopologyHarness(settings.forTopology())) {
      for (Step step : steps) {
        // Without exactly-once the newest positions are not known after a restart.
        if (!(step instanceof Restart) || settings.stores().exactlyOnce()) {
          recorded += take(step, topology, model);
        }
        topology.events().forEach(event -> shown.put(event.getId(), event));
        topology.batches().forEach(batches::check);
      }
      topology.pass(Duration.ofSeconds(10));
      topology.events().forEach(event -> shown.put(event.getId(), event));
      topology.batches().forEach(batches::check);
    }
    assertThat(model.differences(shown.values())).isEmpty();
    assertThat(batches.occurrences).isEqualTo(model.occurrences());
    assertThat(batches.through).isEqualTo(recorded);
    assertThat(batches.newest).isEqualTo(shown);
  }

  private static int take(Step step, TopologyHarness topology, DedupModel model) {
    if (step instanceof Pause pause) {
      topology.pass(Duration.ofMillis(pause.millis()));
      return 0;
    }
    if (step instanceof Restart) {
      topology.restart();
      return 0;
    }
    if (step instanceof Suppress suppress) {
      topology.maintenance.suppress(
          suppress.on() ? List.of(new TypePattern("disk.F*")) : List.of());
      model.suppress(type -> suppress.on() && type.equals("disk.Failed"));
      return 0;
    }
    if (step instanceof Recorded some) {
      Instant first = T.plusMillis(some.offsetMillis());
      Event event =
          TestEvents.event("series " + some.series(), first)
              .setType(TYPES.get(some.type()))
              .setSource(new Source("node-" + some.series() % 2, "smartd"))
              .setLastTimestamp(first.plusMillis(some.spanMillis()))
              .setCount(some.count())
              .build();
      Headers headers = some.header() ? TopologyHarness.seriesHeader(event) : new RecordHeaders();
      if (isNew(some.origin(), headers, topology, model)) {
        model.record(event, topology.now());
      }
      topology.record(event, headers);
    } else if (step instanceof Garbage garbage) {
      Headers headers = new RecordHeaders();
      isNew(garbage.origin(), headers, topology, model);
      topology.record("key", new byte[] {9}, headers);
    }
    return 1;
  }

  private static boolean isNew(
      Origin origin, Headers headers, TopologyHarness topology, DedupModel model) {
    if (origin == null) {
      return true;
    }
    OriginHeader header = new OriginHeader(new UUID(origin.recorder(), 0), origin.position());
    headers.add(OriginHeader.NAME, header.toBytes());
    return model.isNew(0, header, topology.now());
  }

  /** What holds for every sequence of batches. */
  private static final class BatchChecks {
    private final Map<UUID, Event> newest = new LinkedHashMap<>();
    private long sequence;
    private long occurrences;
    private long through;

    void check(EventBatch batch) {
      assertThat(batch.getSequence()).isEqualTo(sequence++);
      assertThat(batch.getThrough()).isGreaterThan(through);
      through = batch.getThrough();
      HashSet<UUID> once = new HashSet<>();
      batch
          .getEntries()
          .forEach(
              entry -> {
                assertThat(once.add(entry.getEvent().getId())).isTrue();
                assertThat(entry.getOccurrences()).isPositive();
                occurrences += entry.getOccurrences();
                newest.put(entry.getEvent().getId(), entry.getEvent());
              });
    }
  }
}
