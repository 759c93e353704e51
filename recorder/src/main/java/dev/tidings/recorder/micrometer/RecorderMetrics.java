package dev.tidings.recorder.micrometer;

import dev.tidings.recorder.DropCause;
import dev.tidings.recorder.EventRecorder;
import dev.tidings.recorder.RecorderCounts;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/**
 * A recorder's {@link RecorderCounts} as meters. Recording costs nothing more: the counts are read
 * when the registry is. Thread-safe.
 *
 * <p>The meters refer to the recorder weakly, and show what it counted last once it is gone.
 * Several recorders in one registry need a tag each that tells them apart.
 */
public final class RecorderMetrics implements MeterBinder {
  /** The tag of {@code tidings.recorder.dropped} that says why. */
  public static final String CAUSE_TAG = "cause";

  /** The cause of what was taken and dropped later to make room for newer events. */
  public static final String DISPLACED = "displaced";

  private static final String PREFIX = "tidings.recorder.";
  private static final String EVENTS = "events";

  private static final List<Counted> COUNTERS =
      List.of(
          events("recorded", "Taken into the journal", RecorderCounts::recorded),
          events(
              "acknowledged",
              "Acknowledged by Kafka, those taken over included",
              RecorderCounts::acknowledged),
          events("refused", "Refused as invalid", RecorderCounts::refused),
          events(
              "truncated", "Recorded after something was cut from them", RecorderCounts::truncated),
          events("failed", "Taken, but given up", RecorderCounts::failed),
          events(
              "recovered",
              "Taken over from journals that other processes left",
              RecorderCounts::recovered),
          events(
              "aggregated",
              "That left as a count of another event's record",
              RecorderCounts::aggregated),
          new Counted(
              "send", "errors", "How often sending was interrupted", RecorderCounts::sendErrors));

  private static final List<Counted> GAUGES =
      List.of(
          new Counted(
              "journal",
              "bytes",
              "What is in the journal and not settled",
              RecorderCounts::journalBytes),
          events("lag", "Taken and not settled", RecorderCounts::lag),
          new Counted(
              "lag.time",
              "seconds",
              "How long the oldest event that is not settled has waited",
              counts -> counts.lagTime().toNanos() / 1e9));

  private final EventRecorder recorder;
  private final Tags tags;

  /** Meters without tags of their own. */
  public RecorderMetrics(EventRecorder recorder) {
    this(recorder, Tags.empty());
  }

  /**
   * Meters with tags.
   *
   * @param tags of every meter
   */
  public RecorderMetrics(EventRecorder recorder, Iterable<Tag> tags) {
    this.recorder = recorder;
    this.tags = Tags.of(tags);
  }

  @Override
  public void bindTo(MeterRegistry registry) {
    COUNTERS.forEach(counter -> count(registry, counter, tags));
    for (DropCause cause : DropCause.values()) {
      dropped(registry, nameOf(cause), counts -> counts.dropped().getOrDefault(cause, 0L));
    }
    dropped(registry, DISPLACED, RecorderCounts::droppedFromJournal);
    for (Counted gauge : GAUGES) {
      Gauge.builder(gauge.name, recorder, gauge::in)
          .baseUnit(gauge.unit)
          .description(gauge.description)
          .tags(tags)
          .register(registry);
    }
  }

  private void dropped(
      MeterRegistry registry, String cause, ToDoubleFunction<RecorderCounts> value) {
    count(registry, events("dropped", "Valid, but dropped", value), tags.and(CAUSE_TAG, cause));
  }

  private void count(MeterRegistry registry, Counted counter, Tags with) {
    FunctionCounter.builder(counter.name, recorder, counter::in)
        .baseUnit(counter.unit)
        .description(counter.description)
        .tags(with)
        .register(registry);
  }

  private static String nameOf(DropCause cause) {
    return cause.name().toLowerCase(Locale.ROOT);
  }

  private static Counted events(
      String name, String description, ToDoubleFunction<RecorderCounts> value) {
    return new Counted(name, EVENTS, description, value);
  }

  /** One number of the counts: its name, unit and meaning. */
  private record Counted(
      String name, String unit, String description, ToDoubleFunction<RecorderCounts> value) {
    Counted {
      name = PREFIX + name;
    }

    double in(EventRecorder recorder) {
      return value.applyAsDouble(recorder.counts());
    }
  }
}
