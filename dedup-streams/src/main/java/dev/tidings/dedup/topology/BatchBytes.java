package dev.tidings.dedup.topology;

import dev.tidings.event.EventBatch;
import dev.tidings.wire.WireFormat;
import java.util.Arrays;
import java.util.List;
import org.apache.avro.io.BinaryData;

/**
 * Writes an {@link EventBatch} around events that are encoded already, field by field in the order
 * of its schema, into one array: batches are most of what goes out.
 */
final class BatchBytes {
  private static final int MAX_NUMBER_BYTES = 10;

  /** Partition, sequence, two times, through, the array's length and its end. */
  private static final int NUMBERS = 7;

  private final byte[] out;
  private int end = WireFormat.HEADER_LENGTH;

  private BatchBytes(int capacity) {
    out = new byte[capacity];
  }

  /**
   * @param value an event in the wire format
   * @param occurrences how many the batch adds to it
   */
  @SuppressWarnings("ArrayRecordComponent") // Never compared; lives for one batch.
  record Entry(byte[] value, long occurrences) {}

  static byte[] encode(
      int schemaId,
      int partition,
      long sequence,
      long openedMillis,
      long closedMillis,
      long through,
      List<Entry> entries) {
    int capacity = WireFormat.HEADER_LENGTH + NUMBERS * MAX_NUMBER_BYTES;
    for (Entry entry : entries) {
      capacity += entry.value().length + MAX_NUMBER_BYTES;
    }
    BatchBytes batch = new BatchBytes(capacity);
    WireFormat.putHeader(batch.out, schemaId);
    batch.number(partition);
    batch.number(sequence);
    batch.number(openedMillis * 1_000);
    batch.number(closedMillis * 1_000);
    batch.number(through);
    batch.array(entries);
    return Arrays.copyOf(batch.out, batch.end);
  }

  /** As Avro does: a block with its length, and an empty one. */
  private void array(List<Entry> entries) {
    if (!entries.isEmpty()) {
      number(entries.size());
    }
    for (Entry entry : entries) {
      byte[] value = entry.value();
      int length = value.length - WireFormat.HEADER_LENGTH;
      System.arraycopy(value, WireFormat.HEADER_LENGTH, out, end, length);
      end += length;
      number(entry.occurrences());
    }
    number(0);
  }

  private void number(long value) {
    end += BinaryData.encodeLong(value, out, end);
  }
}
