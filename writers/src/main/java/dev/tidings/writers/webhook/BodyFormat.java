package dev.tidings.writers.webhook;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import dev.tidings.writers.delivery.Delivery;
import dev.tidings.writers.template.EventTemplate;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Stream;

/** What a request's body looks like. */
enum BodyFormat {
  /** {@code [{"event":{…},"occurrences":n},…]}; occurrences only from the batches topic. */
  EVENTS("application/json", 500),
  /** CloudEvents 1.0, batched JSON. */
  CLOUDEVENTS("application/cloudevents-batch+json", 500),
  SLACK("application/json", 20),
  /** 2,000 characters a message: what one event can need. */
  DISCORD("application/json", 1),
  TEAMS("application/json", 10),
  /** The user's own. */
  TEMPLATE("application/json", 500);

  private final String contentType;
  private final int usualEvents;

  BodyFormat(String contentType, int usualEvents) {
    this.contentType = contentType;
    this.usualEvents = usualEvents;
  }

  String contentType() {
    return contentType;
  }

  /** How many events a request holds unless set. */
  int usualEvents() {
    return usualEvents;
  }

  static String[] names() {
    return Stream.of(values())
        .map(format -> format.name().toLowerCase(Locale.ROOT))
        .toArray(String[]::new);
  }

  /**
   * What makes bodies.
   *
   * @param template the text of {@link #TEMPLATE}
   */
  Function<List<Delivery.Occurred>, byte[]> writer(String template) {
    return switch (this) {
      case EVENTS -> EventBodies::events;
      case CLOUDEVENTS -> EventBodies::cloudEvents;
      case SLACK -> filled(builtIn(), text -> json(forSlack(text)));
      case DISCORD, TEAMS -> filled(builtIn(), BodyFormat::json);
      case TEMPLATE -> filled(template, BodyFormat::json);
    };
  }

  private static Function<List<Delivery.Occurred>, byte[]> filled(
      String template, EventTemplate.Escaping escaping) {
    EventTemplate compiled = EventTemplate.compile(template, escaping);
    return deliveries -> compiled.of(deliveries).getBytes(StandardCharsets.UTF_8);
  }

  private static String json(String text) {
    return new String(JsonStringEncoder.getInstance().quoteAsString(text));
  }

  /** So that no text is a link or mentions everybody. */
  private static String forSlack(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }

  private String builtIn() {
    String name = name().toLowerCase(Locale.ROOT) + ".mustache";
    try (InputStream in = BodyFormat.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException("The plugin was built without " + name);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8).strip();
    } catch (IOException e) {
      throw new UncheckedIOException("The plugin's %s cannot be read".formatted(name), e);
    }
  }
}
