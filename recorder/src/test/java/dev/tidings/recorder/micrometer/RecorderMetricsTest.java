package dev.tidings.recorder.micrometer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.event.Event;
import dev.tidings.event.Severity;
import dev.tidings.recorder.DropCause;
import dev.tidings.recorder.EventDraft;
import dev.tidings.recorder.EventRecorder;
import dev.tidings.recorder.RecordResult;
import dev.tidings.recorder.RecorderCounts;
import dev.tidings.recorder.watch.EventBroadcaster;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class RecorderMetricsTest {
  private static final RecorderCounts COUNTS =
      new RecorderCounts(
          1,
          2,
          3,
          4,
          Map.of(DropCause.JOURNAL_FULL, 5L, DropCause.SPAM, 6L),
          7,
          8,
          9,
          10,
          11,
          12,
          13,
          Duration.ofMillis(14_500),
          true);

  private final MeterRegistry registry = new SimpleMeterRegistry();

  private enum Weather {
    Rain
  }

  @Test
  void everyCountIsAMeter() {
    new RecorderMetrics(new Counting(COUNTS)).bindTo(registry);

    assertThat(values())
        .containsExactlyInAnyOrderEntriesOf(
            Map.ofEntries(
                Map.entry("recorded", 1.0),
                Map.entry("acknowledged", 2.0),
                Map.entry("refused", 3.0),
                Map.entry("truncated", 4.0),
                Map.entry("dropped journal_full", 5.0),
                Map.entry("dropped spam", 6.0),
                Map.entry("dropped closed", 0.0),
                Map.entry("dropped too_large", 0.0),
                Map.entry("dropped displaced", 7.0),
                Map.entry("failed", 8.0),
                Map.entry("recovered", 9.0),
                Map.entry("aggregated", 10.0),
                Map.entry("send", 11.0),
                Map.entry("journal", 12.0),
                Map.entry("lag", 13.0),
                Map.entry("lag.time", 14.5)));
  }

  @Test
  void everyMeterHasAUnitADescriptionAndTheCallersTags() {
    new RecorderMetrics(new Counting(COUNTS), Tags.of("recorder", "a")).bindTo(registry);

    assertThat(registry.getMeters())
        .hasSize(16)
        .allSatisfy(
            meter -> {
              assertThat(meter.getId().getBaseUnit()).isNotBlank();
              assertThat(meter.getId().getDescription()).isNotBlank();
              assertThat(meter.getId().getTag("recorder")).isEqualTo("a");
            });
  }

  @Test
  void twoRecordersWithTagsOfTheirOwnDoNotMix() {
    new RecorderMetrics(new Counting(COUNTS), Tags.of("recorder", "a")).bindTo(registry);
    EventRecorder idle = idle();
    new RecorderMetrics(idle, Tags.of("recorder", "b")).bindTo(registry);

    assertThat(registry.get("tidings.recorder.lag").tag("recorder", "a").gauge().value())
        .isEqualTo(13);
    assertThat(registry.get("tidings.recorder.lag").tag("recorder", "b").gauge().value()).isZero();
    idle.close(Duration.ZERO);
  }

  @Test
  void prometheusSeesItsOwnNames() {
    PrometheusMeterRegistry prometheus = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    new RecorderMetrics(new Counting(COUNTS)).bindTo(prometheus);

    assertThat(prometheus.scrape().lines().filter(line -> !line.startsWith("#")))
        .containsExactlyInAnyOrder(
            "tidings_recorder_recorded_events_total 1.0",
            "tidings_recorder_acknowledged_events_total 2.0",
            "tidings_recorder_refused_events_total 3.0",
            "tidings_recorder_truncated_events_total 4.0",
            "tidings_recorder_dropped_events_total{cause=\"journal_full\"} 5.0",
            "tidings_recorder_dropped_events_total{cause=\"spam\"} 6.0",
            "tidings_recorder_dropped_events_total{cause=\"closed\"} 0.0",
            "tidings_recorder_dropped_events_total{cause=\"too_large\"} 0.0",
            "tidings_recorder_dropped_events_total{cause=\"displaced\"} 7.0",
            "tidings_recorder_failed_events_total 8.0",
            "tidings_recorder_recovered_events_total 9.0",
            "tidings_recorder_aggregated_events_total 10.0",
            "tidings_recorder_send_errors_total 11.0",
            "tidings_recorder_journal_bytes 12.0",
            "tidings_recorder_lag_events 13.0",
            "tidings_recorder_lag_time_seconds 14.5");
  }

  @Test
  void theMetersFollowTheRecorder() {
    EventRecorder recorder = idle();
    new RecorderMetrics(recorder).bindTo(registry);
    recorder.record(Weather.Rain, Severity.INFO, "it rains");
    recorder.record("weather.Snow", Severity.INFO, "of no catalogue");
    recorder.close(Duration.ZERO);
    recorder.record(Weather.Rain, Severity.INFO, "too late");

    assertThat(values())
        .containsEntry("recorded", 1.0)
        .containsEntry("refused", 1.0)
        .containsEntry("dropped closed", 1.0)
        .containsEntry("acknowledged", 0.0);
  }

  /** A recorder whose Kafka is not there. */
  private static EventRecorder idle() {
    return EventRecorder.builder()
        .source("node-1", "test")
        .catalogue(Weather.class)
        .bootstrapServers("127.0.0.1:1")
        .registry("mock://recorder-metrics")
        .build();
  }

  /** What every meter shows, by its name without the prefix and its cause if it has one. */
  private Map<String, Double> values() {
    return registry.getMeters().stream()
        .collect(Collectors.toMap(RecorderMetricsTest::nameOf, RecorderMetricsTest::valueOf));
  }

  private static String nameOf(Meter meter) {
    String name = meter.getId().getName().replaceFirst("^tidings\\.recorder\\.", "");
    String cause = meter.getId().getTag(RecorderMetrics.CAUSE_TAG);
    return cause == null ? name : name + " " + cause;
  }

  private static double valueOf(Meter meter) {
    return meter.measure().iterator().next().getValue();
  }

  /** Shows counts that no short test brings a real recorder to. */
  private record Counting(RecorderCounts counts) implements EventRecorder {
    @Override
    public EventDraft event(Enum<?> type) {
      throw new UnsupportedOperationException();
    }

    @Override
    public EventDraft event(String type) {
      throw new UnsupportedOperationException();
    }

    @Override
    public CompletableFuture<RecordResult> submit(Event event) {
      throw new UnsupportedOperationException();
    }

    @Override
    public EventBroadcaster broadcaster() {
      throw new UnsupportedOperationException();
    }

    @Override
    public boolean flush(Duration timeout) {
      return true;
    }

    @Override
    public boolean close(Duration timeout) {
      return true;
    }
  }
}
