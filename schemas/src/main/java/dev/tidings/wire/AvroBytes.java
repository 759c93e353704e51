package dev.tidings.wire;

import dev.tidings.event.Event;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DatumReader;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.avro.specific.SpecificDatumWriter;
import org.apache.avro.specific.SpecificRecord;

/** Avro binary of whole records. */
public final class AvroBytes {
  private static final int USUAL_SIZE = 512;

  private AvroBytes() {}

  /** A record's Avro binary, by its own schema. */
  public static byte[] encode(SpecificRecord record) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(USUAL_SIZE);
    BinaryEncoder encoder = EncoderFactory.get().directBinaryEncoder(out, null);
    try {
      new SpecificDatumWriter<SpecificRecord>(record.getSchema(), EventModel.INSTANCE)
          .write(record, encoder);
      encoder.flush();
    } catch (IOException | RuntimeException e) {
      throw new MalformedValueException(
          "%s cannot be encoded: %s".formatted(record.getSchema().getFullName(), e.getMessage()),
          e);
    }
    return out.toByteArray();
  }

  /**
   * The event whose Avro binary, by the newest schema, fills {@code bytes} from {@code offset} on.
   *
   * @throws MalformedValueException if it does not
   */
  public static Event decodeEvent(byte[] bytes, int offset) {
    return decode(
        new SpecificDatumReader<>(
            Event.getClassSchema(), Event.getClassSchema(), EventModel.INSTANCE),
        bytes,
        offset);
  }

  /**
   * Reads one record that fills {@code bytes} from {@code offset} to the end.
   *
   * @throws MalformedValueException if it does not
   */
  static <T> T decode(DatumReader<T> reader, byte[] bytes, int offset) {
    BinaryDecoder decoder =
        DecoderFactory.get().binaryDecoder(bytes, offset, bytes.length - offset, null);
    try {
      T record = reader.read(null, decoder);
      if (!decoder.isEnd()) {
        throw new MalformedValueException("value has bytes left over behind its record");
      }
      return record;
    } catch (MalformedValueException e) {
      throw e;
    } catch (IOException
        | AvroRuntimeException
        | IndexOutOfBoundsException
        | ClassCastException
        | NegativeArraySizeException
        | ArithmeticException
        | UnsupportedOperationException
        | IllegalArgumentException e) {
      throw MalformedValueException.notAvro(e);
    }
  }
}
