package dev.tidings.recorder;

import dev.tidings.event.Event;
import dev.tidings.event.limits.EventLimits;
import java.util.HashMap;
import java.util.Map;

/**
 * Applies a {@link Redaction} to all texts of an event. What could not be checked is not let out.
 * Thread-safe if the redaction is.
 */
final class Redactor {
  /** So much behind the limit is still looked at, for a secret that begins before it. */
  private static final int SLACK_CHARACTERS = 4_096;

  private final Redaction redaction;
  private final int mostCharacters;

  Redactor(Redaction redaction, EventLimits limits) {
    this.redaction = redaction;
    this.mostCharacters =
        Math.max(limits.messageBytes(), limits.attributeValueBytes()) + SLACK_CHARACTERS;
  }

  void redact(DraftFields fields) throws InvalidEventException {
    fields.message = redact("message", fields.message);
    for (int i = 0; i < fields.attributes; i++) {
      fields.attributeValues[i] = redact(fields.attributeNames[i], fields.attributeValues[i]);
    }
  }

  Event redacted(Event event) throws InvalidEventException {
    Map<String, String> attributes = new HashMap<>();
    for (Map.Entry<String, String> attribute : event.getAttributes().entrySet()) {
      attributes.put(attribute.getKey(), redact(attribute.getKey(), attribute.getValue()));
    }
    return new Event(
        event.getId(),
        event.getType(),
        event.getSeverity(),
        event.getSource(),
        event.getObject(),
        redact("message", event.getMessage()),
        Map.copyOf(attributes),
        event.getFirstTimestamp(),
        event.getLastTimestamp(),
        event.getCount());
  }

  /** What is far over the limits would be cut anyway: no pattern should have to read megabytes. */
  private String redact(String field, String text) throws InvalidEventException {
    String bounded = text.length() <= mostCharacters ? text : text.substring(0, mostCharacters);
    try {
      return redaction.redact(field, bounded);
    } catch (RuntimeException e) {
      throw new InvalidEventException("its redaction failed: " + e);
    }
  }
}
