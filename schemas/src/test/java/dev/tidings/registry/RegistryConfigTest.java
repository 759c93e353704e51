package dev.tidings.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.types.Password;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which settings are read, and what is said when they are wrong. */
class RegistryConfigTest {
  private static final String URL = "schema.registry.url";

  @Test
  void readsConfluentsNames() {
    RegistryConfig config =
        RegistryConfig.from(
            Map.of(
                URL,
                "http://one:8081, http://two:8081/base/",
                "schema.registry.request.timeout.ms",
                "1500",
                "schema.registry.max.retries",
                7,
                "schema.registry.total.timeout.ms",
                9_000,
                "bootstrap.servers",
                "elsewhere:9092"));
    assertThat(config.urls())
        .containsExactly(URI.create("http://one:8081"), URI.create("http://two:8081/base"));
    assertThat(config.requestTimeout()).isEqualTo(Duration.ofMillis(1500));
    assertThat(config.maxRetries()).isEqualTo(7);
    assertThat(config.totalTimeout()).isEqualTo(Duration.ofSeconds(9));
  }

  @Test
  void hasDefaults() {
    RegistryConfig config = RegistryConfig.from(Map.of(URL, List.of("https://one")));
    assertThat(config.requestTimeout()).isEqualTo(Duration.ofSeconds(5));
    assertThat(config.maxRetries()).isEqualTo(3);
    assertThat(config.totalTimeout()).isEqualTo(Duration.ofSeconds(30));
    assertThat(config.sslContext()).isEmpty();
    assertThat(authorization(config)).isEmpty();
    assertThat(config).usingRecursiveComparison().isEqualTo(RegistryConfig.of("https://one"));
  }

  @Test
  void documentsItsSettings() {
    assertThat(RegistryConfig.configDef().names())
        .contains(URL, "basic.auth.user.info", "schema.registry.ssl.truststore.location");
    assertThat(RegistryConfig.configDef().toRst()).contains("ends in /apis/ccompat/v7");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "''                  | Set schema.registry.url, for example to http://127.0.0.1:8081",
        "' , '               | Set schema.registry.url, for example to http://127.0.0.1:8081",
        "localhost:8081      | schema.registry.url: 'localhost:8081' must start with http:// or",
        "ftp://host          | schema.registry.url: 'ftp://host' must start with http:// or",
        "http://under_score  | schema.registry.url: 'http://under_score' needs a host name of",
        "http:///path        | schema.registry.url: 'http:///path' needs a host name",
        "http://host?x=1     | schema.registry.url: 'http://host?x=1' must not have anything after",
        "http://a b          | schema.registry.url: 'http://a b' is no URL",
        "http://u:pw@a b     | schema.registry.url: 'http://***@a b' is no URL",
        "u:pw@host:8081      | schema.registry.url: '***@host:8081' must start with http://",
        "mock://a,http://b   | schema.registry.url: 'mock://a' is the registry in memory",
      })
  void saysWhatIsWrongWithAnAddress(String url, String message) {
    assertThatExceptionOfType(ConfigException.class)
        .isThrownBy(() -> SchemaRegistry.forConfig(Map.of(URL, url)))
        .withMessageStartingWith(message);
  }

  @Test
  void saysWhichNumberIsWrong() {
    assertThatExceptionOfType(ConfigException.class)
        .isThrownBy(() -> from("schema.registry.max.retries", "-1"))
        .withMessageContaining("schema.registry.max.retries");
    assertThatExceptionOfType(ConfigException.class)
        .isThrownBy(() -> from("schema.registry.request.timeout.ms", "soon"))
        .withMessageContaining("schema.registry.request.timeout.ms");
    assertThatExceptionOfType(ConfigException.class)
        .isThrownBy(() -> RegistryConfig.builder().requestTimeout(Duration.ZERO))
        .withMessageContaining("requestTimeout");
  }

  @Test
  void basicAuthentication() {
    String expected = basic("ann:pa:ss wörd");
    assertThat(
            authorization(
                from(
                    "basic.auth.credentials.source", "USER_INFO",
                    "basic.auth.user.info", "ann:pa:ss wörd")))
        .isEqualTo(expected);
    assertThat(
            authorization(
                from(
                    "schema.registry.basic.auth.credentials.source",
                    "user_info",
                    "schema.registry.basic.auth.user.info",
                    new Password("ann:pa:ss wörd"))))
        .isEqualTo(expected);
    assertThat(authorization(from("basic.auth.user.info", "ann:pa:ss wörd")))
        .as("without a source")
        .isEqualTo(expected);
    assertThat(
            authorization(
                from(
                    "basic.auth.user.info", "other:one",
                    "schema.registry.basic.auth.user.info", "ann:pa:ss wörd")))
        .as("the prefixed name wins")
        .isEqualTo(expected);
  }

  @Test
  void credentialsInTheUrl() {
    RegistryConfig config = RegistryConfig.of("http://ann:p%40ss+1@one:8081", "http://two:8081");
    assertThat(config.endpoints().get(0).authorization()).contains(basic("ann:p@ss+1"));
    assertThat(config.endpoints().get(1).authorization()).isEmpty();
    assertThat(
            authorization(
                from(
                    URL,
                    "http://ann:pw@one",
                    "basic.auth.credentials.source",
                    "URL",
                    "basic.auth.user.info",
                    "not:used")))
        .isEqualTo(basic("ann:pw"));
    assertThat(authorization(from(URL, "http://ann:pw@one", "basic.auth.user.info", "bob:pw")))
        .isEqualTo(basic("bob:pw"));
  }

  @Test
  void bearerAuthentication() {
    assertThat(
            authorization(
                from(
                    "bearer.auth.credentials.source", "STATIC_TOKEN",
                    "bearer.auth.token", " abc.def\n")))
        .isEqualTo("Bearer abc.def");
    assertThat(authorization(from("schema.registry.bearer.auth.token", "abc")))
        .isEqualTo("Bearer abc");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "basic.auth.credentials.source=SASL_INHERIT | basic.auth.credentials.source: SASL_INHERIT"
            + " is not supported; use USER_INFO and put the credentials in basic.auth.user.info",
        "bearer.auth.credentials.source=OAUTHBEARER | bearer.auth.credentials.source: OAUTHBEARER"
            + " is not supported; use STATIC_TOKEN and put the credentials in bearer.auth.token",
        "basic.auth.credentials.source=USER_INFO | Set basic.auth.user.info to user:password, as"
            + " basic.auth.credentials.source asks for it",
        "bearer.auth.credentials.source=STATIC_TOKEN | Set bearer.auth.token to the token, as"
            + " bearer.auth.credentials.source asks for it",
        "basic.auth.user.info=s3cret | basic.auth.user.info must be user:password, with a colon"
            + " between (not shown here)",
        "bearer.auth.token=s3 cret | bearer.auth.token: a token is a line of ASCII characters"
            + " without blanks (not shown here)",
        "bearer.auth.token=s3cret;basic.auth.user.info=a:s3cret | Set either"
            + " basic.auth.credentials.source or bearer.auth.credentials.source, not both",
        "schema.registry.ssl.endpoint.identification.algorithm= |"
            + " schema.registry.ssl.endpoint.identification.algorithm: host names are always"
            + " verified; remove the setting and give the registry a certificate for its host name",
      })
  void saysWhatIsWrongWithCredentials(String settings, String message) {
    Map<String, Object> configs = new HashMap<>(Map.of(URL, "http://one"));
    for (String setting : settings.split(";", -1)) {
      String[] pair = setting.split("=", 2);
      configs.put(pair[0], pair[1]);
    }
    assertThatExceptionOfType(ConfigException.class)
        .isThrownBy(() -> RegistryConfig.from(configs))
        .withMessage(message);
  }

  @Test
  void keepsSecretsToItself() {
    RegistryConfig config =
        from(
            URL, "http://ann:s3cret@one,http://two", "schema.registry.bearer.auth.token", "s3cret");
    assertThat(config + " " + config.endpoints() + " " + config.urls())
        .doesNotContain("s3cret", basic("ann:s3cret"))
        .contains("http://one");
  }

  private static RegistryConfig from(Object... settings) {
    Map<String, Object> configs = new HashMap<>(Map.of(URL, "http://one"));
    for (int i = 0; i < settings.length; i += 2) {
      configs.put((String) settings[i], settings[i + 1]);
    }
    return RegistryConfig.from(configs);
  }

  private static String authorization(RegistryConfig config) {
    return config.endpoints().get(0).authorization().orElse("");
  }

  private static String basic(String userInfo) {
    return "Basic " + Base64.getEncoder().encodeToString(userInfo.getBytes(StandardCharsets.UTF_8));
  }
}
