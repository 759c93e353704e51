package dev.tidings.infra.stack;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.kafka.common.config.ConfigValue;
import org.apache.kafka.connect.connector.Connector;

/**
 * A writer that an {@link EmbeddedStack} runs in its Connect worker.
 *
 * @param name of the connector; its progress is kept under this name
 * @param settings of the connector, without topics and converters, which the stack adds
 * @param source which topic it reads
 */
public record Writer(String name, Map<String, String> settings, Source source) {

  /** What a writer reads. */
  public enum Source {
    /** Each event in its newest state. */
    EVENTS,
    /** What changed, with the occurrences that each batch adds. */
    BATCHES
  }

  private static final String PACKAGE = "dev.tidings.writers.";

  /** The kinds that {@link #parse} knows. */
  public static final List<String> KINDS =
      List.of("syslog", "store", "webhook", "cloudevents", "slack", "discord", "teams", "lines");

  public Writer {
    settings = Map.copyOf(settings);
  }

  /**
   * Reads {@code KIND=TARGET}:
   *
   * <pre>
   * syslog=tcp://host:port        also tls:// and udp://, several with commas between
   * store=jdbc:postgresql://…     a database
   * webhook=https://…             events as JSON; also cloudevents, slack, discord, teams
   * lines=FILE                    event JSON lines; - is standard output
   * </pre>
   *
   * Names depend on kind and target: the same again goes on where it was.
   *
   * @throws IllegalArgumentException one line that says what is wrong
   */
  public static Writer parse(String text) {
    int equals = text.indexOf('=');
    String kind = equals < 0 ? text : text.substring(0, equals).toLowerCase(Locale.ROOT);
    String target = equals < 0 ? "" : text.substring(equals + 1);
    if (KINDS.contains(kind) && target.isBlank()) {
      throw new IllegalArgumentException(
          "'%s' does not say where to: write %s=TARGET".formatted(text, kind));
    }
    if (!KINDS.contains(kind)) {
      throw new IllegalArgumentException(
          "'%s' is no writer: write KIND=TARGET, where KIND is one of %s"
              .formatted(kind, String.join(", ", KINDS)));
    }
    String name = "%s-%08x".formatted(kind, target.hashCode());
    return switch (kind) {
      case "syslog" ->
          new Writer(name, sink("syslog.Syslog", "syslog.targets", target), Source.BATCHES);
      case "store" -> new Writer(name, sink("store.Store", "store.url", target), Source.EVENTS);
      case "lines" -> new Writer(name, sink("lines.Lines", "file", target), Source.EVENTS);
      default -> {
        Map<String, String> settings = sink("webhook.Webhook", "webhook.url", target);
        settings.put("webhook.format", kind.equals("webhook") ? "events" : kind);
        yield new Writer(name, settings, Source.BATCHES);
      }
    };
  }

  private static Map<String, String> sink(String sink, String setting, String target) {
    Map<String, String> settings = new HashMap<>();
    settings.put("connector.class", PACKAGE + sink + "SinkConnector");
    settings.put(setting, target);
    return settings;
  }

  /**
   * Makes sure, without starting anything, that the connector can use its settings.
   *
   * @throws IllegalArgumentException one line that says what is wrong
   */
  public void check() {
    List<String> errors = new ArrayList<>();
    for (ConfigValue value : connector().validate(settings).configValues()) {
      errors.addAll(value.errorMessages());
    }
    if (!errors.isEmpty()) {
      throw new IllegalArgumentException(
          "Writer %s: %s".formatted(name, String.join("; ", errors)));
    }
  }

  private Connector connector() {
    String type = String.valueOf(settings.get("connector.class"));
    try {
      return (Connector) Class.forName(type).getDeclaredConstructor().newInstance();
    } catch (ReflectiveOperationException | ClassCastException e) {
      throw new IllegalArgumentException(
          "Writer %s: there is no connector %s here".formatted(name, type), e);
    }
  }

  /** The same with one more setting. */
  public Writer with(String setting, String value) {
    Map<String, String> more = new HashMap<>(settings);
    more.put(setting, value);
    return new Writer(name, more, source);
  }
}
