package dev.tidings.writers.encoded;

import dev.tidings.event.EventBatch;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The entries of a batch, each event as it is encoded. Immutable.
 *
 * @param entries in the order of the batch
 */
public record EncodedBatch(List<Entry> entries) {

  /**
   * One of them.
   *
   * @param event its newest state
   * @param occurrences how many the batch adds
   */
  public record Entry(EncodedEvent event, long occurrences) {}

  /**
   * The batch in these bytes.
   *
   * @param start where it begins; it goes to the end
   * @return empty if a full decoder must be asked what they are
   */
  public static Optional<EncodedBatch> read(byte[] bytes, int start) {
    try {
      AvroCursor cursor = new AvroCursor(bytes, start);
      cursor.below(Integer.MAX_VALUE);
      for (int numbers = 0; numbers < 4; numbers++) {
        // Sequence, two times, offset: of no use to a receiver.
        cursor.number();
      }
      List<Entry> entries = new ArrayList<>();
      for (int block = cursor.block(); block > 0; block = cursor.block()) {
        for (int i = 0; i < block; i++) {
          entries.add(new Entry(new EncodedEvent(bytes, cursor), cursor.number()));
        }
      }
      cursor.requireEnd();
      return Optional.of(new EncodedBatch(entries));
    } catch (AvroCursor.NotPlainException e) {
      return Optional.empty();
    }
  }

  /** A batch, encoded. */
  public static EncodedBatch of(EventBatch batch) {
    return new EncodedBatch(
        batch.getEntries().stream()
            .map(entry -> new Entry(EncodedEvent.of(entry.getEvent()), entry.getOccurrences()))
            .toList());
  }
}
