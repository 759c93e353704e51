package dev.tidings.recorder.source;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * From where events must be read again after an interruption, and which of those are known then.
 * Thread-safe.
 *
 * <p>An engine publishes events not strictly in the order of their times: reading again starts a
 * little before the oldest event that is not safe, and what is known is left out by its mark.
 */
final class ResumePoint {
  /** By how much an engine's events may be out of order, and its clock be set back. */
  static final Duration OVERLAP = Duration.ofSeconds(2);

  private static final int MAX_MARKS = 8_192;

  /** How far each event at or behind the resume point came. */
  private final TreeMap<EventMark, Progress> progress = new TreeMap<>();

  private enum Progress {
    /** It is known, and must come again. */
    EXPECTED,
    /** It is on its way. */
    BEGUN,
    /** It must not be recorded again. */
    SAFE
  }

  /** Nothing before it is read again: where watching began. */
  private long floorNanos;

  private @Nullable EventMark last;

  /**
   * What must be kept to go on after a restart.
   *
   * @param sinceNanos before which nothing is read again
   * @param last the event that came last and was safe; null if there was none
   * @param safe what must not be recorded again
   * @param expected what must be
   */
  record State(
      long sinceNanos, @Nullable EventMark last, List<EventMark> safe, List<EventMark> expected) {
    State {
      safe = List.copyOf(safe);
      expected = List.copyOf(expected);
    }
  }

  /**
   * @param sinceNanos where to begin when nothing was seen
   */
  static ResumePoint at(long sinceNanos) {
    return of(new State(sinceNanos, null, List.of(), List.of()));
  }

  /** Goes on where another left off. */
  static ResumePoint of(State state) {
    return new ResumePoint(state);
  }

  private ResumePoint(State state) {
    this.floorNanos = state.sinceNanos();
    this.last = state.last();
    state.safe().forEach(mark -> progress.put(mark, Progress.SAFE));
    state.expected().forEach(mark -> progress.put(mark, Progress.EXPECTED));
  }

  /**
   * An event came.
   *
   * @return false if it came before
   */
  synchronized boolean begin(EventMark mark) {
    // An engine whose clock was set back: what it says from now on must be found again.
    floorNanos = Math.min(floorNanos, mark.timeNanos());
    Progress before = progress.get(mark);
    if (before == Progress.BEGUN || before == Progress.SAFE) {
      return false;
    }
    progress.put(mark, Progress.BEGUN);
    return true;
  }

  /** It was not taken after all: it is to come again. */
  synchronized void undo(EventMark mark) {
    progress.put(mark, Progress.EXPECTED);
  }

  /** It is safe: it must not be recorded again. */
  synchronized void safe(EventMark mark) {
    progress.put(mark, Progress.SAFE);
    last = mark;
    if (progress.size() > MAX_MARKS) {
      prune();
      // Engines remember far fewer: what goes now would not come again.
      progress.values().removeIf(one -> one == Progress.SAFE && progress.size() > MAX_MARKS / 2);
    }
  }

  /**
   * The oldest event that an engine must still remember, for nothing to be missed; null if it is
   * not known.
   */
  synchronized @Nullable EventMark needed() {
    return marks(Progress.EXPECTED).findFirst().orElse(last);
  }

  /** The engine has forgotten what was expected of it. */
  synchronized void forgetExpected() {
    progress.values().removeIf(one -> one == Progress.EXPECTED);
  }

  /** From where to read again, in nanoseconds since 1970. */
  synchronized long sinceNanos() {
    long newest = last == null ? floorNanos : last.timeNanos();
    long oldest =
        progress.entrySet().stream()
            .filter(entry -> entry.getValue() != Progress.SAFE)
            .mapToLong(entry -> entry.getKey().timeNanos())
            .findFirst()
            .orElse(Long.MAX_VALUE);
    return Math.max(floorNanos, Math.min(newest, oldest) - OVERLAP.toNanos());
  }

  /** What to keep. */
  synchronized State state() {
    prune();
    List<EventMark> expected =
        Stream.concat(marks(Progress.EXPECTED), marks(Progress.BEGUN)).sorted().toList();
    return new State(floorNanos, last, marks(Progress.SAFE).toList(), expected);
  }

  private Stream<EventMark> marks(Progress wanted) {
    return progress.entrySet().stream()
        .filter(entry -> entry.getValue() == wanted)
        .map(Map.Entry::getKey);
  }

  private void prune() {
    EventMark since = new EventMark(sinceNanos(), "");
    progress.headMap(since, false).values().removeIf(one -> one == Progress.SAFE);
  }
}
