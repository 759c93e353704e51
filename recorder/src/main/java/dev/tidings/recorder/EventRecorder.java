package dev.tidings.recorder;

import dev.tidings.event.Event;
import dev.tidings.event.Severity;
import dev.tidings.recorder.watch.EventBroadcaster;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/**
 * Says what happened to a service.
 *
 * <p>Contract:
 *
 * <ol>
 *   <li>Every method may be called by any thread.
 *   <li>Recording returns at once. It waits for neither Kafka nor the schema registry, and it
 *       throws for want of neither: what cannot be accepted is counted, logged at most once a
 *       minute per cause, and told to those who ask for the result.
 *   <li>Events about one object (or, without one, of one source) reach Kafka in the order in which
 *       one thread recorded them.
 *   <li>What was accepted is in the journal before the call returns. With a directory it survives
 *       the process: the next recorder with that directory sends it, and the platform counts it
 *       once however often it was sent.
 *   <li>What is invalid (a type that no catalogue lists, a broken limit) is not recorded. In strict
 *       mode, which is for tests, it is thrown as {@link IllegalArgumentException}.
 *   <li>{@link #close} sends what was accepted, for at most the time given.
 * </ol>
 */
public interface EventRecorder extends AutoCloseable {
  /** How long {@link #close()} takes at most. */
  Duration DEFAULT_CLOSE_TIMEOUT = Duration.ofSeconds(10);

  /** Starts a recorder's settings. */
  static EventRecorderBuilder builder() {
    return new EventRecorderBuilder();
  }

  /** Records that something happened now: a constant of an enum given as a catalogue. */
  default void record(Enum<?> type, Severity severity, String message) {
    event(type).severity(severity).message(message).record();
  }

  /** Records that something happened now: a type as {@code catalogue.Name}. */
  default void record(String type, Severity severity, String message) {
    event(type).severity(severity).message(message).record();
  }

  /** Starts an event of a type that is a constant of an enum given as a catalogue. */
  EventDraft event(Enum<?> type);

  /** Starts an event of a type, as {@code catalogue.Name}. */
  EventDraft event(String type);

  /**
   * Records an event made elsewhere, as it is: with its own id, source and times.
   *
   * @return what becomes of it; never completed exceptionally
   */
  CompletableFuture<RecordResult> submit(Event event);

  /** For who wants to see inside the process what is recorded. It closes with the recorder. */
  EventBroadcaster broadcaster();

  /** What was counted since the start, and how the recorder stands. */
  RecorderCounts counts();

  /**
   * Waits until it is known of everything accepted before this call what became of it.
   *
   * @return false if the time was over first
   */
  boolean flush(Duration timeout) throws InterruptedException;

  /**
   * Accepts no more, sends what was accepted and gives everything back. What is not sent in time
   * stays in the journal for the next recorder with its directory; without a directory it is lost,
   * and told as failed. Calling it again waits for the first call and returns the same. An
   * interruption does not stop it; it is kept.
   *
   * @return whether Kafka acknowledged everything accepted in time
   */
  boolean close(Duration timeout);

  /** Closes within {@link #DEFAULT_CLOSE_TIMEOUT}. */
  @Override
  default void close() {
    close(DEFAULT_CLOSE_TIMEOUT);
  }
}
