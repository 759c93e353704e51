package dev.tidings.dedup.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.tidings.event.BatchEntry;
import dev.tidings.event.Event;
import dev.tidings.event.EventBatch;
import dev.tidings.event.identity.SeriesKey;
import dev.tidings.wire.OriginHeader;
import dev.tidings.wire.RejectedHeaders;
import dev.tidings.wire.SeriesHeader;
import dev.tidings.wire.WireFormat;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.apache.avro.Schema;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Protocol: "De-duplication", on the topology. */
class DedupTopologyTest {
  private static final Duration B = Duration.ofSeconds(10);
  private static final Duration D = TopologyHarness.INTERVAL;

  /** Long before the test's clock: event time and append time are two things. */
  private static final Instant T = Instant.parse("2008-11-09T20:36:15Z");

  private final TopologyHarness topology =
      new TopologyHarness(new BatchSettings(B, 500, 512 * 1024));

  @AfterEach
  void close() {
    topology.close();
  }

  @Test
  void rule1TheFirstOccurrenceGoesOutAtOnceWithItsOwnIdAndUnchanged() {
    Event first = at(T);
    topology.record(first);

    List<TestRecord<String, Event>> out = topology.eventRecords();
    assertThat(out).hasSize(1);
    assertThat(out.get(0).key()).isEqualTo(first.getId().toString());
    assertThat(out.get(0).value()).isEqualTo(first);
  }

  @Test
  void rule2RepeatsAreCountedAndGoOutAsOneUpdatePerBatchInterval() {
    Event first = at(T);
    topology.record(first);
    topology.record(at(T.plusSeconds(10)));
    topology.record(at(T.plusSeconds(5)));
    assertThat(topology.events()).containsExactly(first);

    topology.pass(B);

    assertThat(topology.events()).containsExactly(changed(first, T, T.plusSeconds(10), 3));
    topology.pass(B);
    assertThat(topology.events()).isEmpty();
  }

  @Test
  void rule3ALaterOneClosesTheWindowWhoseLastCountsGoOutBeforeTheNewEvent() {
    Event first = at(T);
    Event second = at(T.plus(D));
    topology.record(first);
    topology.record(at(T.plusSeconds(1)));
    topology.record(second);

    assertThat(topology.events())
        .containsExactly(first, changed(first, T, T.plusSeconds(1), 2), second);
    topology.pass(B);
    assertThat(topology.events()).as("nothing was left to say").isEmpty();
    assertThat(entries(topology.batches()))
        .containsExactly(tuple(first.getId(), 2L, 2L), tuple(second.getId(), 1L, 1L));
  }

  @Test
  void rule4SlightlyBeforeMovesTheFirstTimeOnly() {
    Event first = at(T);
    topology.record(first);
    topology.record(at(T.minusSeconds(1)));
    topology.record(at(T.plus(D).minusMillis(1)));
    topology.pass(B);

    assertThat(topology.events())
        .containsExactly(first, changed(first, T.minusSeconds(1), T.plus(D).minusMillis(1), 3));
  }

  @Test
  void rule5LongBeforeIsAnEventOfItsOwnAndLeavesTheWindowAlone() {
    Event first = at(T);
    Event late = at(T.minus(D));
    topology.record(first);
    topology.record(late);
    topology.record(at(T.plusSeconds(1)));

    assertThat(topology.events()).containsExactly(first, late);
    topology.pass(B);
    assertThat(topology.events()).containsExactly(changed(first, T, T.plusSeconds(1), 2));
    assertThat(entries(topology.batches()))
        .containsExactly(tuple(first.getId(), 2L, 2L), tuple(late.getId(), 1L, 1L));
  }

  @Test
  void rule6WhatIsSentAgainIsDroppedAndWhatHappenedAgainIsCounted() {
    UUID recorder = new UUID(1, 2);
    Event first = at(T);
    topology.record(first, new OriginHeader(recorder, 100));
    topology.record(at(T), new OriginHeader(recorder, 250));
    topology.record(first, new OriginHeader(recorder, 100));
    topology.record(at(T), new OriginHeader(recorder, 250));
    topology.record(at(T), new OriginHeader(new UUID(3, 4), 7));
    topology.pass(B);

    assertThat(topology.events()).containsExactly(first, changed(first, T, T, 3));
    assertThat(topology.batches())
        .singleElement()
        .satisfies(batch -> assertThat(batch.getThrough()).isEqualTo(5));
  }

  @Test
  void rule6APartitionThatSeesOnlyRetransmissionsSaysHowFarItIs() {
    OriginHeader origin = new OriginHeader(new UUID(1, 2), 100);
    topology.record(at(T), origin);
    topology.pass(B);
    topology.record(at(T), origin);
    topology.pass(B);

    assertThat(topology.batches())
        .extracting(batch -> batch.getEntries().size(), EventBatch::getThrough)
        .containsExactly(tuple(1, 1L), tuple(0, 2L));
  }

  @Test
  void rule6ARejectedRecordThatIsSentAgainIsNotRejectedAgain() {
    Headers origin =
        new RecordHeaders().add(OriginHeader.NAME, new OriginHeader(new UUID(1, 2), 1).toBytes());
    topology.record("key", new byte[] {9}, origin);
    topology.record("key", new byte[] {9}, origin);

    assertThat(topology.rejected()).hasSize(1);
  }

  @Test
  void rule6AnIdleRecorderIsForgotten() {
    OriginHeader origin = new OriginHeader(new UUID(1, 2), 100);
    topology.record(at(T), origin);
    topology.pass(TopologyHarness.ORIGINS.minusMillis(1));
    topology.record(at(T), origin);
    assertThat(topology.stored()).containsEntry("origins", 1);

    topology.pass(TopologyHarness.ORIGINS);
    topology.record(TestEvents.event("of another", T).build());
    assertThat(topology.stored()).containsEntry("origins", 0);
  }

  @Test
  void rule7WhatCannotBeReadIsRejectedWithTheReasonAndProcessingGoesOn() {
    byte[] garbage = "garbage".getBytes(StandardCharsets.UTF_8);
    topology.record("key", garbage, new RecordHeaders().add("own", new byte[] {1}));
    topology.record("key", null, new RecordHeaders());
    topology.record(at(T).getObject().getName(), topology.value(at(T)), badSeriesHeader());
    topology.record(TestEvents.event("x".repeat(9000), T).build());
    Event good = at(T);
    topology.record(good);

    List<TestRecord<byte[], byte[]>> rejected = topology.rejected();
    assertThat(rejected)
        .extracting(record -> header(record, RejectedHeaders.REASON))
        .containsExactly(
            "value starts with byte 0x67, not with the 0x00 of the registry wire format",
            "record has no value",
            "header tidings-series has 3 bytes, not 36",
            "message has more than 8,192 bytes");
    TestRecord<byte[], byte[]> first = rejected.get(0);
    assertThat(first.key()).isEqualTo("key".getBytes(StandardCharsets.UTF_8));
    assertThat(first.value()).isEqualTo(garbage);
    assertThat(first.headers().lastHeader("own").value()).containsExactly(1);
    assertThat(header(first, RejectedHeaders.TOPIC)).isEqualTo("tidings.recorded");
    assertThat(header(first, RejectedHeaders.PARTITION)).isEqualTo("0");
    assertThat(header(first, RejectedHeaders.OFFSET)).isEqualTo("0");
    assertThat(Instant.parse(header(first, RejectedHeaders.TIME)))
        .isBetween(Instant.now().minusSeconds(60), Instant.now());
    assertThat(topology.events()).containsExactly(good);
  }

  @Test
  void rule7TimesThatCannotBeComputedWithAreRejected() {
    Event far = TestEvents.event("far", Instant.parse("9999-12-31T23:59:59Z")).build();
    topology.record(far, new RecordHeaders());
    topology.record(
        "key",
        topology.value(at(T)),
        new RecordHeaders()
            .add(
                SeriesHeader.NAME,
                new SeriesHeader(SeriesKey.of(at(T)), Long.MIN_VALUE, Long.MAX_VALUE, 1)
                    .toBytes()));

    assertThat(topology.rejected())
        .extracting(record -> header(record, RejectedHeaders.REASON))
        .allMatch(reason -> reason.contains("out of range"))
        .hasSize(2);
  }

  @Test
  void rule8AWindowIsForgottenByAppendTimeOnly() {
    Event first = at(T);
    topology.record(first);
    topology.record(TestEvents.event("another series", T.plus(Duration.ofDays(3650))).build());
    topology.pass(D.plus(TopologyHarness.GRACE).minusMillis(1));
    topology.record(at(T.plusSeconds(1)));
    topology.pass(B);
    assertThat(topology.events()).contains(changed(first, T, T.plusSeconds(1), 2));

    topology.pass(D.plus(TopologyHarness.GRACE));
    Event again = at(T.plusSeconds(2));
    topology.record(again);

    assertThat(topology.events()).containsExactly(again);
    topology.pass(B);
    assertThat(topology.stored()).containsEntry("windows", 1);
  }

  @Test
  void aRepeatIsRecognisedByItsHeaderAloneWhateverItsValue() {
    Event first = at(T);
    topology.record(first);
    topology.record("key", new byte[] {1, 2, 3}, seriesHeader(at(T.plusSeconds(1))));
    topology.pass(B);

    assertThat(topology.rejected()).isEmpty();
    assertThat(topology.events()).contains(changed(first, T, T.plusSeconds(1), 2));
  }

  @Test
  void aFirstOccurrenceThatItsHeaderContradictsIsRejected() {
    Event event = at(T);
    topology.record("key", topology.value(event), seriesHeader(at(T.plusSeconds(1))));

    assertThat(topology.rejected()).hasSize(1);
    assertThat(topology.events()).isEmpty();
  }

  @Test
  void withoutOurHeaderTheValueIsRead() {
    Event first = at(T);
    topology.record(first, new RecordHeaders());
    topology.record(changed(at(T), T, T.plusSeconds(3), 4), new RecordHeaders());
    topology.pass(B);

    assertThat(topology.events()).containsExactly(first, changed(first, T, T.plusSeconds(3), 5));
  }

  @Test
  void aRecordForSeveralOccurrencesCountsThemAll() {
    Event several = changed(at(T), T, T.plusSeconds(30), 10);
    topology.record(several);
    topology.pass(B);

    assertThat(topology.events()).containsExactly(several);
    assertThat(entries(topology.batches())).containsExactly(tuple(several.getId(), 10L, 10L));
  }

  @Test
  void anotherVersionOfTheSchemaIsWrittenAnewSoThatItsCountsCanChange() {
    Schema newer =
        new Schema.Parser()
            .parse(
                Event.getClassSchema()
                    .toString()
                    .replace(
                        "{\"name\":\"count\",\"type\":\"long\",",
                        "{\"name\":\"extra\",\"type\":\"int\",\"default\":0},"
                            + "{\"name\":\"count\",\"type\":\"long\","));
    int id = topology.registry.register("newer", newer);
    Event first = at(T);
    byte[] ours = topology.value(first);
    // The new field is a zero byte before the count, which is one byte too.
    byte[] body = Arrays.copyOfRange(ours, WireFormat.HEADER_LENGTH, ours.length + 1);
    body[body.length - 1] = body[body.length - 2];
    body[body.length - 2] = 0;
    topology.record("key", WireFormat.frame(id, body), seriesHeader(first));
    topology.record(at(T.plusSeconds(1)));
    topology.pass(B);

    assertThat(topology.events()).containsExactly(first, changed(first, T, T.plusSeconds(1), 2));
  }

  @Test
  void anIdThatIsGivenToTwoEventsStaysWithTheFirst() {
    Event first = at(T);
    Event second = TestEvents.event("another", T).setId(first.getId()).build();
    topology.record(first);
    topology.record(second);
    topology.record(at(T.plusSeconds(1)));
    topology.pass(B);

    List<Event> out = topology.events();
    assertThat(out).hasSize(3);
    assertThat(out.get(1).getId()).isNotEqualTo(first.getId());
    assertThat(out.get(1).getId()).isEqualTo(RenamedId.of(first.getId(), 0, 1));
    assertThat(out.get(1).getMessage()).isEqualTo("another");
    assertThat(out.get(2)).isEqualTo(changed(first, T, T.plusSeconds(1), 2));
  }

  /** Its record comes again, with the same offset: on the same id Kafka's refusal is known. */
  @Test
  void anEventThatGotAnotherIdAndWasRefusedIsRejectedWhenItComesAgain() {
    Event first = at(T);
    UUID renamed = RenamedId.of(first.getId(), 0, 1);
    topology.refused.add(renamed.toString().getBytes(StandardCharsets.UTF_8), "too large");
    topology.record(first);
    topology.record(TestEvents.event("another", T).setId(first.getId()).build());

    assertThat(topology.events()).extracting(Event::getId).containsExactly(first.getId());
    assertThat(topology.rejected())
        .extracting(record -> new String(record.key(), StandardCharsets.UTF_8))
        .containsExactly(renamed.toString());
  }

  @Test
  void batchesRiseByOneAndSayHowFarTheyGo() {
    topology.record(at(T));
    topology.record(at(T));
    topology.pass(B);
    topology.pass(B);
    topology.record(at(T));
    topology.pass(B);

    List<EventBatch> batches = topology.batches();
    assertThat(batches)
        .extracting(EventBatch::getPartition, EventBatch::getSequence, EventBatch::getThrough)
        .containsExactly(tuple(0, 0L, 2L), tuple(0, 1L, 3L));
    assertThat(batches.get(0).getOpenedAt()).isEqualTo(TopologyHarness.START);
    assertThat(batches.get(0).getClosedAt()).isEqualTo(TopologyHarness.START.plus(B));
    assertThat(batches.get(1).getEntries())
        .extracting(BatchEntry::getOccurrences)
        .containsExactly(1L);
    assertThat(batches.get(1).getEntries().get(0).getEvent().getCount()).isEqualTo(3);
  }

  @Test
  void onlyRejectedRecordsGiveAnEmptyBatchSoThatReadersSeeHowFarItIs() {
    topology.record("key", new byte[0], new RecordHeaders());
    topology.pass(B);
    topology.pass(B);

    assertThat(topology.batches())
        .singleElement()
        .satisfies(
            batch -> {
              assertThat(batch.getEntries()).isEmpty();
              assertThat(batch.getThrough()).isEqualTo(1);
            });
  }

  @Test
  void aBatchGoesOutSoonerAtItsLimits() {
    try (TopologyHarness small = new TopologyHarness(new BatchSettings(B, 2, 512 * 1024));
        TopologyHarness thin = new TopologyHarness(new BatchSettings(B, 500, 1_000))) {
      small.record(TestEvents.event("one", T).build());
      assertThat(small.batches()).isEmpty();
      small.record(TestEvents.event("two", T).build());
      assertThat(small.batches()).singleElement().matches(batch -> batch.getEntries().size() == 2);

      thin.record(TestEvents.event("x".repeat(500), T).build());
      assertThat(thin.batches()).isEmpty();
      thin.record(TestEvents.event("y".repeat(500), T).build());
      assertThat(thin.batches()).hasSize(1);
    }
  }

  private static Event at(Instant time) {
    return TestEvents.event("disk failed", time).build();
  }

  private static Event changed(Event event, Instant first, Instant last, long count) {
    return new Event(
        event.getId(),
        event.getType(),
        event.getSeverity(),
        event.getSource(),
        event.getObject(),
        event.getMessage(),
        event.getAttributes(),
        first,
        last,
        count);
  }

  private static Headers seriesHeader(Event event) {
    return new RecordHeaders()
        .add(SeriesHeader.NAME, SeriesHeader.of(event).orElseThrow().toBytes());
  }

  private static Headers badSeriesHeader() {
    return new RecordHeaders().add(SeriesHeader.NAME, new byte[] {1, 2, 3});
  }

  private static String header(TestRecord<byte[], byte[]> record, String name) {
    return new String(record.headers().lastHeader(name).value(), StandardCharsets.UTF_8);
  }

  /** Id, occurrences and count of every entry. */
  private static List<org.assertj.core.groups.Tuple> entries(List<EventBatch> batches) {
    return batches.stream()
        .flatMap(batch -> batch.getEntries().stream())
        .map(e -> tuple(e.getEvent().getId(), e.getOccurrences(), e.getEvent().getCount()))
        .toList();
  }
}
