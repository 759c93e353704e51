package dev.tidings.dedup.topology;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.conformance.DedupModel;
import dev.tidings.event.Event;
import dev.tidings.event.EventBatch;
import dev.tidings.wire.OriginHeader;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;

/** Whatever is recorded, in whatever order: the topology and the independent model agree. */
class DedupModelTest {
  private static final Instant T = Instant.parse("2015-07-29T17:41:44.747Z");

  sealed interface Step permits Recorded, Garbage, Pause {}

  record Recorded(
      int series, long offsetMillis, long spanMillis, int count, boolean header, Origin origin)
      implements Step {}

  /** Of one of two recorders; one behind the newest is a retransmission. */
  record Origin(int recorder, long position) {}

  record Garbage(Origin origin) implements Step {}

  record Pause(long millis) implements Step {}

  @Provide
  Arbitrary<List<Step>> steps() {
    // Around the interval of five minutes, on both sides of every border.
    Arbitrary<Long> offsets =
        Arbitraries.oneOf(
            Arbitraries.longs().between(-900_000, 900_000),
            Arbitraries.of(-300_001L, -300_000L, -299_999L, 0L, 299_999L, 300_000L, 300_001L));
    Arbitrary<Origin> origins =
        Combinators.combine(
                Arbitraries.integers().between(1, 2), Arbitraries.longs().between(0, 50))
            .as(Origin::new)
            .injectNull(0.3);
    Arbitrary<Step> recorded =
        Combinators.combine(
                Arbitraries.integers().between(0, 3),
                offsets,
                Arbitraries.longs().between(0, 400_000),
                Arbitraries.integers().between(1, 5),
                Arbitraries.of(true, true, false),
                origins)
            .as(Recorded::new);
    Arbitrary<Step> pauses =
        Arbitraries.oneOf(
                Arbitraries.longs().between(1, 20_000),
                Arbitraries.of(3_899_999L, 3_900_000L, 3_900_001L),
                Arbitraries.of(7_199_999L, 7_200_000L))
            .map(Pause::new);
    return Arbitraries.frequencyOf(
            net.jqwik.api.Tuple.of(20, recorded),
            net.jqwik.api.Tuple.of(1, origins.map(Garbage::new)),
            net.jqwik.api.Tuple.of(4, pauses))
        .list()
        .ofMaxSize(60);
  }

  @Property(tries = 500)
  void theTopologyAgreesWithTheModel(@ForAll("steps") List<Step> steps) {
    DedupModel model =
        new DedupModel(TopologyHarness.INTERVAL, TopologyHarness.GRACE, TopologyHarness.ORIGINS);
    Map<UUID, Event> shown = new LinkedHashMap<>();
    BatchChecks batches = new BatchChecks();
    long recorded = 0;
    try (TopologyHarness topology =
        new TopologyHarness(new BatchSettings(Duration.ofSeconds(10), 7, 512 * 1024))) {
      for (Step step : steps) {
        recorded += take(step, topology, model);
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
    if (step instanceof Recorded some) {
      Instant first = T.plusMillis(some.offsetMillis());
      Event event =
          TestEvents.event("series " + some.series(), first)
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
