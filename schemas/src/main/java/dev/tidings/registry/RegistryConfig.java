package dev.tidings.registry;

import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;
import org.jspecify.annotations.Nullable;

/**
 * Where a schema registry is and how to talk to it. Immutable; {@link #toString} and every error
 * message leave credentials out.
 */
public final class RegistryConfig {
  static final Duration DEFAULT_REQUEST_TIMEOUT = Duration.ofSeconds(5);
  static final Duration DEFAULT_TOTAL_TIMEOUT = Duration.ofSeconds(30);
  static final int DEFAULT_MAX_RETRIES = 3;
  static final Duration DEFAULT_RETRY_BACKOFF = Duration.ofMillis(100);

  private final List<Endpoint> endpoints;
  private final @Nullable SSLContext sslContext;
  private final Duration requestTimeout;
  private final Duration totalTimeout;
  private final Duration retryBackoff;
  private final int maxRetries;

  private RegistryConfig(Builder builder) {
    List<Endpoint> parsed = builder.urls.stream().map(Endpoint::parse).toList();
    if (parsed.isEmpty()) {
      throw new ConfigException(
          "Set " + RegistrySettings.URL + ", for example to http://127.0.0.1:8081");
    }
    String authorization = builder.authorization;
    this.endpoints =
        authorization == null
            ? parsed
            : parsed.stream().map(e -> e.withAuthorization(authorization)).toList();
    this.sslContext = builder.sslContext;
    this.requestTimeout = builder.requestTimeout;
    this.totalTimeout = builder.totalTimeout;
    this.retryBackoff = builder.retryBackoff;
    this.maxRetries = builder.maxRetries;
  }

  /**
   * A registry at these addresses, with defaults for all else. Several addresses are one registry:
   * the next is asked when one does not answer.
   *
   * @param urls {@code http[s]://[user:password@]host[:port][/path]}, or several with commas
   */
  public static RegistryConfig of(String... urls) {
    return builder().urls(urls).build();
  }

  /**
   * Reads Confluent's setting names, as documented by {@link #configDef}; other settings are
   * ignored. The authentication settings are known with and without the prefix {@code
   * schema.registry.}; with it they win.
   *
   * @throws ConfigException naming the setting that is wrong
   */
  public static RegistryConfig from(Map<String, ?> configs) {
    return RegistrySettings.read(configs);
  }

  /** The settings {@link #from} reads: names, types, defaults and what they mean. */
  public static ConfigDef configDef() {
    return new ConfigDef(RegistrySettings.DEFINITION);
  }

  public static Builder builder() {
    return new Builder();
  }

  /** The addresses, without credentials. */
  public List<URI> urls() {
    return endpoints.stream().map(Endpoint::base).toList();
  }

  /** How long one request may take, at most. */
  public Duration requestTimeout() {
    return requestTimeout;
  }

  /** How long a call may take, with all its retries and addresses. */
  public Duration totalTimeout() {
    return totalTimeout;
  }

  /** How often all addresses are tried again after a temporary failure. */
  public int maxRetries() {
    return maxRetries;
  }

  List<Endpoint> endpoints() {
    return endpoints;
  }

  Optional<SSLContext> sslContext() {
    return Optional.ofNullable(sslContext);
  }

  Duration retryBackoff() {
    return retryBackoff;
  }

  @Override
  public String toString() {
    return "RegistryConfig[urls=%s, requestTimeout=%s, totalTimeout=%s, maxRetries=%d]"
        .formatted(endpoints, requestTimeout, totalTimeout, maxRetries);
  }

  /** Not thread-safe. */
  public static final class Builder {
    private List<String> urls = List.of();
    private @Nullable String authorization;
    private @Nullable SSLContext sslContext;
    private Duration requestTimeout = DEFAULT_REQUEST_TIMEOUT;
    private Duration totalTimeout = DEFAULT_TOTAL_TIMEOUT;
    private Duration retryBackoff = DEFAULT_RETRY_BACKOFF;
    private int maxRetries = DEFAULT_MAX_RETRIES;

    private Builder() {}

    /** As {@link RegistryConfig#of}. */
    public Builder urls(String... urls) {
      List<String> all = new ArrayList<>();
      for (String some : urls) {
        for (String url : some.split(",", -1)) {
          if (!url.isBlank()) {
            all.add(url.strip());
          }
        }
      }
      this.urls = List.copyOf(all);
      return this;
    }

    /** Credentials for all addresses; they replace those in the URLs and a token. */
    public Builder basicAuth(String user, String password) {
      this.authorization = Endpoint.basic(user + ":" + password);
      return this;
    }

    /** A token for all addresses; it replaces other credentials. */
    public Builder bearerToken(String token) {
      String stripped = token.strip();
      if (stripped.isEmpty() || !stripped.chars().allMatch(c -> c > ' ' && c < 0x7f)) {
        throw new ConfigException(
            RegistrySettings.BEARER_TOKEN
                + ": a token is a line of ASCII characters without blanks (not shown here)");
      }
      this.authorization = "Bearer " + stripped;
      return this;
    }

    /** What certificates to trust and to show; the JVM's default otherwise. */
    public Builder sslContext(SSLContext sslContext) {
      this.sslContext = sslContext;
      return this;
    }

    public Builder requestTimeout(Duration requestTimeout) {
      this.requestTimeout = positive("requestTimeout", requestTimeout);
      return this;
    }

    public Builder totalTimeout(Duration totalTimeout) {
      this.totalTimeout = positive("totalTimeout", totalTimeout);
      return this;
    }

    /** The wait before the first retry; it doubles, up to 16 times this, and varies by a fifth. */
    public Builder retryBackoff(Duration retryBackoff) {
      this.retryBackoff = positive("retryBackoff", retryBackoff);
      return this;
    }

    public Builder maxRetries(int maxRetries) {
      if (maxRetries < 0) {
        throw new ConfigException("maxRetries must not be negative: " + maxRetries);
      }
      this.maxRetries = maxRetries;
      return this;
    }

    /**
     * The configuration, checked.
     *
     * @throws ConfigException when an address is missing or wrong
     */
    public RegistryConfig build() {
      return new RegistryConfig(this);
    }

    private static Duration positive(String name, Duration duration) {
      if (duration.isNegative() || duration.isZero()) {
        throw new ConfigException(name + " must be more than zero: " + duration);
      }
      return duration;
    }
  }
}
