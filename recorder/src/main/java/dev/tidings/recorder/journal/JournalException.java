package dev.tidings.recorder.journal;

import java.io.IOException;

/** A journal cannot be used; the message says which one and why. */
final class JournalException extends IOException {
  private static final long serialVersionUID = 1L;

  JournalException(String message) {
    super(message);
  }
}
