package dev.tidings.recorder.source;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
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

  /** Whether each event at or behind the resume point is safe. */
  private final TreeMap<EventMark, Boolean> safeByMark = new TreeMap<>();

  /** Nothing before it is read again: where watching began. */
  private long floorNanos;

  private @Nullable EventMark last;

  /**
   * What must be kept to go on after a restart.
   *
   * @param sinceNanos from where to read again
   * @param last the event that came last and was safe; null if there was none
   * @param safe what must not be recorded again
   */
  record State(long sinceNanos, @Nullable EventMark last, List<EventMark> safe) {
    State {
      safe = List.copyOf(safe);
    }
  }

  /**
   * @param sinceNanos where to begin when nothing was seen
   */
  static ResumePoint at(long sinceNanos) {
    return of(new State(sinceNanos, null, List.of()));
  }

  /** Goes on where another left off. */
  static ResumePoint of(State state) {
    return new ResumePoint(state);
  }

  private ResumePoint(State state) {
    this.floorNanos = state.sinceNanos();
    this.last = state.last();
    state.safe().forEach(mark -> safeByMark.put(mark, true));
  }

  /**
   * An event came.
   *
   * @return false if it came before
   */
  synchronized boolean begin(EventMark mark) {
    // An engine whose clock was set back: what it says from now on must be found again.
    floorNanos = Math.min(floorNanos, mark.timeNanos());
    return safeByMark.putIfAbsent(mark, false) == null;
  }

  /** It was not taken after all: it is to come again. */
  synchronized void undo(EventMark mark) {
    safeByMark.remove(mark);
  }

  /** It is safe: it must not be recorded again. */
  synchronized void safe(EventMark mark) {
    safeByMark.put(mark, true);
    last = mark;
    if (safeByMark.size() > MAX_MARKS) {
      prune();
      // Engines remember far fewer: what goes now would not come again.
      safeByMark.values().removeIf(safe -> safe && safeByMark.size() > MAX_MARKS / 2);
    }
  }

  /** The event that came last and was safe. */
  synchronized @Nullable EventMark last() {
    return last;
  }

  /** From where to read again, in nanoseconds since 1970. */
  synchronized long sinceNanos() {
    long newest = last == null ? floorNanos : last.timeNanos() - OVERLAP.toNanos();
    long oldestUnsafe =
        safeByMark.entrySet().stream()
            .filter(entry -> !entry.getValue())
            .mapToLong(entry -> entry.getKey().timeNanos() - OVERLAP.toNanos())
            .findFirst()
            .orElse(Long.MAX_VALUE);
    return Math.max(floorNanos, Math.min(newest, oldestUnsafe));
  }

  /** What to keep. */
  synchronized State state() {
    prune();
    List<EventMark> safe =
        safeByMark.entrySet().stream().filter(Map.Entry::getValue).map(Map.Entry::getKey).toList();
    return new State(sinceNanos(), last, safe);
  }

  private void prune() {
    long since = sinceNanos();
    safeByMark.headMap(new EventMark(since, ""), false).values().removeIf(Boolean::booleanValue);
  }
}
