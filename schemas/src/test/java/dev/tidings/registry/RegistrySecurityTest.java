package dev.tidings.registry;

import static dev.tidings.registry.ScriptedServer.error;
import static dev.tidings.registry.ScriptedServer.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsParameters;
import dev.tidings.registry.RegistryException.Kind;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManagerFactory;
import org.apache.kafka.common.config.ConfigException;
import org.assertj.core.api.ThrowableAssertAlternative;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Credentials and certificates, over real connections. */
@Timeout(60)
class RegistrySecurityTest {
  private static final String PASSWORD = "changeit-123";
  private static final ScriptedServer.Answer OK = json(200, "[]");

  @TempDir static Path directory;
  private static KeyStore localhost;
  private static KeyStore elsewhere;

  @BeforeAll
  static void makeKeys() throws Exception {
    localhost = keyStore("localhost", "dns:localhost,ip:127.0.0.1");
    elsewhere = keyStore("elsewhere", "dns:elsewhere.example");
  }

  @Test
  void sendsTheCredentialsWithEachRequest() {
    try (ScriptedServer server = ScriptedServer.start(OK);
        SchemaRegistry basic = client(Map.of("basic.auth.user.info", "ann:pw"), server.url());
        SchemaRegistry bearer = client(Map.of("bearer.auth.token", "abc"), server.url());
        SchemaRegistry inUrl = client(Map.of(), server.url().replace("http://", "http://bob:pw@"));
        SchemaRegistry none = client(Map.of(), server.url())) {
      basic.subjects();
      bearer.subjects();
      inUrl.subjects();
      none.subjects();
      assertThat(server.asked())
          .extracting(a -> a.header("Authorization"))
          .containsExactly(
              Endpoint.basic("ann:pw"), "Bearer abc", Endpoint.basic("bob:pw"), "null");
    }
  }

  @Test
  void noFailureShowsTheCredentials() {
    try (ScriptedServer server =
        ScriptedServer.start(
            error(401, 401, "Unauthorized"),
            error(403, 403, "no"),
            error(500, 500, "no"),
            error(422, 42201, "no"),
            json(200, "?"))) {
      Map<String, String> once = Map.of("schema.registry.max.retries", "0");
      String url = server.url().replace("http://", "http://ann:s3cret@");
      try (SchemaRegistry client = client(once, url)) {
        assertThatExceptionOfType(RegistryException.class)
            .isThrownBy(client::subjects)
            .withMessage(
                "Schema registry %s does not accept the credentials: correct basic.auth.user.info or"
                        .formatted(server.url())
                    + " bearer.auth.token: Unauthorized");
        for (int i = 0; i < 4; i++) {
          assertThat(stackTrace(catchThrowableOfType(RegistryException.class, client::subjects)))
              .doesNotContain("s3cret", Endpoint.basic("ann:s3cret"));
        }
        server.close();
        assertThat(stackTrace(catchThrowableOfType(RegistryException.class, client::subjects)))
            .contains("No schema registry answers")
            .doesNotContain("s3cret", Endpoint.basic("ann:s3cret"));
      }
    }
  }

  @Test
  void trustsTheStoreItIsGiven() {
    try (ScriptedServer server = tls(localhost, false);
        SchemaRegistry client =
            client(
                Map.of(
                    "schema.registry.ssl.truststore.location",
                    file("localhost"),
                    "schema.registry.ssl.truststore.type",
                    "PKCS12",
                    "schema.registry.ssl.truststore.password",
                    PASSWORD),
                server.url())) {
      assertThat(client.subjects()).isEmpty();
    }
  }

  @Test
  void trustsPemText() throws Exception {
    try (ScriptedServer server = tls(localhost, false);
        SchemaRegistry client =
            client(
                Map.of(
                    "schema.registry.ssl.truststore.type",
                    "PEM",
                    "schema.registry.ssl.truststore.certificates",
                    pem("CERTIFICATE", localhost.getCertificate("localhost").getEncoded())),
                server.url())) {
      assertThat(client.subjects()).isEmpty();
    }
  }

  @Test
  void showsItsOwnCertificate() throws Exception {
    Map<String, String> trust =
        Map.of(
            "schema.registry.ssl.truststore.location",
            file("localhost"),
            "schema.registry.ssl.truststore.type",
            "PKCS12",
            "schema.registry.ssl.truststore.password",
            PASSWORD);
    Map<String, String> key = new HashMap<>(trust);
    key.put("schema.registry.ssl.keystore.location", file("localhost"));
    key.put("schema.registry.ssl.keystore.type", "PKCS12");
    key.put("schema.registry.ssl.keystore.password", PASSWORD);
    key.put("schema.registry.ssl.key.password", PASSWORD);
    try (ScriptedServer server = tls(localhost, true)) {
      try (SchemaRegistry client = client(key, server.url())) {
        assertThat(client.subjects()).isEmpty();
      }
      try (SchemaRegistry client = client(trust, server.url())) {
        assertThatExceptionOfType(RegistryException.class).isThrownBy(client::subjects);
      }
    }
  }

  @Test
  void anUntrustedCertificateIsAConfigurationError() {
    try (ScriptedServer server = tls(localhost, false);
        SchemaRegistry client = client(Map.of(), server.url())) {
      assertUntrusted(client)
          .withMessageStartingWith(
              "TLS with schema registry %s fails: check https:// and".formatted(server.url())
                  + " schema.registry.ssl.truststore.*");
      assertThat(server.asked()).isEmpty();
    }
  }

  @Test
  void theHostNameMustBeInTheCertificate() {
    try (ScriptedServer server = tls(elsewhere, false);
        SchemaRegistry client =
            client(
                Map.of(
                    "schema.registry.ssl.truststore.location",
                    file("elsewhere"),
                    "schema.registry.ssl.truststore.type",
                    "PKCS12",
                    "schema.registry.ssl.truststore.password",
                    PASSWORD),
                server.url())) {
      assertUntrusted(client).withMessageContaining("localhost");
    }
  }

  @Test
  void httpsToAPlainPortIsNotWaitedForLong() {
    // Depending on the server, it hangs up, answers in plain text, or waits for more.
    Map<String, String> once =
        Map.of(
            "schema.registry.max.retries", "0",
            "schema.registry.request.timeout.ms", "300");
    try (ScriptedServer server = ScriptedServer.start(OK);
        SchemaRegistry client = client(once, server.url().replace("http:", "https:"))) {
      assertThatExceptionOfType(RegistryException.class)
          .isThrownBy(client::subjects)
          .withMessageContaining(server.url().replace("http:", "https:"));
    }
  }

  @Test
  void aStoreThatCannotBeReadSaysSo() {
    assertThatExceptionOfType(ConfigException.class)
        .isThrownBy(
            () ->
                client(
                    Map.of("schema.registry.ssl.truststore.location", "/no/such/file"),
                    "https://one"))
        .withMessageStartingWith("schema.registry.ssl.* cannot be used: ")
        .withMessageContaining("/no/such/file");
    assertThatExceptionOfType(ConfigException.class)
        .isThrownBy(
            () ->
                client(
                    Map.of(
                        "schema.registry.ssl.truststore.location",
                        file("localhost"),
                        "schema.registry.ssl.truststore.password",
                        "s3cret"),
                    "https://one"))
        .withMessageStartingWith("schema.registry.ssl.* cannot be used: ")
        .satisfies(e -> assertThat(stackTrace(e)).doesNotContain("s3cret"));
  }

  private static ThrowableAssertAlternative<RegistryException> assertUntrusted(
      SchemaRegistry client) {
    return assertThatExceptionOfType(RegistryException.class)
        .isThrownBy(client::subjects)
        .matches(e -> e.kind() == Kind.UNTRUSTED && !e.isRetriable());
  }

  private static SchemaRegistry client(Map<String, String> settings, String url) {
    Map<String, Object> configs = new HashMap<>(settings);
    configs.put("schema.registry.url", url);
    return SchemaRegistry.forConfig(configs);
  }

  private static ScriptedServer tls(KeyStore keys, boolean clientAuthentication) {
    try {
      KeyManagerFactory own = KeyManagerFactory.getInstance("PKIX");
      own.init(keys, PASSWORD.toCharArray());
      TrustManagerFactory trusted = TrustManagerFactory.getInstance("PKIX");
      trusted.init(keys);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(own.getKeyManagers(), trusted.getTrustManagers(), null);
      return ScriptedServer.startTls(
          new HttpsConfigurator(context) {
            @Override
            public void configure(HttpsParameters parameters) {
              SSLParameters ssl = context.getDefaultSSLParameters();
              ssl.setNeedClientAuth(clientAuthentication);
              parameters.setSSLParameters(ssl);
            }
          },
          OK);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** A self-signed key; the file serves as key store and trust store. */
  private static KeyStore keyStore(String name, String subjectAlternativeNames) throws Exception {
    List<String> command =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
            "-genkeypair",
            "-alias",
            name,
            "-keyalg",
            "EC",
            "-dname",
            "CN=" + name,
            "-ext",
            "san=" + subjectAlternativeNames,
            "-validity",
            "2",
            "-storetype",
            "PKCS12",
            "-storepass",
            PASSWORD,
            "-keystore",
            file(name));
    Process keytool = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(keytool.waitFor()).as(output).isZero();
    KeyStore store = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(Path.of(file(name)))) {
      store.load(in, PASSWORD.toCharArray());
    }
    return store;
  }

  private static String file(String name) {
    return directory.resolve(name + ".p12").toString();
  }

  private static String pem(String type, byte[] bytes) {
    return "-----BEGIN %s-----\n%s\n-----END %s-----\n"
        .formatted(type, Base64.getMimeEncoder().encodeToString(bytes), type);
  }

  private static String stackTrace(Throwable failure) {
    StringWriter text = new StringWriter();
    failure.printStackTrace(new PrintWriter(text));
    return text.toString();
  }
}
