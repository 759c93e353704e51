package dev.tidings.recorder.journal;

import java.time.Duration;

/** What an append survives once it has returned. */
public sealed interface Durability {
  /** The death of the process, {@code kill -9} included, but not of the machine. The default. */
  record PageCache() implements Durability {}

  /**
   * As {@link PageCache}; and the death of the machine, but for what came within the period.
   *
   * @param period how often the journal is written to disk; at least a millisecond
   */
  record SyncEvery(Duration period) implements Durability {
    /**
     * @throws IllegalArgumentException if the period is under a millisecond
     */
    public SyncEvery {
      if (period.toMillis() < 1) {
        throw new IllegalArgumentException(
            "The journal can be synced every millisecond at most, not every " + period);
      }
    }
  }

  /**
   * The death of the machine: an append returns when the disk has it. Those that wait at the same
   * time share one write (group commit).
   */
  record SyncEach() implements Durability {}
}
