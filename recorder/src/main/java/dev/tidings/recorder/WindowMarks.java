package dev.tidings.recorder;

import dev.tidings.recorder.journal.Journal;
import java.time.Duration;

/** Ends the windows of aggregation: writes a mark into the journal every interval. One thread. */
final class WindowMarks {
  private final Journal journal;
  private final long intervalNanos;
  private final byte[] mark = JournaledEvent.mark();
  private long markedUpTo;
  private long nextNanos;

  WindowMarks(Journal journal, Duration interval) {
    this.journal = journal;
    this.intervalNanos = interval.toNanos();
    this.markedUpTo = journal.tail();
    this.nextNanos = System.nanoTime() + intervalNanos;
  }

  /**
   * Writes a mark if the interval is over and there is something to end.
   *
   * @return how long to wait before the next call, at most {@code atMost}
   */
  Duration markWhenDue(Duration atMost) {
    long now = System.nanoTime();
    if (now - nextNanos >= 0) {
      if (journal.tail() > markedUpTo) {
        // Without room there is no mark, and the window goes on.
        long position = journal.appendWithoutWaiting(mark);
        markedUpTo = position >= 0 ? journal.tail() : markedUpTo;
      }
      nextNanos = now + intervalNanos;
    }
    return Duration.ofNanos(Math.min(atMost.toNanos(), Math.max(1, nextNanos - now)));
  }
}
