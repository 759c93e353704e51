package dev.tidings.writers.delivery;

import dev.tidings.writers.encoded.EncodedEvent;
import java.util.UUID;
import org.apache.kafka.connect.sink.SinkRecord;

/** One thing to tell a receiver. Immutable. */
public sealed interface Delivery {

  /** The record it came with. */
  SinkRecord origin();

  /** How large what it says is, as it came. */
  int encodedBytes();

  /**
   * An event in its newest state.
   *
   * @param event the state
   * @param occurrences how many this adds to the event's count, from the batches topic; 0 from the
   *     events topic, which does not say
   * @param origin the record it came with
   * @param index its place in the record
   */
  record Occurred(EncodedEvent event, long occurrences, SinkRecord origin, int index)
      implements Delivery {

    @Override
    public int encodedBytes() {
      return event.encodedBytes();
    }
  }

  /**
   * An event was deleted.
   *
   * @param id the event
   * @param origin the record it came with
   */
  record Deleted(UUID id, SinkRecord origin) implements Delivery {

    @Override
    public int encodedBytes() {
      return 0;
    }
  }
}
