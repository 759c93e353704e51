package dev.tidings.recorder.source;

import java.time.Duration;

/**
 * Something that is watched, and recorded when it changes.
 *
 * <p>Contract:
 *
 * <ol>
 *   <li>{@link #start} is called once, {@link #close} any number of times, by any thread.
 *   <li>It works on threads of its own. What goes wrong is told to the error handler, on those
 *       threads, and tried again with growing pauses; it ends with {@link #close} only.
 *   <li>The recorder is the caller's: it must outlive the source, and is not closed by it.
 *   <li>An event that the recorder could not take, or Kafka did not acknowledge, is recorded again
 *       until it is. One that the recorder refuses is told to the error handler and left out.
 * </ol>
 */
public interface EventSource extends AutoCloseable {
  /** How long {@link #close()} takes at most. */
  Duration DEFAULT_CLOSE_TIMEOUT = Duration.ofSeconds(10);

  /**
   * Begins to watch.
   *
   * @throws IllegalStateException if it was started before, or closed
   * @throws java.io.UncheckedIOException if what is to be watched, or remembered, can never be
   */
  void start();

  /** What was counted since the start. */
  SourceCounts counts();

  /**
   * Ends watching, and waits until it is known of everything seen so far what became of it.
   *
   * @return whether all of it was recorded or refused in time
   */
  boolean close(Duration timeout);

  /** Closes within {@link #DEFAULT_CLOSE_TIMEOUT}. */
  @Override
  default void close() {
    close(DEFAULT_CLOSE_TIMEOUT);
  }
}
