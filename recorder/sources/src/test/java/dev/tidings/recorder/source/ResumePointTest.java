package dev.tidings.recorder.source;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ResumePointTest {
  private static final long SECOND = 1_000_000_000L;
  private static final long OVERLAP = ResumePoint.OVERLAP.toNanos();
  private static final long START = 1_000 * SECOND;

  private final ResumePoint point = ResumePoint.at(START);

  @Test
  void readingAgainStartsBeforeTheOldestThatIsNotSafe() {
    EventMark first = mark(10, "a");
    EventMark second = mark(20, "b");
    assertThat(point.sinceNanos()).isLessThanOrEqualTo(START);
    assertThat(point.begin(first)).isTrue();
    assertThat(point.begin(second)).isTrue();
    point.safe(second);
    assertThat(point.sinceNanos()).isEqualTo(first.timeNanos() - OVERLAP);
    point.safe(first);
    point.begin(mark(30, "c"));
    point.safe(mark(30, "c"));
    assertThat(point.sinceNanos()).isEqualTo(START + 30 * SECOND - OVERLAP);
    assertThat(point.begin(mark(30, "c"))).isFalse();
    assertThat(point.needed()).isEqualTo(mark(30, "c"));
  }

  @Test
  void whatHappenedBeforeTheStartIsNotRead() {
    point.begin(mark(1, "a"));
    point.safe(mark(1, "a"));
    assertThat(point.sinceNanos()).isEqualTo(START);
  }

  @Test
  void theNextProcessTakesWhatWasNotSafeAndNothingElse() {
    point.begin(mark(10, "a"));
    point.begin(mark(11, "b"));
    point.begin(mark(60, "c"));
    point.safe(mark(10, "a"));
    point.safe(mark(60, "c"));
    ResumePoint next = ResumePoint.of(point.state());
    assertThat(next.needed()).isEqualTo(mark(11, "b"));
    assertThat(next.sinceNanos()).isEqualTo(START + 11 * SECOND - OVERLAP);
    assertThat(next.begin(mark(10, "a"))).isFalse();
    assertThat(next.begin(mark(11, "b"))).isTrue();
    assertThat(next.begin(mark(60, "c"))).isFalse();
    assertThat(next.begin(mark(60, "d"))).isTrue();
  }

  @Test
  void anEngineWhoseClockWasSetBackIsFollowed() {
    point.begin(mark(10, "a"));
    point.safe(mark(10, "a"));
    EventMark earlier = mark(-3_600, "b");
    point.begin(earlier);
    point.safe(earlier);
    assertThat(point.sinceNanos()).isEqualTo(earlier.timeNanos());
    assertThat(point.begin(mark(10, "a"))).isFalse();
  }

  @Test
  void itDoesNotGrow() {
    for (int i = 0; i < 100_000; i++) {
      EventMark mark = new EventMark(START + i, "x");
      point.begin(mark);
      point.safe(mark);
    }
    assertThat(point.state().safe()).hasSizeLessThanOrEqualTo(8_192);
    assertThat(point.begin(new EventMark(START + 99_999, "x"))).isFalse();
  }

  private static EventMark mark(long seconds, String what) {
    return new EventMark(START + seconds * SECOND, what);
  }
}
