package dev.tidings.recorder.journal;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Reads the records of one journal, in order.
 *
 * <p>One thread calls everything but {@link #acknowledge}, which any one thread at a time may call.
 */
public interface JournalReader {
  /** The journal's id: positions of different journals have nothing to do with one another. */
  UUID journal();

  /** The next record, or null if there is none at present. */
  @Nullable JournalRecord next();

  /** Behind the record that was read last. */
  long position();

  /** Goes back: the record at this position, or the first one there is behind it, comes next. */
  void rewind(long position);

  /**
   * Everything before this position is done with and need not outlive the process. Positions must
   * not fall.
   */
  void acknowledge(long position);

  /** Whether everything was read and nothing can be appended any more. */
  boolean isExhausted();
}
