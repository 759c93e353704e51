package dev.tidings.writers.encoded;

import dev.tidings.event.Event;
import dev.tidings.event.Severity;
import dev.tidings.wire.AvroBytes;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * An event in Avro binary of the newest schema, with the places of its fields. Making one costs a
 * tenth of decoding. Immutable as long as the bytes are.
 */
public final class EncodedEvent {
  private static final Severity[] SEVERITIES = Severity.values();

  private final byte[] bytes;
  private final int start;
  private final int end;
  private final Text id;
  private final Text type;
  private final Severity severity;
  private final Text node;
  private final Text component;
  private final @Nullable Subject object;
  private final Text message;
  private final Attributes attributes;
  private final long firstMicros;
  private final long lastMicros;
  private final long count;

  /**
   * What an event is about.
   *
   * @param kind what sort of object
   * @param namespace can be empty
   * @param name of the object
   * @param uid can be empty
   */
  public record Subject(Text kind, Text namespace, Text name, Text uid) {
    static Subject read(AvroCursor cursor) {
      return new Subject(cursor.text(), cursor.text(), cursor.text(), cursor.text());
    }

    /** {@code kind/namespace/name}. */
    public String path() {
      return kind + "/" + namespace + "/" + name;
    }
  }

  /** Reads the fields in the order of the schema. */
  EncodedEvent(byte[] bytes, AvroCursor cursor) {
    this.bytes = bytes;
    start = cursor.position();
    id = requireCanonical(cursor.text());
    type = cursor.text();
    severity = SEVERITIES[cursor.below(SEVERITIES.length)];
    node = cursor.text();
    component = cursor.text();
    object = cursor.below(2) == 0 ? null : Subject.read(cursor);
    message = cursor.text();
    attributes = Attributes.read(cursor);
    firstMicros = cursor.number();
    lastMicros = cursor.number();
    count = cursor.number();
    end = cursor.position();
  }

  /**
   * The event in these bytes.
   *
   * @param start where it begins; it goes to the end
   * @return empty if a full decoder must be asked what they are
   */
  public static Optional<EncodedEvent> read(byte[] bytes, int start) {
    try {
      AvroCursor cursor = new AvroCursor(bytes, start);
      EncodedEvent event = new EncodedEvent(bytes, cursor);
      cursor.requireEnd();
      return Optional.of(event);
    } catch (AvroCursor.NotPlainException e) {
      return Optional.empty();
    }
  }

  /** An event, encoded. */
  public static EncodedEvent of(Event event) {
    return read(AvroBytes.encode(event), 0)
        .orElseThrow(() -> new IllegalStateException("Encoded otherwise than the schema says"));
  }

  /** The event, decoded. */
  public Event decode() {
    return AvroBytes.decodeEvent(Arrays.copyOfRange(bytes, start, end), 0);
  }

  /** A UUID as everybody writes it; whoever reads another way of writing it says so. */
  private static Text requireCanonical(Text id) {
    boolean canonical = id.length() == 36;
    for (int i = 0; canonical && i < 36; i++) {
      byte c = id.bytes()[id.start() + i];
      canonical =
          i == 8 || i == 13 || i == 18 || i == 23
              ? c == '-'
              : c >= '0' && c <= '9' || c >= 'a' && c <= 'f';
    }
    if (!canonical) {
      throw new AvroCursor.NotPlainException();
    }
    return id;
  }

  /** How long it is in Avro binary. */
  public int encodedBytes() {
    return end - start;
  }

  public Text id() {
    return id;
  }

  public Text type() {
    return type;
  }

  public Severity severity() {
    return severity;
  }

  public Text node() {
    return node;
  }

  public Text component() {
    return component;
  }

  /** What it is about, or null. */
  public @Nullable Subject object() {
    return object;
  }

  public Text message() {
    return message;
  }

  public Attributes attributes() {
    return attributes;
  }

  /** The first occurrence, in microseconds of the epoch. */
  public long firstMicros() {
    return firstMicros;
  }

  /** The last occurrence, in microseconds of the epoch. */
  public long lastMicros() {
    return lastMicros;
  }

  public long count() {
    return count;
  }

  /** The attributes, decoded. */
  public Map<String, String> attributeMap() {
    Map<String, String> map = new TreeMap<>();
    attributes.forEach((name, value) -> map.put(name.toString(), value.toString()));
    return map;
  }
}
