package dev.tidings.writers.webhook;

import dev.tidings.writers.Choices;
import dev.tidings.writers.delivery.DeliveryConfig;
import dev.tidings.writers.delivery.Tls;
import dev.tidings.writers.template.EventTemplate;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Locale;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Range;
import org.apache.kafka.common.config.ConfigDef.Type;
import org.apache.kafka.common.config.ConfigDef.Width;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.types.Password;

/** The settings of the webhook sink. TLS has Kafka's own, {@code ssl.…}. */
final class WebhookConfig {
  static final String URL = "webhook.url";
  static final String FORMAT = "webhook.format";
  static final String TEMPLATE = "webhook.template";
  static final String HEADERS = "webhook.headers";
  static final String AUTHORIZATION = "webhook.authorization";
  static final String SECRET = "webhook.secret";
  static final String MAX_EVENTS = "webhook.max.events";
  static final String TIMEOUT_MS = "webhook.timeout.ms";
  static final String CIRCUIT_FAILURES = "webhook.circuit.failures";
  static final String CIRCUIT_DELAY_MS = "webhook.circuit.delay.ms";

  private static final int DEFAULT_TIMEOUT_MS = 30_000;
  private static final int DEFAULT_CIRCUIT_FAILURES = 5;
  private static final long DEFAULT_CIRCUIT_DELAY_MS = 30_000;
  private static final String TARGET_GROUP = "Target";
  private static final String BODY_GROUP = "Body";

  static final ConfigDef DEFINITION = DeliveryConfig.define(Tls.define(definition()));

  private WebhookConfig() {}

  private static ConfigDef definition() {
    ConfigDef definition =
        new ConfigDef()
            .define(
                URL,
                Type.PASSWORD,
                ConfigDef.NO_DEFAULT_VALUE,
                ConfigDef.LambdaValidator.with(
                    (name, value) -> uri(name, value), () -> "http(s)://host/path"),
                Importance.HIGH,
                "Where to POST. A secret: those of chat tools are all it takes to write there.",
                TARGET_GROUP,
                1,
                Width.LONG,
                "URL")
            .define(
                AUTHORIZATION,
                Type.PASSWORD,
                "",
                Importance.MEDIUM,
                "The header Authorization, such as Bearer TOKEN.",
                TARGET_GROUP,
                2,
                Width.LONG,
                "Authorization")
            .define(
                HEADERS,
                Type.LIST,
                List.of(),
                ConfigDef.LambdaValidator.with(
                    (name, value) -> headers(name, value), () -> "Name:value, with commas between"),
                Importance.LOW,
                "More headers, Name:value.",
                TARGET_GROUP,
                3,
                Width.LONG,
                "Headers")
            .define(
                SECRET,
                Type.PASSWORD,
                "",
                ConfigDef.LambdaValidator.with(
                    (name, value) -> requireKey(name, value),
                    () -> "whsec_ and base 64, or a text"),
                Importance.MEDIUM,
                "The key that requests are signed with (HMAC-SHA256, as Standard Webhooks has it):"
                    + " whsec_ and base 64, or any text. Not signed if empty.",
                TARGET_GROUP,
                4,
                Width.LONG,
                "Signing key");
    definition
        .define(
            TIMEOUT_MS,
            Type.INT,
            DEFAULT_TIMEOUT_MS,
            Range.atLeast(1),
            Importance.LOW,
            "How long a request may take, in milliseconds.",
            TARGET_GROUP,
            5,
            Width.SHORT,
            "Time limit")
        .define(
            CIRCUIT_FAILURES,
            Type.INT,
            DEFAULT_CIRCUIT_FAILURES,
            Range.atLeast(1),
            Importance.LOW,
            "After so many failures in a row the target is left alone for a while.",
            TARGET_GROUP,
            6,
            Width.SHORT,
            "Failures")
        .define(
            CIRCUIT_DELAY_MS,
            Type.LONG,
            DEFAULT_CIRCUIT_DELAY_MS,
            Range.atLeast(1),
            Importance.LOW,
            "For how long, in milliseconds; then one request is tried.",
            TARGET_GROUP,
            7,
            Width.SHORT,
            "Left alone");
    return definition
        .define(
            FORMAT,
            Type.STRING,
            "events",
            ConfigDef.CaseInsensitiveValidString.in(BodyFormat.names()),
            Importance.HIGH,
            "events: an array of {event, occurrences}; cloudevents: CloudEvents 1.0, batched;"
                + " slack (Mattermost too), discord, teams: for people; template: your own.",
            BODY_GROUP,
            1,
            Width.SHORT,
            "Format",
            Choices.of(BodyFormat.names()))
        .define(
            TEMPLATE,
            Type.STRING,
            "",
            EventTemplate.validator(),
            Importance.MEDIUM,
            "For the format template: a Mustache template of JSON, {{#events}}…{{/events}}.",
            BODY_GROUP,
            2,
            Width.LONG,
            "Template")
        .define(
            MAX_EVENTS,
            Type.INT,
            0,
            Range.atLeast(0),
            Importance.LOW,
            "How many events a request holds at most; 0 is what fits the format.",
            BODY_GROUP,
            3,
            Width.SHORT,
            "Events");
  }

  private static URI uri(String name, Object value) {
    String text = value instanceof Password password ? password.value() : String.valueOf(value);
    try {
      URI uri = new URI(text);
      String scheme = String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT);
      if (uri.getHost() != null && (scheme.equals("http") || scheme.equals("https"))) {
        return uri;
      }
    } catch (URISyntaxException e) {
      // Said below, without the text, which may be a secret.
    }
    throw new ConfigException("%s: not a URL; write https://host/path".formatted(name));
  }

  static URI uri(AbstractConfig config) {
    return uri(URL, config.getPassword(URL));
  }

  /** Names and values in turn. */
  private static String[] headers(String name, Object value) {
    List<?> texts = value instanceof List<?> list ? list : List.of();
    String[] headers = new String[2 * texts.size()];
    for (int i = 0; i < texts.size(); i++) {
      String[] parts = String.valueOf(texts.get(i)).split(":", 2);
      if (parts.length != 2 || !parts[0].matches("[A-Za-z0-9!#$%&'*+.^_`|~-]+")) {
        throw new ConfigException(name, value, "write Name:value, with commas between");
      }
      headers[2 * i] = parts[0];
      headers[2 * i + 1] = parts[1].strip();
    }
    return headers;
  }

  static String[] headers(AbstractConfig config) {
    return headers(HEADERS, config.getList(HEADERS));
  }

  private static void requireKey(String name, Object value) {
    String secret = value instanceof Password password ? password.value() : "";
    if (!secret.isEmpty()) {
      try {
        Signature unused = new Signature(secret);
      } catch (IllegalArgumentException e) {
        throw new ConfigException(name + ": behind whsec_ there must be base 64 (not shown here)");
      }
    }
  }

  static BodyFormat format(AbstractConfig config) {
    return BodyFormat.valueOf(config.getString(FORMAT).toUpperCase(Locale.ROOT));
  }

  static int maxEvents(AbstractConfig config) {
    int set = config.getInt(MAX_EVENTS);
    return set == 0 ? format(config).usualEvents() : set;
  }
}
