package dev.tidings.writers.webhook;

import dev.tidings.writers.delivery.Delivery;
import dev.tidings.writers.encoded.EncodedEvent;
import dev.tidings.writers.encoded.JsonBuffer;
import dev.tidings.writers.encoded.Spares;
import dev.tidings.writers.encoded.Text;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Bodies for programs. */
final class EventBodies {
  private static final Spares<JsonBuffer> BUFFERS = new Spares<>(JsonBuffer::new);

  private EventBodies() {}

  /** One element of an array. */
  private interface Element {
    void write(Delivery.Occurred delivery, JsonBuffer json);
  }

  static byte[] events(List<Delivery.Occurred> deliveries) {
    return array(
        deliveries,
        (delivery, json) -> {
          json.ascii("{\"event\":");
          json.event(delivery.event());
          if (delivery.occurrences() > 0) {
            json.ascii(",\"occurrences\":");
            json.number(delivery.occurrences());
          }
          json.ascii('}');
        });
  }

  /**
   * CloudEvents 1.0. The {@code id} is that of the event's state, so what arrives twice can be told
   * from what happened twice.
   */
  static byte[] cloudEvents(List<Delivery.Occurred> deliveries) {
    return array(deliveries, EventBodies::cloudEvent);
  }

  private static void cloudEvent(Delivery.Occurred delivery, JsonBuffer json) {
    EncodedEvent event = delivery.event();
    json.ascii("{\"specversion\":\"1.0\",\"id\":");
    json.string(event.id() + "-" + event.count());
    json.ascii(",\"source\":");
    json.string("/tidings/%s/%s".formatted(encoded(event.node()), encoded(event.component())));
    json.ascii(",\"type\":");
    json.string(event.type());
    EncodedEvent.Subject object = event.object();
    if (object != null) {
      json.ascii(",\"subject\":");
      json.string(object.path());
    }
    json.ascii(",\"time\":\"");
    json.time(event.lastMicros());
    json.ascii("\",\"severity\":");
    json.string(event.severity().name());
    if (delivery.occurrences() > 0) {
      // Text: numbers of CloudEvents have 32 bits.
      json.ascii(",\"occurrences\":");
      json.string(Long.toString(delivery.occurrences()));
    }
    json.ascii(",\"datacontenttype\":\"application/json\",\"data\":");
    json.event(event);
    json.ascii('}');
  }

  private static String encoded(Text text) {
    return URLEncoder.encode(text.toString(), StandardCharsets.UTF_8).replace("+", "%20");
  }

  private static byte[] array(List<Delivery.Occurred> deliveries, Element element) {
    JsonBuffer json = BUFFERS.take();
    json.ascii('[');
    String comma = "";
    for (Delivery.Occurred delivery : deliveries) {
      json.ascii(comma);
      element.write(delivery, json);
      comma = ",";
    }
    json.ascii(']');
    byte[] body = json.toByteArray();
    BUFFERS.giveBack(json);
    return body;
  }
}
