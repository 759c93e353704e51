package dev.tidings.recorder;

import dev.tidings.event.Event;
import dev.tidings.event.ObjectReference;
import dev.tidings.event.Severity;
import dev.tidings.event.Source;
import dev.tidings.event.limits.EventLimits;
import dev.tidings.wire.EventEncoder;
import dev.tidings.wire.Micros;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What is said of one event, and the encoder that turns it into bytes. Used again for the next
 * event, so that recording makes no garbage. One thread at a time.
 */
final class DraftFields {
  private static final int USUAL_ATTRIBUTES = 8;

  private final EventEncoder encoder;
  String type = "";
  Severity severity = Severity.INFO;
  String message = "";

  /** Null: the event is about nothing but its source. The next three then mean nothing. */
  @Nullable String kind;

  String namespace = "";
  String name = "";
  String uid = "";
  long createdMillis;
  long timeMicros;
  String[] attributeNames = new String[USUAL_ATTRIBUTES];
  String[] attributeValues = new String[USUAL_ATTRIBUTES];
  int attributes;

  /** Why it can be no event, whatever else is said; null if nothing is known. */
  @Nullable String flaw;

  DraftFields(EventLimits limits) {
    this.encoder = new EventEncoder(limits);
  }

  /** Something of a type that happens now, unless another time is said. */
  void start(String eventType, Instant now) {
    type = eventType;
    createdMillis = now.toEpochMilli();
    timeMicros = now.getEpochSecond() * 1_000_000 + now.getNano() / 1_000;
  }

  /** What was said, as an event. */
  Event event(UUID id, Source source) {
    Map<String, String> all = new HashMap<>();
    for (int i = 0; i < attributes; i++) {
      all.put(attributeNames[i], attributeValues[i]);
    }
    Instant time = Micros.toInstant(timeMicros);
    return new Event(
        id, type, severity, source, object(), message, Map.copyOf(all), time, time, 1L);
  }

  /** What it is about, or null. */
  @Nullable ObjectReference object() {
    String objectKind = kind;
    return objectKind == null ? null : new ObjectReference(objectKind, namespace, name, uid);
  }

  EventEncoder encoder() {
    return encoder;
  }

  /** Adds an attribute, or replaces its value. */
  void attribute(String attribute, String value) {
    for (int i = 0; i < attributes; i++) {
      if (attributeNames[i].equals(attribute)) {
        attributeValues[i] = value;
        return;
      }
    }
    if (attributes == attributeNames.length) {
      attributeNames = Arrays.copyOf(attributeNames, 2 * attributes);
      attributeValues = Arrays.copyOf(attributeValues, 2 * attributes);
    }
    attributeNames[attributes] = attribute;
    attributeValues[attributes] = value;
    attributes++;
  }

  /** Forgets everything, so that nothing of the last event is held or shows in the next one. */
  void clear() {
    type = "";
    severity = Severity.INFO;
    message = "";
    kind = null;
    namespace = "";
    name = "";
    uid = "";
    flaw = null;
    if (attributes > 0) {
      if (attributeNames.length > 8 * USUAL_ATTRIBUTES) {
        attributeNames = new String[USUAL_ATTRIBUTES];
        attributeValues = new String[USUAL_ATTRIBUTES];
      } else {
        Arrays.fill(attributeNames, 0, attributes, "");
        Arrays.fill(attributeValues, 0, attributes, "");
      }
      attributes = 0;
    }
  }
}
