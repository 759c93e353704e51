package dev.tidings.writers.template;

import com.samskivert.mustache.Mustache;
import com.samskivert.mustache.MustacheException;
import com.samskivert.mustache.Template;
import dev.tidings.wire.Micros;
import dev.tidings.writers.delivery.Delivery;
import dev.tidings.writers.encoded.EncodedEvent;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;

/**
 * A Mustache template. What it can use of an event:
 *
 * <pre>
 * {{id}} {{type}} {{severity}} {{message}} {{summary}} {{count}} {{occurrences}}
 * {{first}} {{last}} {{node}} {{component}} {{attributes.NAME}}
 * {{object}} {{kind}} {{namespace}} {{name}} {{uid}}     empty without an object
 * {{#repeated}} … {{/repeated}}                          if its count is more than one
 * </pre>
 *
 * {@code summary} is the message's first line, cut to 200 characters. For several events at once it
 * has {@code {{#events}} … {{/events}}}, in which {@code {{^-last}},{{/-last}}} puts commas
 * between. What is not there is empty. Immutable, thread-safe.
 */
public final class EventTemplate {
  private static final int SUMMARY_CHARACTERS = 200;

  private final Template template;

  private EventTemplate(Template template) {
    this.template = template;
  }

  /** How inserted texts are written. */
  public interface Escaping {
    /** The text as it can stand in the result. */
    String escape(String text);
  }

  /**
   * Compiles one.
   *
   * @throws ConfigException if it is no template
   */
  public static EventTemplate compile(String text, Escaping escaping) {
    try {
      return new EventTemplate(
          Mustache.compiler().defaultValue("").withEscaper(escaping::escape).compile(text));
    } catch (MustacheException e) {
      throw new ConfigException("Not a Mustache template: " + e.getMessage());
    }
  }

  /** Checks a setting that holds one, or nothing. */
  public static ConfigDef.Validator validator() {
    return ConfigDef.LambdaValidator.with(
        (name, value) -> {
          try {
            compile(String.valueOf(value), text -> text);
          } catch (ConfigException e) {
            throw new ConfigException(name, value, e.getMessage());
          }
        },
        () -> "a Mustache template");
  }

  /** The text for one event. */
  public String of(Delivery.Occurred delivery) {
    return template.execute(values(delivery));
  }

  /** The text for several. */
  public String of(List<Delivery.Occurred> deliveries) {
    return template.execute(
        Map.of(
            "events",
            deliveries.stream().map(EventTemplate::values).toList(),
            "size",
            deliveries.size()));
  }

  private static Map<String, Object> values(Delivery.Occurred delivery) {
    Map<String, Object> values = new HashMap<>();
    EncodedEvent event = delivery.event();
    String message = event.message().toString();
    values.put("id", event.id().toString());
    values.put("type", event.type().toString());
    values.put("severity", event.severity().name());
    values.put("message", message);
    values.put("summary", summary(message));
    values.put("count", event.count());
    values.put("repeated", event.count() > 1);
    values.put("occurrences", delivery.occurrences());
    values.put("first", Micros.toInstant(event.firstMicros()).toString());
    values.put("last", Micros.toInstant(event.lastMicros()).toString());
    values.put("node", event.node().toString());
    values.put("component", event.component().toString());
    values.put("attributes", event.attributeMap());
    EncodedEvent.Subject object = event.object();
    if (object != null) {
      values.put("object", object.path());
      values.put("kind", object.kind().toString());
      values.put("namespace", object.namespace().toString());
      values.put("name", object.name().toString());
      values.put("uid", object.uid().toString());
    }
    return values;
  }

  private static String summary(String message) {
    String line = message.lines().findFirst().orElse("");
    int characters = line.codePointCount(0, line.length());
    return characters <= SUMMARY_CHARACTERS
        ? line
        : line.substring(0, line.offsetByCodePoints(0, SUMMARY_CHARACTERS)) + "…";
  }
}
