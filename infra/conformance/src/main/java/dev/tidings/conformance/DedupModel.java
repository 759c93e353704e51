package dev.tidings.conformance;

import dev.tidings.event.Event;
import dev.tidings.event.identity.SeriesKey;
import dev.tidings.wire.OriginHeader;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * What the de-duplication rules of the protocol make of a sequence of recorded events: written from
 * the rules alone, slow and plain, so that it can be trusted to judge the real thing.
 *
 * <p>Events must be given in the order of their partition; the order between partitions makes no
 * difference, since a series never spans two. Not thread-safe.
 */
public final class DedupModel {
  private final Duration interval;
  private final Duration grace;
  private final Duration rememberIdleOrigins;
  private final Map<Origin, Position> positions = new HashMap<>();
  private final Map<SeriesKey, Window> windows = new HashMap<>();
  private final Map<UUID, Run> runs = new LinkedHashMap<>();

  /**
   * @param interval D of the rules
   * @param grace how long beyond D a window is remembered after its last arrival
   */
  public DedupModel(Duration interval, Duration grace) {
    this(interval, grace, Duration.ofDays(7));
  }

  /**
   * @param rememberIdleOrigins how long a recorder's position is remembered after its last arrival
   */
  public DedupModel(Duration interval, Duration grace, Duration rememberIdleOrigins) {
    this.interval = interval;
    this.grace = grace;
    this.rememberIdleOrigins = rememberIdleOrigins;
  }

  /** The rules' defaults: 5 minutes and 1 hour. */
  public static DedupModel withDefaults() {
    return new DedupModel(Duration.ofMinutes(5), Duration.ofHours(1));
  }

  /**
   * A run of repeats: one event on the events topic.
   *
   * @param id of the occurrence that opened it
   * @param first earliest occurrence
   * @param last latest occurrence
   * @param count occurrences
   */
  public record Run(UUID id, Instant first, Instant last, long count) {
    Run with(Event repeat) {
      Instant start = repeat.getFirstTimestamp();
      Instant end = repeat.getLastTimestamp();
      return new Run(
          id,
          start.isBefore(first) ? start : first,
          end.isAfter(last) ? end : last,
          count + repeat.getCount());
    }
  }

  private record Origin(int partition, UUID recorder) {}

  private record Position(long highest, Instant lastArrival) {}

  private record Window(Instant opened, UUID run, Instant lastArrival) {}

  /**
   * Rule 6: takes the origin of the next record, also of one that cannot be read. To be called
   * before the record itself is given.
   *
   * @return false if the record is a retransmission, which must then not be given
   */
  public boolean isNew(int partition, OriginHeader header, Instant arrival) {
    Origin origin = new Origin(partition, header.recorderId());
    Position before = positions.get(origin);
    boolean isForgotten =
        before == null || !arrival.isBefore(before.lastArrival().plus(rememberIdleOrigins));
    long highest = before == null || isForgotten ? Long.MIN_VALUE : before.highest();
    boolean isNew = isForgotten || header.position() > highest;
    positions.put(origin, new Position(Math.max(highest, header.position()), arrival));
    return isNew;
  }

  /** Takes the next recorded event, all of which arrive at the same time. */
  public void record(Event event) {
    record(event, Instant.EPOCH);
  }

  /** Takes the next recorded event, appended to the log at {@code arrival}. */
  public void record(Event event, Instant arrival) {
    SeriesKey series = SeriesKey.of(event);
    Window window = windows.get(series);
    Instant time = event.getFirstTimestamp();
    if (window == null
        || hasBeenForgotten(window, arrival) // rule 8
        || !time.isBefore(window.opened().plus(interval))) { // rules 1 and 3
      open(event);
      windows.put(series, new Window(time, event.getId(), arrival));
    } else if (!time.isAfter(window.opened().minus(interval))) { // rule 5
      open(event);
    } else { // rules 2 and 4
      runs.computeIfPresent(window.run(), (id, run) -> run.with(event));
      windows.put(series, new Window(window.opened(), window.run(), arrival));
    }
  }

  private boolean hasBeenForgotten(Window window, Instant now) {
    return !now.isBefore(window.lastArrival().plus(interval).plus(grace));
  }

  private void open(Event event) {
    runs.put(
        event.getId(),
        new Run(
            event.getId(), event.getFirstTimestamp(), event.getLastTimestamp(), event.getCount()));
  }

  /** Every event that there must be now, in its newest state. */
  public Collection<Run> runs() {
    return List.copyOf(runs.values());
  }

  /** Occurrences recorded so far. */
  public long occurrences() {
    return runs.values().stream().mapToLong(Run::count).sum();
  }

  /**
   * Compares the events that a platform shows with those that there must be.
   *
   * @return one line for each difference; empty if there is none
   */
  public List<String> differences(Collection<Event> shown) {
    List<String> differences = new ArrayList<>();
    Map<UUID, Run> expected = new LinkedHashMap<>(runs);
    for (Event event : shown) {
      Run actual =
          new Run(
              event.getId(), event.getFirstTimestamp(), event.getLastTimestamp(), event.getCount());
      Run run = expected.remove(event.getId());
      if (run == null) {
        differences.add("shown, but unknown or shown before: " + actual);
      } else if (!run.equals(actual)) {
        differences.add("shown as " + actual + ", must be " + run);
      }
    }
    expected.values().forEach(run -> differences.add("not shown: " + run));
    return differences;
  }
}
