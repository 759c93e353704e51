package dev.tidings.writers.webhook;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.tidings.event.Event;
import dev.tidings.event.ObjectReference;
import dev.tidings.event.json.EventJson;
import dev.tidings.writers.delivery.Delivery;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Bodies for programs. */
final class EventBodies {
  private static final JsonFactory JSON = new JsonFactory();

  private EventBodies() {}

  /** One element of an array. */
  private interface Element {
    void write(Delivery.Occurred delivery, JsonGenerator json) throws IOException;
  }

  static String events(List<Delivery.Occurred> deliveries) {
    return array(
        deliveries,
        (delivery, json) -> {
          json.writeStartObject();
          json.writeFieldName("event");
          EventJson.write(delivery.event(), json);
          if (delivery.occurrences() > 0) {
            json.writeNumberField("occurrences", delivery.occurrences());
          }
          json.writeEndObject();
        });
  }

  /**
   * CloudEvents 1.0. The {@code id} is that of the event's state, so what arrives twice can be told
   * from what happened twice.
   */
  static String cloudEvents(List<Delivery.Occurred> deliveries) {
    return array(deliveries, EventBodies::cloudEvent);
  }

  private static void cloudEvent(Delivery.Occurred delivery, JsonGenerator json)
      throws IOException {
    Event event = delivery.event();
    json.writeStartObject();
    json.writeStringField("specversion", "1.0");
    json.writeStringField("id", event.getId() + "-" + event.getCount());
    json.writeStringField(
        "source",
        "/tidings/%s/%s"
            .formatted(
                encoded(event.getSource().getNode()), encoded(event.getSource().getComponent())));
    json.writeStringField("type", event.getType());
    ObjectReference object = event.getObject();
    if (object != null) {
      json.writeStringField(
          "subject", object.getKind() + "/" + object.getNamespace() + "/" + object.getName());
    }
    json.writeStringField("time", event.getLastTimestamp().toString());
    json.writeStringField("severity", event.getSeverity().name());
    if (delivery.occurrences() > 0) {
      // Text: numbers of CloudEvents have 32 bits.
      json.writeStringField("occurrences", Long.toString(delivery.occurrences()));
    }
    json.writeStringField("datacontenttype", "application/json");
    json.writeFieldName("data");
    EventJson.write(event, json);
    json.writeEndObject();
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  private static String array(List<Delivery.Occurred> deliveries, Element element) {
    StringWriter out = new StringWriter();
    try (JsonGenerator json = JSON.createGenerator(out)) {
      json.writeStartArray();
      for (Delivery.Occurred delivery : deliveries) {
        element.write(delivery, json);
      }
      json.writeEndArray();
    } catch (IOException e) {
      throw new UncheckedIOException("A string cannot be written to", e);
    }
    return out.toString();
  }
}
