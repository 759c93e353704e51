package dev.tidings.recorder.source;

import java.util.Comparator;

/**
 * What an event of an engine is recognised by when it is sent again.
 *
 * @param timeNanos when it happened, since 1970, by the engine's clock
 * @param what container and action
 */
record EventMark(long timeNanos, String what) implements Comparable<EventMark> {
  private static final Comparator<EventMark> ORDER =
      Comparator.comparingLong(EventMark::timeNanos).thenComparing(EventMark::what);

  @Override
  public int compareTo(EventMark other) {
    return ORDER.compare(this, other);
  }
}
