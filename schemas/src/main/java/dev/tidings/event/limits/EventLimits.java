package dev.tidings.event.limits;

import dev.tidings.event.Event;
import dev.tidings.event.ObjectReference;
import dev.tidings.wire.AvroBytes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How large an event may be. What is too long but can be cut is cut, and the event marked; what is
 * over a limit otherwise is refused.
 *
 * @param messageBytes of a message in UTF-8: a longer one is cut at a character boundary
 * @param attributeValueBytes of an attribute's value in UTF-8: a longer one is cut likewise
 * @param attributes how many: surplus ones are left out
 * @param nameCharacters of a type, node, component, attribute name and each part of an object: a
 *     longer one is refused
 * @param eventBytes of the whole event in Avro: a larger one is refused
 */
public record EventLimits(
    int messageBytes, int attributeValueBytes, int attributes, int nameCharacters, int eventBytes) {
  /** 8 KiB, 4 KiB, 64, 256 and 64 KiB. */
  public static final EventLimits DEFAULT = new EventLimits(8 * 1024, 4 * 1024, 64, 256, 64 * 1024);

  /** The attribute that marks an event that was cut; its value says what was. */
  public static final String TRUNCATED_ATTRIBUTE = "tidings.truncated";

  /**
   * @throws IllegalArgumentException if a limit is not positive
   */
  public EventLimits {
    if (messageBytes < 1
        || attributeValueBytes < 1
        || attributes < 1
        || nameCharacters < 1
        || eventBytes < 1) {
      throw new IllegalArgumentException("Every event limit must be at least 1");
    }
  }

  /** The event as it may be recorded, or why it may not. */
  public sealed interface Verdict permits Fits, Refused {}

  /**
   * The event may be recorded.
   *
   * @param event as it was, or cut
   * @param cut what was cut, for people; empty if nothing was
   */
  public record Fits(Event event, List<String> cut) implements Verdict {}

  /**
   * The event may not be recorded.
   *
   * @param reason one line that says which field and why
   */
  public record Refused(String reason) implements Verdict {}

  /** Cuts what may be cut and refuses what else is over a limit. */
  public Verdict apply(Event event) {
    String reason = refusal(event);
    if (reason != null) {
      return new Refused(reason);
    }
    Fits fits = cut(event);
    int size = AvroBytes.encode(fits.event).length;
    return size <= eventBytes
        ? fits
        : new Refused("event has %,d bytes; at most %,d are allowed".formatted(size, eventBytes));
  }

  /**
   * Why an event that came over the wire breaks a limit, or null. Nothing is cut here: that was the
   * recorder's part.
   *
   * @param encodedBytes the event's size in Avro
   */
  public @Nullable String violation(Event event, int encodedBytes) {
    if (encodedBytes > eventBytes) {
      return "event has %,d bytes; at most %,d are allowed".formatted(encodedBytes, eventBytes);
    }
    String reason = refusal(event);
    if (reason != null) {
      return reason;
    }
    if (Text.utf8Length(event.getMessage()) > messageBytes) {
      return "message has more than %,d bytes".formatted(messageBytes);
    }
    if (event.getAttributes().size() > attributes) {
      return "event has more than %d attributes".formatted(attributes);
    }
    for (Map.Entry<String, String> attribute : event.getAttributes().entrySet()) {
      if (Text.utf8Length(attribute.getValue()) > attributeValueBytes) {
        return "attribute %s has a value of more than %,d bytes"
            .formatted(Text.quoted(attribute.getKey()), attributeValueBytes);
      }
    }
    return null;
  }

  /** As much of the beginning of a text as the value of an attribute may hold. */
  public String cutToAttribute(String text) {
    return Text.cutToUtf8(text, attributeValueBytes);
  }

  private @Nullable String refusal(Event event) {
    List<String> reasons = new ArrayList<>();
    name("type", event.getType(), true, reasons);
    name("source.node", event.getSource().getNode(), true, reasons);
    name("source.component", event.getSource().getComponent(), true, reasons);
    ObjectReference object = event.getObject();
    if (object != null) {
      name("object.kind", object.getKind(), true, reasons);
      name("object.namespace", object.getNamespace(), false, reasons);
      name("object.name", object.getName(), true, reasons);
      name("object.uid", object.getUid(), false, reasons);
    }
    for (String attribute : event.getAttributes().keySet()) {
      name("attribute name", attribute, true, reasons);
    }
    if (event.getCount() < 1) {
      reasons.add("count is %d; it must be at least 1".formatted(event.getCount()));
    }
    if (event.getLastTimestamp().isBefore(event.getFirstTimestamp())) {
      reasons.add(
          "last time %s is before first time %s"
              .formatted(event.getLastTimestamp(), event.getFirstTimestamp()));
    }
    return reasons.isEmpty() ? null : reasons.get(0);
  }

  private void name(String field, String value, boolean required, List<String> reasons) {
    if (required && value.isEmpty()) {
      reasons.add(field + " is empty");
    } else if (value.codePointCount(0, value.length()) > nameCharacters) {
      reasons.add(
          "%s has %,d characters; at most %d are allowed"
              .formatted(field, value.codePointCount(0, value.length()), nameCharacters));
    } else if (value.indexOf('\0') >= 0) {
      reasons.add("%s holds a NUL character".formatted(field));
    } else if (!Text.isWellFormed(value)) {
      reasons.add("%s holds an unpaired surrogate".formatted(field));
    }
  }

  private Fits cut(Event event) {
    List<String> cut = new ArrayList<>();
    String message = Text.repaired(event.getMessage());
    if (Text.utf8Length(message) > messageBytes) {
      cut.add("message");
      message = Text.cutToUtf8(message, messageBytes);
    }
    Map<String, String> kept = new HashMap<>();
    for (Map.Entry<String, String> attribute : event.getAttributes().entrySet()) {
      String value = Text.repaired(attribute.getValue());
      if (Text.utf8Length(value) > attributeValueBytes) {
        cut.add("attribute " + attribute.getKey());
        value = Text.cutToUtf8(value, attributeValueBytes);
      }
      kept.put(attribute.getKey(), value);
    }
    // The mark itself takes a place, so it is only known here how many others may stay.
    int room = cut.isEmpty() && kept.size() <= attributes ? attributes : attributes - 1;
    if (kept.size() > room) {
      cut.add("%d attributes".formatted(kept.size() - room));
      kept.keySet().stream().sorted().skip(room).toList().forEach(kept::remove);
    }
    if (cut.isEmpty() && message.equals(event.getMessage()) && kept.equals(event.getAttributes())) {
      return new Fits(event, List.of());
    }
    if (!cut.isEmpty()) {
      kept.put(TRUNCATED_ATTRIBUTE, Text.cutToUtf8(String.join(", ", cut), attributeValueBytes));
    }
    return new Fits(with(event, message, Map.copyOf(kept)), List.copyOf(cut));
  }

  private static Event with(Event event, String message, Map<String, String> attributes) {
    return new Event(
        event.getId(),
        event.getType(),
        event.getSeverity(),
        event.getSource(),
        event.getObject(),
        message,
        attributes,
        event.getFirstTimestamp(),
        event.getLastTimestamp(),
        event.getCount());
  }
}
