package dev.tidings.informer;

import org.jspecify.annotations.Nullable;

/** The informer cannot work, and waiting does not mend it. The message says what to do. */
public final class InformerException extends RuntimeException {
  private static final long serialVersionUID = 1;

  InformerException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
