package dev.tidings.dedup.topology;

import dev.tidings.dedup.rules.RateLimit;
import dev.tidings.dedup.rules.StormRule;
import dev.tidings.event.Event;
import dev.tidings.event.ObjectReference;
import dev.tidings.event.Severity;
import dev.tidings.event.Source;
import dev.tidings.event.identity.SeriesKey;
import dev.tidings.event.limits.EventLimits;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An event that stands for others which are not shown themselves: so that none is lost in the
 * counts. It has the id of the first of them.
 *
 * @param series which occurrences are counted on the same one
 * @param interval for how long, by event time
 * @param event as it is sent when the first of them comes
 */
record Summary(SeriesKey series, Duration interval, Event event) {
  /** The type of an event that counts what a rate limit withheld. */
  static final String WITHHELD = "tidings.Withheld";

  /** The type of an event that counts what was suppressed during maintenance. */
  static final String SUPPRESSED = "tidings.Suppressed";

  /** Marks a combined event; its value says why. */
  static final String COMBINED_ATTRIBUTE = "tidings.combined";

  private static final String COMBINED = "(combined from similar events): ";

  /** No type holds it: no event can have such a series by itself. */
  private static final char OURS = '\0';

  private static SeriesKey stormSeries(Event event) {
    return SeriesKey.of(
        OURS + event.getType(), event.getSeverity(), event.getSource(), event.getObject(), "");
  }

  /** What is too much of one kind. */
  static Summary combined(Event sample, StormRule rule) {
    return new Summary(
        stormSeries(sample),
        rule.interval(),
        with(
            sample,
            sample.getType(),
            sample.getSeverity(),
            sample.getObject(),
            COMBINED + sample.getMessage(),
            Map.of(
                COMBINED_ATTRIBUTE,
                "more than %d different messages within %d s"
                    .formatted(rule.messages(), rule.interval().toSeconds()))));
  }

  /** What a source may not emit any more. */
  static Summary withheld(Event sample, RateLimit limit, Duration interval) {
    Source source = sample.getSource();
    return new Summary(
        SeriesKey.of(OURS + WITHHELD, Severity.WARN, source, null, ""),
        interval,
        with(
            sample,
            WITHHELD,
            Severity.WARN,
            null,
            "withheld: %s/%s emits more than %d new events and then one each %d ms; for example %s: %s"
                .formatted(
                    source.getNode(),
                    source.getComponent(),
                    limit.burst(),
                    limit.refill().toMillis(),
                    sample.getType(),
                    sample.getMessage()),
            Map.of("type", sample.getType())));
  }

  /** What is not to be shown during maintenance. */
  static Summary suppressed(Event sample, Duration interval) {
    return new Summary(
        SeriesKey.of(OURS + SUPPRESSED, Severity.INFO, sample.getSource(), null, sample.getType()),
        interval,
        with(
            sample,
            SUPPRESSED,
            Severity.INFO,
            null,
            "suppressed during maintenance: " + sample.getType(),
            Map.of("type", sample.getType())));
  }

  private static Event with(
      Event sample,
      String type,
      Severity severity,
      @Nullable ObjectReference object,
      String message,
      Map<String, String> attributes) {
    return new Event(
        sample.getId(),
        type,
        severity,
        sample.getSource(),
        object,
        EventLimits.DEFAULT.cutToAttribute(message),
        attributes,
        sample.getFirstTimestamp(),
        sample.getLastTimestamp(),
        sample.getCount());
  }
}
