package dev.tidings.cli.top;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.event.Event;
import dev.tidings.event.Severity;
import dev.tidings.event.Source;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class TallyTest {
  private static final Instant START = Instant.parse("2026-01-31T12:00:00Z");
  private static final Duration SPAN = Duration.ofSeconds(10);
  private static final int SPANS = 5;

  private record Counted(int second, String type, int occurrences) {}

  @Property
  void countsAreThoseOfTheSpansThatAreLeft(
      @ForAll @Size(max = 60) List<@IntRange(max = 9_999) Integer> draws,
      @ForAll @IntRange(max = 200) int slide) {
    Tally tally = new Tally(START, SPAN, SPANS, List.of(Dimension.type));
    // The model: all there was, counted anew at the end.
    List<Counted> all = new ArrayList<>();
    for (int draw : draws) {
      // Within the spans at first.
      Counted one = new Counted(draw % 50, "demo.T" + draw / 50 % 3, 1 + draw / 150);
      all.add(one);
      tally.add(event(one.type()), START.plusSeconds(one.second()), one.occurrences(), 1);
    }
    Instant now = START.plusSeconds(slide);
    tally.slideTo(now);

    long firstSecond = Math.max(0, slide / 10 * 10 - (SPANS - 1) * 10);
    Map<String, Long> expected = new TreeMap<>();
    all.stream()
        .filter(one -> one.second() >= firstSecond)
        .forEach(one -> expected.merge(one.type(), (long) one.occurrences(), Long::sum));
    Map<String, Long> counts = new TreeMap<>();
    for (Tally.Count count : tally.counts(Dimension.type)) {
      counts.put(count.name(), count.occurrences());
      assertThat(java.util.Arrays.stream(count.bySpan()).sum()).isEqualTo(count.occurrences());
    }
    assertThat(counts).isEqualTo(expected);
    assertThat(tally.total().occurrences())
        .isEqualTo(expected.values().stream().mapToLong(Long::longValue).sum());
  }

  @Test
  void namesAreBounded() {
    Tally tally = new Tally(START, SPAN, SPANS, List.of(Dimension.type));
    for (int i = 0; i < Tally.MOST_NAMES + 7; i++) {
      tally.add(event("demo.T" + i), START, 1, 0);
    }
    assertThat(tally.counts(Dimension.type)).hasSize(Tally.MOST_NAMES + 1);
    assertThat(tally.counts(Dimension.type).get(0).name()).isEqualTo(Tally.OTHERS);
    assertThat(tally.counts(Dimension.type).get(0).occurrences()).isEqualTo(7);
  }

  @Test
  void sparklinesAreAsHighAsTheGreatest() {
    assertThat(Sparkline.of(new long[] {0, 1, 4, 8})).isEqualTo(" ▁▄█");
    assertThat(Sparkline.of(new long[] {0, 0})).isEqualTo("  ");
    assertThat(Sparkline.of(new long[] {1})).isEqualTo("█");
  }

  private static Event event(String type) {
    return new Event(
        new UUID(1, 2),
        type,
        Severity.INFO,
        new Source("n", "c"),
        null,
        "m",
        Map.of(),
        START,
        START,
        1L);
  }
}
