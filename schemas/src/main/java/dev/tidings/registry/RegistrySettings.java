package dev.tidings.registry;

import static org.apache.kafka.common.config.ConfigDef.Range.atLeast;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.SslConfigs;
import org.apache.kafka.common.config.types.Password;
import org.apache.kafka.common.security.ssl.DefaultSslEngineFactory;
import org.jspecify.annotations.Nullable;

/** The settings of {@link RegistryConfig#from}, under Confluent's names. */
final class RegistrySettings {
  static final String PREFIX = "schema.registry.";
  static final String URL = PREFIX + "url";
  static final String REQUEST_TIMEOUT_MS = PREFIX + "request.timeout.ms";
  static final String TOTAL_TIMEOUT_MS = PREFIX + "total.timeout.ms";
  static final String MAX_RETRIES = PREFIX + "max.retries";
  static final String BASIC_SOURCE = "basic.auth.credentials.source";
  static final String BASIC_USER_INFO = "basic.auth.user.info";
  static final String BEARER_SOURCE = "bearer.auth.credentials.source";
  static final String BEARER_TOKEN = "bearer.auth.token";

  private static final String SSL_PREFIX = PREFIX + "ssl.";
  private static final ConfigDef SSL = new ConfigDef();

  static {
    SslConfigs.addClientSslSupport(SSL);
  }

  static final ConfigDef DEFINITION = definition();

  private RegistrySettings() {}

  private static ConfigDef definition() {
    ConfigDef definition =
        new ConfigDef()
            .define(
                URL,
                ConfigDef.Type.LIST,
                List.of(),
                ConfigDef.Importance.HIGH,
                "Addresses of the schema registry, with commas between; the next is asked when one"
                    + " does not answer. Apicurio's ends in /apis/ccompat/v7. mock://name is a"
                    + " registry in memory.")
            .define(
                REQUEST_TIMEOUT_MS,
                ConfigDef.Type.INT,
                (int) RegistryConfig.DEFAULT_REQUEST_TIMEOUT.toMillis(),
                atLeast(1),
                ConfigDef.Importance.LOW,
                "How long one request to the registry may take.")
            .define(
                TOTAL_TIMEOUT_MS,
                ConfigDef.Type.INT,
                (int) RegistryConfig.DEFAULT_TOTAL_TIMEOUT.toMillis(),
                atLeast(1),
                ConfigDef.Importance.LOW,
                "How long a call to the registry may take with all its retries.")
            .define(
                MAX_RETRIES,
                ConfigDef.Type.INT,
                RegistryConfig.DEFAULT_MAX_RETRIES,
                atLeast(0),
                ConfigDef.Importance.LOW,
                "How often a call is tried again, at all addresses, after a temporary failure.");
    for (String prefix : List.of("", PREFIX)) {
      definition
          .define(
              prefix + BASIC_SOURCE,
              ConfigDef.Type.STRING,
              null,
              ConfigDef.Importance.MEDIUM,
              "USER_INFO: user and password are in " + BASIC_USER_INFO + "; URL: in the URL.")
          .define(
              prefix + BASIC_USER_INFO,
              ConfigDef.Type.PASSWORD,
              null,
              ConfigDef.Importance.MEDIUM,
              "user:password for the registry.")
          .define(
              prefix + BEARER_SOURCE,
              ConfigDef.Type.STRING,
              null,
              ConfigDef.Importance.MEDIUM,
              "STATIC_TOKEN: the token is in " + BEARER_TOKEN + ".")
          .define(
              prefix + BEARER_TOKEN,
              ConfigDef.Type.PASSWORD,
              null,
              ConfigDef.Importance.MEDIUM,
              "A bearer token for the registry.");
    }
    definition.embed(PREFIX, "TLS", 0, SSL);
    return definition;
  }

  static RegistryConfig read(Map<String, ?> configs) {
    Map<String, Object> values = DEFINITION.parse(new HashMap<>(configs));
    RegistryConfig.Builder builder =
        RegistryConfig.builder()
            .urls(urls(values).toArray(String[]::new))
            .requestTimeout(Duration.ofMillis(number(values, REQUEST_TIMEOUT_MS)))
            .totalTimeout(Duration.ofMillis(number(values, TOTAL_TIMEOUT_MS)))
            .maxRetries(number(values, MAX_RETRIES));
    authentication(values, builder);
    if (configs.keySet().stream().anyMatch(name -> name.startsWith(SSL_PREFIX))) {
      builder.sslContext(sslContext(configs));
    }
    return builder.build();
  }

  private static List<String> urls(Map<String, Object> values) {
    return values.get(URL) instanceof List<?> list
        ? list.stream().map(String::valueOf).toList()
        : List.of();
  }

  private static int number(Map<String, Object> values, String name) {
    return values.get(name) instanceof Integer number ? number : 0;
  }

  private static void authentication(Map<String, Object> values, RegistryConfig.Builder builder) {
    Optional<String> userInfo = text(values, BASIC_USER_INFO);
    Optional<String> token = text(values, BEARER_TOKEN);
    Optional<String> basicSource =
        text(values, BASIC_SOURCE).map(s -> s.strip().toUpperCase(Locale.ROOT));
    Optional<String> bearerSource =
        text(values, BEARER_SOURCE).map(s -> s.strip().toUpperCase(Locale.ROOT));
    // Confluent's client ignores user info without a source; nobody can have meant that.
    boolean basic =
        basicSource.isPresent() ? !basicSource.get().equals("URL") : userInfo.isPresent();
    boolean bearer = bearerSource.isPresent() || token.isPresent();
    if (basic && bearer) {
      throw new ConfigException(
          "Set either " + BASIC_SOURCE + " or " + BEARER_SOURCE + ", not both");
    }
    if (bearer) {
      requireSource(BEARER_SOURCE, bearerSource, "STATIC_TOKEN", BEARER_TOKEN);
      builder.bearerToken(
          token.orElseThrow(() -> missing(BEARER_TOKEN, BEARER_SOURCE, "the token")));
    } else if (basic) {
      requireSource(BASIC_SOURCE, basicSource, "USER_INFO", BASIC_USER_INFO);
      String info =
          userInfo.orElseThrow(() -> missing(BASIC_USER_INFO, BASIC_SOURCE, "user:password"));
      int colon = info.indexOf(':');
      if (colon < 0) {
        throw new ConfigException(
            BASIC_USER_INFO + " must be user:password, with a colon between (not shown here)");
      }
      builder.basicAuth(info.substring(0, colon), info.substring(colon + 1));
    }
  }

  private static void requireSource(
      String name, Optional<String> source, String supported, String setting) {
    if (source.isPresent() && !source.get().equals(supported)) {
      throw new ConfigException(
          "%s: %s is not supported; use %s and put the credentials in %s"
              .formatted(name, source.get(), supported, setting));
    }
  }

  private static ConfigException missing(String name, String because, String what) {
    return new ConfigException("Set %s to %s, as %s asks for it".formatted(name, what, because));
  }

  /** The value under the prefixed name, else under the plain one; empty when blank. */
  private static Optional<String> text(Map<String, Object> values, String name) {
    return text(values.get(PREFIX + name)).or(() -> text(values.get(name)));
  }

  private static Optional<String> text(@Nullable Object value) {
    String text =
        value instanceof Password password
            ? password.value()
            : value == null ? "" : value.toString();
    return text.isBlank() ? Optional.empty() : Optional.of(text);
  }

  /** Kafka's own reading of its TLS settings, key stores as files and as PEM text alike. */
  private static SSLContext sslContext(Map<String, ?> configs) {
    Map<String, Object> ssl = new HashMap<>();
    configs.forEach(
        (name, value) -> {
          if (name.startsWith(SSL_PREFIX)) {
            ssl.put(name.substring(PREFIX.length()), value);
          }
        });
    Map<String, Object> values = SSL.parse(ssl);
    Object verify = values.get(SslConfigs.SSL_ENDPOINT_IDENTIFICATION_ALGORITHM_CONFIG);
    if (!"https".equalsIgnoreCase(String.valueOf(verify))) {
      throw new ConfigException(
          PREFIX
              + SslConfigs.SSL_ENDPOINT_IDENTIFICATION_ALGORITHM_CONFIG
              + ": host names are always verified; remove the setting and give the registry a"
              + " certificate for its host name");
    }
    try (DefaultSslEngineFactory factory = new DefaultSslEngineFactory()) {
      factory.configure(values);
      return factory.sslContext();
    } catch (KafkaException e) {
      ConfigException wrong =
          new ConfigException(
              "%s* cannot be used: %s; correct the key or trust store, its type or its password"
                  .formatted(SSL_PREFIX, RegistryAnswers.oneLine(e.getMessage())));
      wrong.initCause(e);
      throw wrong;
    }
  }
}
