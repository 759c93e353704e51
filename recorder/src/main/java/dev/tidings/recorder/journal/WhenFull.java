package dev.tidings.recorder.journal;

import java.time.Duration;

/** What happens to an append when the journal has no room. What is dropped is counted. */
public sealed interface WhenFull {
  /** It is dropped. The default. */
  record DropNewest() implements WhenFull {}

  /**
   * The oldest segment's records are dropped for it. If the reader stands in the way (a record of
   * that segment is just being appended), it is dropped itself.
   */
  record DropOldest() implements WhenFull {}

  /**
   * The least important are dropped first: as the journal fills, each rank is admitted only up to
   * its share, and what is left is kept for the higher ones. The lowest rank may fill a half of the
   * journal, the next three quarters, then seven eighths and so on; the highest all of it.
   */
  record DropBySeverity() implements WhenFull {}

  /**
   * The caller waits for room.
   *
   * @param atMost so long; then the append is dropped
   */
  record Wait(Duration atMost) implements WhenFull {
    /**
     * @throws IllegalArgumentException if the time is negative
     */
    public Wait {
      if (atMost.isNegative()) {
        throw new IllegalArgumentException("A caller cannot wait for " + atMost);
      }
    }
  }
}
