package dev.tidings.cli.replay;

import dev.tidings.event.Event;
import dev.tidings.event.EventBatch;
import org.jspecify.annotations.Nullable;

/** What a record of any topic of the platform holds. */
public sealed interface Contents {

  /** One event. */
  record OfEvent(Event event) implements Contents {}

  /** One batch. */
  record OfBatch(EventBatch batch) implements Contents {}

  /** Nothing: it deletes its key. */
  record Deletion() implements Contents {}

  /**
   * What the de-duplication could not read.
   *
   * @param reason why
   * @param origin where it was, as topic:partition:offset
   * @param topic where it was; null if that is not said
   * @param value as it came
   */
  record Rejection(String reason, String origin, @Nullable String topic, byte @Nullable [] value)
      implements Contents {}

  /**
   * Something else.
   *
   * @param problem why it is not shown as what it is
   */
  record Opaque(byte[] value, String problem) implements Contents {}
}
