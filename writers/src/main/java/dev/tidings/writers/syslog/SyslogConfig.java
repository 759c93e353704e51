package dev.tidings.writers.syslog;

import dev.tidings.writers.Choices;
import dev.tidings.writers.delivery.DeliveryConfig;
import dev.tidings.writers.delivery.Tls;
import dev.tidings.writers.template.EventTemplate;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import javax.net.ssl.SSLSocketFactory;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Range;
import org.apache.kafka.common.config.ConfigDef.Type;
import org.apache.kafka.common.config.ConfigDef.Width;
import org.apache.kafka.common.config.ConfigException;
import org.jspecify.annotations.Nullable;

/** The settings of the syslog sink. TLS has Kafka's own, {@code ssl.…}. */
final class SyslogConfig {
  static final String TARGETS = "syslog.targets";
  static final String FACILITY = "syslog.facility";
  static final String SEVERITIES = "syslog.severities";
  static final String APP_NAME = "syslog.app.name";
  static final String ENTERPRISE_ID = "syslog.enterprise.id";
  static final String MESSAGE = "syslog.message";
  static final String BYTE_ORDER_MARK = "syslog.byte.order.mark";
  static final String MAX_BYTES = "syslog.max.message.bytes";
  static final String TIMEOUT_MS = "syslog.timeout.ms";

  /** What every rsyslog takes as it is installed; syslog-ng takes 64 KiB. */
  private static final int DEFAULT_MAX_BYTES = 8_000;

  /** Room for all that is always there. */
  private static final int LEAST_MAX_BYTES = 1_024;

  /** For documentation, and for who has none. */
  private static final String EXAMPLE_ENTERPRISE_ID = "32473";

  private static final int DEFAULT_TIMEOUT_MS = 30_000;
  private static final String TARGET_GROUP = "Target";
  private static final String MESSAGE_GROUP = "Message";

  static final ConfigDef DEFINITION = definition();

  private SyslogConfig() {}

  private static ConfigDef definition() {
    ConfigDef definition =
        new ConfigDef()
            .define(
                TARGETS,
                Type.LIST,
                ConfigDef.NO_DEFAULT_VALUE,
                validator(SyslogConfig::targets, "addresses such as tls://logs.example.com:6514"),
                Importance.HIGH,
                "Where messages go: tcp://, tls:// or udp://host:port. With several, with commas"
                    + " between, the first that can be reached.",
                TARGET_GROUP,
                1,
                Width.LONG,
                "Targets")
            .define(
                TIMEOUT_MS,
                Type.INT,
                DEFAULT_TIMEOUT_MS,
                Range.atLeast(1),
                Importance.LOW,
                "How long connecting, a write, and the receiver's reading may take, each.",
                TARGET_GROUP,
                2,
                Width.SHORT,
                "Time limit")
            .define(
                FACILITY,
                Type.STRING,
                "user",
                ConfigDef.CaseInsensitiveValidString.in(Facility.names()),
                Importance.MEDIUM,
                "The facility of all messages.",
                MESSAGE_GROUP,
                1,
                Width.SHORT,
                "Facility",
                Choices.of(Facility.names()))
            .define(
                SEVERITIES,
                Type.LIST,
                List.of(),
                validator(Level::of, "SEVERITY:level, such as CRITICAL:alert"),
                Importance.LOW,
                "Severities that get another level than usual (DEBUG:debug, INFO:info,"
                    + " WARN:warning, ERROR:err, CRITICAL:crit), such as CRITICAL:alert.",
                MESSAGE_GROUP,
                2,
                Width.LONG,
                "Levels")
            .define(
                APP_NAME,
                Type.STRING,
                "",
                EventTemplate.validator(),
                Importance.LOW,
                "A Mustache template of the APP-NAME. The event's component if empty.",
                MESSAGE_GROUP,
                3,
                Width.MEDIUM,
                "App name")
            .define(
                ENTERPRISE_ID,
                Type.STRING,
                EXAMPLE_ENTERPRISE_ID,
                ConfigDef.LambdaValidator.with(
                    (name, value) -> requireNumbers(name, String.valueOf(value)),
                    () -> "a private enterprise number"),
                Importance.LOW,
                "The private enterprise number that the names of the structured data end with.",
                MESSAGE_GROUP,
                4,
                Width.SHORT,
                "Enterprise id")
            .define(
                MESSAGE,
                Type.STRING,
                "",
                EventTemplate.validator(),
                Importance.LOW,
                "A Mustache template of the text, such as {{message}} ({{count}} times). The"
                    + " event's message if empty.",
                MESSAGE_GROUP,
                5,
                Width.LONG,
                "Message")
            .define(
                BYTE_ORDER_MARK,
                Type.BOOLEAN,
                true,
                Importance.LOW,
                "Whether a text that is not ASCII begins with a byte order mark, as RFC 5424 asks.",
                MESSAGE_GROUP,
                6,
                Width.SHORT,
                "Byte order mark")
            .define(
                MAX_BYTES,
                Type.INT,
                DEFAULT_MAX_BYTES,
                Range.atLeast(LEAST_MAX_BYTES),
                Importance.MEDIUM,
                "The longest message that the receiver takes; longer ones are cut and marked. Raise"
                    + " it only with the receiver's own limit (rsyslog: maxMessageSize, syslog-ng:"
                    + " log-msg-size): beyond that, a receiver makes two messages of one.",
                MESSAGE_GROUP,
                7,
                Width.SHORT,
                "Longest message");
    return DeliveryConfig.define(Tls.define(definition));
  }

  private static void requireNumbers(String name, String value) {
    if (!value.matches("\\d+(\\.\\d+)*")) {
      throw new ConfigException(name, value, "it must be a number, such as 32473");
    }
  }

  private static ConfigDef.Validator validator(Consumer<List<String>> check, String what) {
    return ConfigDef.LambdaValidator.with(
        (name, value) -> {
          if (value instanceof List<?> list) {
            try {
              check.accept(list.stream().map(String::valueOf).toList());
            } catch (ConfigException e) {
              throw new ConfigException(name, value, e.getMessage());
            }
          }
        },
        () -> what);
  }

  /** The addresses, of which there must be one. */
  static List<SyslogTarget> targets(List<String> texts) {
    if (texts.isEmpty()) {
      throw new ConfigException("there must be one");
    }
    return texts.stream().map(SyslogTarget::parse).toList();
  }

  static List<SyslogTarget> targets(AbstractConfig config) {
    return targets(config.getList(TARGETS));
  }

  static Duration timeout(AbstractConfig config) {
    return Duration.ofMillis(config.getInt(TIMEOUT_MS));
  }

  static SyslogFormat format(AbstractConfig config) {
    return new SyslogFormat(
        Facility.valueOf(config.getString(FACILITY).toUpperCase(Locale.ROOT)),
        Level.of(config.getList(SEVERITIES)),
        config.getString(ENTERPRISE_ID),
        template(config.getString(APP_NAME)),
        template(config.getString(MESSAGE)),
        config.getBoolean(BYTE_ORDER_MARK),
        config.getInt(MAX_BYTES));
  }

  private static @Nullable EventTemplate template(String text) {
    // Not escaped here: the message is, as a whole.
    return text.isEmpty() ? null : EventTemplate.compile(text, value -> value);
  }

  /**
   * For TLS; null if no target wants it.
   *
   * @throws ConfigException if the key or trust store cannot be used
   */
  static @Nullable SSLSocketFactory tls(AbstractConfig config) {
    if (targets(config).stream()
        .noneMatch(target -> target.transport() == SyslogTarget.Transport.TLS)) {
      return null;
    }
    return Tls.context(config).getSocketFactory();
  }
}
