package dev.tidings.dedup.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.tidings.dedup.rules.RateLimit;
import dev.tidings.dedup.rules.RuleBook;
import dev.tidings.dedup.rules.SeriesFields;
import dev.tidings.dedup.rules.StormRule;
import dev.tidings.dedup.rules.TypePattern;
import dev.tidings.dedup.rules.TypeRules;
import dev.tidings.event.Event;
import dev.tidings.event.EventBatch;
import dev.tidings.event.ObjectReference;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Storms, limits, maintenance and rules per type. */
class ProtectionTest {
  private static final Duration B = Duration.ofSeconds(10);
  private static final Instant T = Instant.parse("2008-11-09T20:36:15Z");
  private static final BatchSettings BATCHES = new BatchSettings(B, 500, 512 * 1024);
  private static final DedupSettings PLAIN = TopologyHarness.settings(BATCHES);

  @Test
  void aStormOfDifferentMessagesBecomesOneCombinedEvent() {
    DedupSettings settings =
        with(new StormRule(10, Duration.ofMinutes(10)), RateLimit.OFF, PLAIN.rules());
    try (TopologyHarness topology = new TopologyHarness(settings)) {
      for (int i = 0; i < 30; i++) {
        topology.record(event("message " + i));
        // Known messages are still counted on their own.
        topology.record(event("message 3"));
      }
      topology.record(
          TestEvents.event("of another object", T)
              .setObject(new ObjectReference("Disk", "", "sdb", ""))
              .build());
      List<Event> events = topology.events();
      assertThat(events).hasSize(12);
      Event combined = events.get(10);
      assertThat(combined.getMessage()).isEqualTo("(combined from similar events): message 10");
      assertThat(combined.getType()).isEqualTo("disk.Failed");
      assertThat(combined.getAttributes())
          .containsEntry("tidings.combined", "more than 10 different messages within 600 s");
      topology.pass(B);

      List<EventBatch> batches = topology.batches();
      assertThat(batches.get(0).getEntries())
          .filteredOn(entry -> entry.getEvent().getId().equals(combined.getId()))
          .singleElement()
          .satisfies(entry -> assertThat(entry.getOccurrences()).isEqualTo(20));
      assertThat(occurrences(batches)).isEqualTo(61);
      assertThat(topology.meters.get("tidings.dedup.combined").counter().count()).isEqualTo(20);
    }
  }

  @Test
  void theNewestMessagesAreCombinedUntilTheOthersAreLongAgo() {
    DedupSettings settings =
        with(new StormRule(1, Duration.ofMinutes(10)), RateLimit.OFF, PLAIN.rules());
    try (TopologyHarness topology = new TopologyHarness(settings)) {
      topology.record(event("one"));
      topology.record(TestEvents.event("two", T.plusSeconds(599)).build());
      topology.record(TestEvents.event("three", T.plusSeconds(600)).build());

      assertThat(topology.events())
          .extracting(Event::getMessage)
          .containsExactly("one", "(combined from similar events): two", "three");
    }
  }

  @Test
  void whatASourceEmitsBeyondItsLimitIsCountedOnAnEventThatSaysSo() {
    DedupSettings settings =
        with(StormRule.OFF, new RateLimit(2, Duration.ofMinutes(1)), PLAIN.rules());
    try (TopologyHarness topology = new TopologyHarness(settings)) {
      for (int i = 0; i < 5; i++) {
        topology.record(event("message " + i));
      }
      topology.record(event("message 0"));
      topology.pass(B);
      topology.restart();
      topology.record(event("message 5"));
      topology.pass(Duration.ofSeconds(50));
      topology.record(event("message 6"));
      topology.pass(B);

      List<Event> events = topology.events();
      assertThat(events)
          .extracting(Event::getType, Event::getCount)
          .containsExactly(
              tuple("disk.Failed", 1L),
              tuple("disk.Failed", 1L),
              tuple("tidings.Withheld", 1L),
              tuple("disk.Failed", 2L),
              tuple("tidings.Withheld", 3L),
              tuple("tidings.Withheld", 4L),
              tuple("disk.Failed", 1L));
      assertThat(events.get(2).getMessage())
          .isEqualTo(
              "withheld: node-1/smartd emits more than 2 new events and then one each 60000 ms;"
                  + " for example disk.Failed: message 2");
      assertThat(occurrences(topology.batches())).isEqualTo(8);
    }
  }

  @Test
  void duringMaintenanceNamedTypesAreCountedAndNotShown() {
    try (TopologyHarness topology = new TopologyHarness(PLAIN)) {
      topology.record(event("before"));
      topology.maintenance.suppress(List.of(new TypePattern("disk.*")));
      topology.record(event("before"));
      topology.record(event("during"));
      topology.record(TestEvents.event("other", T).setType("net.Down").build());
      topology.maintenance.suppress(List.of());
      topology.record(event("before"));
      topology.pass(B);

      assertThat(topology.events())
          .extracting(Event::getType, Event::getMessage, Event::getCount)
          .containsExactly(
              tuple("disk.Failed", "before", 1L),
              tuple("tidings.Suppressed", "suppressed during maintenance: disk.Failed", 1L),
              tuple("net.Down", "other", 1L),
              tuple("disk.Failed", "before", 2L),
              tuple("tidings.Suppressed", "suppressed during maintenance: disk.Failed", 2L));
      assertThat(occurrences(topology.batches())).isEqualTo(5);
    }
  }

  @Test
  void aTypesOwnIntervalAndTemplateHold() {
    TypeRules disk =
        new TypeRules(
            Duration.ofSeconds(30), SeriesFields.parse(List.of("type", "source", "template")));
    RuleBook book =
        new RuleBook(
            List.of(new RuleBook.Entry(new TypePattern("disk.*"), disk)), PLAIN.rules().usual());
    try (TopologyHarness topology = new TopologyHarness(with(StormRule.OFF, RateLimit.OFF, book))) {
      topology.record(event("sector 17 lost"));
      topology.record(TestEvents.event("sector 4711 lost", T.plusSeconds(29)).build());
      topology.record(TestEvents.event("sector 1 lost", T.plusSeconds(30)).build());
      topology.record(TestEvents.event("7 down", T).setType("net.Down").build());
      topology.record(TestEvents.event("8 down", T).setType("net.Down").build());
      topology.pass(B);

      assertThat(topology.events())
          .extracting(Event::getMessage, Event::getCount)
          .containsExactly(
              tuple("sector 17 lost", 1L),
              tuple("sector 17 lost", 2L),
              tuple("sector 1 lost", 1L),
              tuple("7 down", 1L),
              tuple("8 down", 1L));
    }
  }

  private static DedupSettings with(StormRule storm, RateLimit limit, RuleBook rules) {
    return new DedupSettings(
        rules,
        PLAIN.grace(),
        PLAIN.rememberIdleOrigins(),
        storm,
        limit,
        PLAIN.batches(),
        PLAIN.stores());
  }

  private static Event event(String message) {
    return TestEvents.event(message, T).build();
  }

  private static long occurrences(List<EventBatch> batches) {
    return batches.stream()
        .flatMap(batch -> batch.getEntries().stream())
        .mapToLong(entry -> entry.getOccurrences())
        .sum();
  }
}
