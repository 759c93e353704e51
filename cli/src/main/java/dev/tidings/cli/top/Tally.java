package dev.tidings.cli.top;

import dev.tidings.event.Event;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;

/**
 * Counts occurrences in several dimensions, over equal spans of time that slide along: what is
 * before the first span is forgotten. Memory is bounded: past {@value #MOST_NAMES} names in a
 * dimension, the others are counted together. For one thread.
 */
final class Tally {
  static final String OTHERS = "(others)";
  static final int MOST_NAMES = 10_000;

  private final Duration span;
  private final int spans;
  private final Map<Dimension, Map<String, Line>> lines = new EnumMap<>(Dimension.class);
  private final Line all;
  // The number of the first span, counted from the epoch.
  private long first;

  /** Occurrences and new events of one name, by span: a ring, whose place is the span's number. */
  private static final class Line {
    final long[] occurrences;
    final long[] events;

    Line(int spans) {
      occurrences = new long[spans];
      events = new long[spans];
    }
  }

  /**
   * What was counted under a name.
   *
   * @param occurrences in all
   * @param events how many of them began one
   * @param bySpan occurrences, the oldest span first
   */
  record Count(String name, long occurrences, long events, long[] bySpan) {}

  /**
   * @param start of the first span
   */
  Tally(Instant start, Duration span, int spans, Collection<Dimension> dimensions) {
    this.span = span;
    this.spans = spans;
    this.first = number(start);
    this.all = new Line(spans);
    dimensions.forEach(dimension -> lines.put(dimension, new HashMap<>()));
  }

  private long number(Instant time) {
    return Math.floorDiv(time.toEpochMilli(), span.toMillis());
  }

  /**
   * Counts.
   *
   * @param time which span; what is before the first one is not counted, what is after the last one
   *     counts in the last
   * @param events how many new events that is
   */
  void add(Event event, Instant time, long occurrences, long events) {
    long number = Math.min(number(time), first + spans - 1);
    if (number < first) {
      return;
    }
    add(all, number, occurrences, events);
    lines.forEach(
        (dimension, names) -> {
          String name = dimension.of(event);
          boolean full = names.size() >= MOST_NAMES && !names.containsKey(name);
          Line line = names.computeIfAbsent(full ? OTHERS : name, unknown -> new Line(spans));
          add(line, number, occurrences, events);
        });
  }

  private void add(Line line, long number, long occurrences, long events) {
    int place = (int) Math.floorMod(number, (long) spans);
    line.occurrences[place] += occurrences;
    line.events[place] += events;
  }

  /** Slides along, so that a time is in the last span. */
  void slideTo(Instant now) {
    long wanted = number(now) - spans + 1;
    long steps = Math.min(wanted - first, spans);
    for (long step = 0; step < steps; step++) {
      // The places of the oldest spans are those of the newest.
      forget((int) Math.floorMod(wanted - 1 - step, (long) spans));
    }
    if (wanted > first) {
      first = wanted;
      lines.values().forEach(names -> names.values().removeIf(line -> sum(line.occurrences) == 0));
    }
  }

  private void forget(int place) {
    clear(all, place);
    lines.values().forEach(names -> names.values().forEach(line -> clear(line, place)));
  }

  private static void clear(Line line, int place) {
    line.occurrences[place] = 0;
    line.events[place] = 0;
  }

  /** Everything. */
  Count total() {
    return count("", all);
  }

  /** By names, the most first. */
  List<Count> counts(Dimension dimension) {
    List<Count> counts = new ArrayList<>();
    lines.getOrDefault(dimension, Map.of()).forEach((name, line) -> counts.add(count(name, line)));
    counts.sort(Comparator.comparingLong(Count::occurrences).reversed().thenComparing(Count::name));
    return counts;
  }

  private Count count(String name, Line line) {
    long[] bySpan = new long[spans];
    for (int i = 0; i < spans; i++) {
      bySpan[i] = line.occurrences[(int) Math.floorMod(first + i, (long) spans)];
    }
    return new Count(name, sum(line.occurrences), sum(line.events), bySpan);
  }

  private static long sum(long[] values) {
    return LongStream.of(values).sum();
  }
}
