package dev.tidings.conformance;

import dev.tidings.event.Event;
import dev.tidings.event.Source;
import dev.tidings.event.identity.SeriesKey;
import dev.tidings.wire.OriginHeader;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * What the de-duplication rules of the protocol make of a sequence of recorded events: written from
 * the rules alone, slow and plain, so that it can be trusted to judge the real thing.
 *
 * <p>Events must be given in the order of their partition; the order between partitions makes no
 * difference as long as a series never spans two. Not thread-safe.
 */
public final class DedupModel {
  private final Rules rules;
  private final Map<Origin, Position> positions = new HashMap<>();
  private final Map<Object, Window> windows = new LinkedHashMap<>();
  private final Map<Source, Deque<Instant>> tokensBack = new HashMap<>();
  private final Map<UUID, Run> runs = new LinkedHashMap<>();
  private Predicate<String> suppressed = type -> false;

  /**
   * What can be set.
   *
   * @param interval D of an event's type
   * @param series what an event must share with its repeats
   * @param grace how long beyond D a window is remembered after its last arrival
   * @param rememberIdleOrigins how long a recorder's position is remembered after its last arrival
   * @param stormMessages so many different messages are not combined; 0 for no limit
   * @param stormInterval how near to one another they must be, by event time
   * @param limitBurst how many new events a source may emit at once; 0 for no limit
   * @param limitRefill how long until it may emit one more, by append time
   */
  public record Rules(
      Function<Event, Duration> interval,
      Function<Event, Object> series,
      Duration grace,
      Duration rememberIdleOrigins,
      int stormMessages,
      Duration stormInterval,
      int limitBurst,
      Duration limitRefill) {

    /** The protocol's defaults with these times. */
    public static Rules of(Duration interval, Duration grace, Duration rememberIdleOrigins) {
      return new Rules(
          event -> interval,
          SeriesKey::of,
          grace,
          rememberIdleOrigins,
          0,
          Duration.ofMinutes(10),
          0,
          Duration.ofMinutes(5));
    }
  }

  /** By these rules. */
  public DedupModel(Rules rules) {
    this.rules = rules;
  }

  /** The rules' defaults: 5 minutes, 1 hour, 7 days. */
  public static DedupModel withDefaults() {
    return new DedupModel(Rules.of(Duration.ofMinutes(5), Duration.ofHours(1), Duration.ofDays(7)));
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

  /**
   * @param kind what is combined in a storm, or the window itself for none
   */
  private record Window(
      Object kind, Instant opened, Duration interval, UUID run, Instant lastArrival) {}

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
        before == null || !arrival.isBefore(before.lastArrival().plus(rules.rememberIdleOrigins()));
    long highest = before == null || isForgotten ? Long.MIN_VALUE : before.highest();
    boolean isNew = isForgotten || header.position() > highest;
    positions.put(origin, new Position(Math.max(highest, header.position()), arrival));
    return isNew;
  }

  /** From now on these types are suppressed. */
  public void suppress(Predicate<String> types) {
    suppressed = types;
  }

  /** Takes the next recorded event, all of which arrive at the same time. */
  public void record(Event event) {
    record(event, Instant.EPOCH);
  }

  /** Takes the next recorded event, appended to the log at {@code arrival}. */
  public void record(Event event, Instant arrival) {
    if (suppressed.test(event.getType())) {
      Object summary = Arrays.asList("suppressed", event.getSource(), event.getType());
      countOnSummary(summary, usualInterval(event), event, arrival);
      return;
    }
    Object series = rules.series().apply(event);
    Window window = windows.get(series);
    Instant time = event.getFirstTimestamp();
    Window open =
        window == null
                || hasBeenForgotten(window, arrival) // rule 8
                || !time.isBefore(window.opened().plus(window.interval())) // rules 1 and 3
            ? null
            : window;
    boolean opens = open == null;
    if (open != null && time.isAfter(open.opened().minus(open.interval()))) { // rules 2 and 4
      count(series, open, event, arrival);
    } else if (opens && isStorm(series, event, arrival)) {
      countOnSummary(Arrays.asList("combined", kind(event)), rules.stormInterval(), event, arrival);
    } else if (!mayEmit(event.getSource(), arrival)) {
      Object summary = Arrays.asList("withheld", event.getSource());
      countOnSummary(summary, rules.interval().apply(event), event, arrival);
    } else {
      openRun(event);
      if (opens) { // otherwise rule 5
        windows.put(
            series,
            new Window(kind(event), time, rules.interval().apply(event), event.getId(), arrival));
      }
    }
  }

  /** Suppressed events of all types share the usual interval: that of a type without rules. */
  private Duration usualInterval(Event event) {
    return rules
        .interval()
        .apply(
            new Event(
                event.getId(),
                "",
                event.getSeverity(),
                event.getSource(),
                null,
                "",
                Map.of(),
                event.getFirstTimestamp(),
                event.getLastTimestamp(),
                1L));
  }

  private static Object kind(Event event) {
    return Arrays.asList(
        "kind", event.getType(), event.getSeverity(), event.getSource(), event.getObject());
  }

  private boolean isStorm(Object series, Event event, Instant arrival) {
    if (rules.stormMessages() == 0) {
      return false;
    }
    Object kind = kind(event);
    long others =
        windows.entrySet().stream()
            .filter(other -> !other.getKey().equals(series))
            .map(Map.Entry::getValue)
            .filter(other -> other.kind().equals(kind) && !hasBeenForgotten(other, arrival))
            .filter(
                other ->
                    Duration.between(other.opened(), event.getFirstTimestamp())
                            .abs()
                            .compareTo(rules.stormInterval())
                        < 0)
            .count();
    return others >= rules.stormMessages();
  }

  /** A bucket of tokens, each of which comes back when the one before it has and a time passed. */
  private boolean mayEmit(Source source, Instant arrival) {
    if (rules.limitBurst() == 0) {
      return true;
    }
    Deque<Instant> back = tokensBack.computeIfAbsent(source, any -> new ArrayDeque<>());
    while (!back.isEmpty() && !back.peekFirst().isAfter(arrival)) {
      back.removeFirst();
    }
    if (back.size() >= rules.limitBurst()) {
      return false;
    }
    Instant after = back.isEmpty() ? arrival : back.peekLast();
    back.addLast(after.plus(rules.limitRefill()));
    return true;
  }

  /** A summary takes everything that is not too new for it, however late. */
  private void countOnSummary(Object summary, Duration interval, Event event, Instant arrival) {
    Window window = windows.get(summary);
    if (window == null
        || hasBeenForgotten(window, arrival)
        || !event.getFirstTimestamp().isBefore(window.opened().plus(window.interval()))) {
      openRun(event);
      windows.put(
          summary,
          new Window(summary, event.getFirstTimestamp(), interval, event.getId(), arrival));
    } else {
      count(summary, window, event, arrival);
    }
  }

  private void count(Object series, Window window, Event event, Instant arrival) {
    runs.computeIfPresent(window.run(), (id, run) -> run.with(event));
    windows.put(
        series,
        new Window(window.kind(), window.opened(), window.interval(), window.run(), arrival));
  }

  private boolean hasBeenForgotten(Window window, Instant now) {
    return !now.isBefore(window.lastArrival().plus(window.interval()).plus(rules.grace()));
  }

  private void openRun(Event event) {
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
