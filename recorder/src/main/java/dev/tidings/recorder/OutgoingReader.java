package dev.tidings.recorder;

import dev.tidings.recorder.journal.JournalReader;
import org.jspecify.annotations.Nullable;

/** Reads a journal as what is to be sent. One thread. */
interface OutgoingReader {
  /** The journal's format when its records are sent one by one. */
  int ONE_BY_ONE = 0;

  /** The journal's format when its records are aggregated in the windows that are marked in it. */
  int IN_WINDOWS = 1;

  /** The reader that a journal of some format needs. */
  static OutgoingReader of(JournalReader journal, int format) {
    return format == IN_WINDOWS ? new WindowedReader(journal) : new SingleReader(journal);
  }

  /** The next one, or null if there is none at present. */
  @Nullable Outgoing next();

  /** Everything before this position was returned by {@link #next}, or will never be. */
  long position();

  /** Goes back. */
  void rewind(long position);

  /** Whether everything was returned and nothing more can come. */
  boolean isExhausted();
}
