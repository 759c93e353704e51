package dev.tidings.dedup.topology;

import com.dynatrace.hash4j.hashing.HashValue128;
import com.dynatrace.hash4j.hashing.Hashing;
import dev.tidings.event.Event;
import dev.tidings.event.ObjectReference;
import dev.tidings.event.identity.SeriesKey;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;

/**
 * Hashes (XXH3) of parts of an event as Avro writes them: of the bytes themselves where they are
 * known, else of what they would be.
 */
final class KindHash {
  private KindHash() {}

  /** Of type, severity, source and object; never {@link TrackedEvent#NO_STORM}. */
  static long ofKind(byte[] bytes, int start, int end) {
    long hash = Hashing.xxh3_64().hashBytesToLong(bytes, start, end - start);
    return hash == TrackedEvent.NO_STORM ? 1 : hash;
  }

  static long ofKind(Event event) {
    byte[] bytes =
        written(
            avro -> {
              avro.writeString(event.getType());
              avro.writeEnum(event.getSeverity().ordinal());
              writeSource(event, avro);
              writeObject(event, avro);
            });
    return ofKind(bytes, 0, bytes.length);
  }

  /** Of node and component. */
  static SeriesKey ofSource(byte[] bytes, int start, int end) {
    HashValue128 hash = Hashing.xxh3_128().hashBytesTo128Bits(bytes, start, end - start);
    return new SeriesKey(hash.getMostSignificantBits(), hash.getLeastSignificantBits());
  }

  static SeriesKey ofSource(Event event) {
    byte[] bytes = written(avro -> writeSource(event, avro));
    return ofSource(bytes, 0, bytes.length);
  }

  private static void writeSource(Event event, BinaryEncoder avro) throws IOException {
    avro.writeString(event.getSource().getNode());
    avro.writeString(event.getSource().getComponent());
  }

  private static void writeObject(Event event, BinaryEncoder avro) throws IOException {
    ObjectReference object = event.getObject();
    if (object == null) {
      avro.writeIndex(EventScan.NO_OBJECT);
      return;
    }
    avro.writeIndex(1 - EventScan.NO_OBJECT);
    avro.writeString(object.getKind());
    avro.writeString(object.getNamespace());
    avro.writeString(object.getName());
    avro.writeString(object.getUid());
  }

  private interface Writing {
    void to(BinaryEncoder avro) throws IOException;
  }

  private static byte[] written(Writing writing) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    BinaryEncoder avro = EncoderFactory.get().binaryEncoder(out, null);
    try {
      writing.to(avro);
      avro.flush();
    } catch (IOException e) {
      throw new UncheckedIOException("Memory cannot be written to", e);
    }
    return out.toByteArray();
  }
}
