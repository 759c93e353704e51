package dev.tidings.dedup.topology;

import dev.tidings.event.EventBatch;
import dev.tidings.wire.WireFormat;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;

/**
 * Writes an {@link EventBatch} around events that are encoded already, field by field in the order
 * of its schema.
 */
final class BatchBytes {
  private BatchBytes() {}

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
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    BinaryEncoder avro = EncoderFactory.get().binaryEncoder(out, null);
    try {
      avro.writeInt(partition);
      avro.writeLong(sequence);
      avro.writeLong(openedMillis * 1_000);
      avro.writeLong(closedMillis * 1_000);
      avro.writeLong(through);
      avro.writeArrayStart();
      avro.setItemCount(entries.size());
      for (Entry entry : entries) {
        avro.startItem();
        avro.writeFixed(
            entry.value(),
            WireFormat.HEADER_LENGTH,
            entry.value().length - WireFormat.HEADER_LENGTH);
        avro.writeLong(entry.occurrences());
      }
      avro.writeArrayEnd();
      avro.flush();
    } catch (IOException e) {
      throw new UncheckedIOException("Memory cannot be written to", e);
    }
    return WireFormat.frame(schemaId, out.toByteArray());
  }
}
