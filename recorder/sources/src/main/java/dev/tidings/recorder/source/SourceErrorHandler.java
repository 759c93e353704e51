package dev.tidings.recorder.source;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Is told what goes wrong in a source. Called by the source's own threads; must not block. */
@FunctionalInterface
public interface SourceErrorHandler {
  /**
   * Something went wrong; the source goes on.
   *
   * @param problem one line for people
   * @param cause what was thrown, if something was
   */
  void onError(String problem, @Nullable Throwable cause);

  /** The same, but what it throws is logged and goes no further. */
  default SourceErrorHandler isolated() {
    return (problem, cause) -> {
      try {
        onError(problem, cause);
      } catch (RuntimeException e) {
        LoggerFactory.getLogger(EventSource.class).warn("The error handler failed", e);
      }
    };
  }

  /** Writes warnings to SLF4J. */
  static SourceErrorHandler logging() {
    Logger logger = LoggerFactory.getLogger(EventSource.class);
    return (problem, cause) -> {
      logger.warn("{}", problem);
      logger.debug("Because of", cause);
    };
  }
}
