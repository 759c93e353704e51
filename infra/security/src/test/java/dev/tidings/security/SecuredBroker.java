package dev.tidings.security;

import dev.tidings.infra.kafka.BrokerConfig;
import dev.tidings.infra.kafka.EmbeddedKafka;
import dev.tidings.infra.receivers.Certificates;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ScramCredentialInfo;
import org.apache.kafka.clients.admin.ScramMechanism;
import org.apache.kafka.clients.admin.UserScramCredentialUpsertion;

/**
 * A broker that talks TLS only, knows its users by SCRAM or OAUTHBEARER, and allows nothing that
 * was not granted.
 */
final class SecuredBroker implements AutoCloseable {
  static final String PASSWORD = "a-password";
  private static final String MODULES = "org.apache.kafka.common.security.";
  private static final String PLAIN = MODULES + "plain.PlainLoginModule";
  private static final String SCRAM = MODULES + "scram.ScramLoginModule";
  private static final String BEARER = MODULES + "oauthbearer.OAuthBearerLoginModule";
  private static final String ADMIN = "admin";
  private static final String ALLOWED_URLS = "org.apache.kafka.sasl.oauthbearer.allowed.urls";

  private final EmbeddedKafka kafka;
  private final Certificates certificates;
  private final TokenIssuer tokens;

  private SecuredBroker(EmbeddedKafka kafka, Certificates certificates, TokenIssuer tokens) {
    this.kafka = kafka;
    this.certificates = certificates;
    this.tokens = tokens;
  }

  static SecuredBroker start(Path directory) throws Exception {
    Certificates certificates = Certificates.in(directory.resolve("certificates"));
    TokenIssuer tokens = TokenIssuer.start(PASSWORD);
    System.setProperty(ALLOWED_URLS, tokens.url("/keys") + "," + tokens.url("/token"));
    BrokerConfig config = BrokerConfig.in(directory.resolve("kafka"));
    for (Map.Entry<String, String> property : properties(certificates, tokens).entrySet()) {
      config = config.withProperty(property.getKey(), property.getValue());
    }
    return new SecuredBroker(EmbeddedKafka.start(config), certificates, tokens);
  }

  private static Map<String, String> properties(Certificates certificates, TokenIssuer tokens)
      throws IOException {
    String listener = "listener.name.plaintext.";
    Map<String, String> all = new HashMap<>();
    all.put("listener.security.protocol.map", "PLAINTEXT:SASL_SSL,CONTROLLER:PLAINTEXT");
    all.put("ssl.keystore.type", "PEM");
    all.put("ssl.keystore.certificate.chain", Files.readString(certificates.serverCertificate()));
    all.put("ssl.keystore.key", Files.readString(certificates.serverKey()));
    all.put("ssl.truststore.type", "PEM");
    all.put("ssl.truststore.certificates", Files.readString(certificates.authority()));
    all.put("sasl.enabled.mechanisms", "PLAIN,SCRAM-SHA-512,OAUTHBEARER");
    all.put("sasl.mechanism.inter.broker.protocol", "PLAIN");
    all.put(
        listener + "plain.sasl.jaas.config",
        "%s required username=\"%s\" password=\"%s\" user_%s=\"%s\";"
            .formatted(PLAIN, ADMIN, PASSWORD, ADMIN, PASSWORD));
    all.put(listener + "scram-sha-512.sasl.jaas.config", SCRAM + " required;");
    all.put(listener + "oauthbearer.sasl.jaas.config", BEARER + " required;");
    all.put(
        listener + "oauthbearer.sasl.server.callback.handler.class",
        "org.apache.kafka.common.security.oauthbearer.OAuthBearerValidatorCallbackHandler");
    all.put(listener + "oauthbearer.sasl.oauthbearer.jwks.endpoint.url", tokens.url("/keys"));
    all.put(listener + "oauthbearer.sasl.oauthbearer.expected.audience", TokenIssuer.AUDIENCE);
    all.put(listener + "oauthbearer.sasl.oauthbearer.expected.issuer", tokens.issuer());
    all.put("authorizer.class.name", NotingAuthorizer.class.getName());
    // The controller's listener, which knows nobody's name, is on loopback and for itself.
    all.put("super.users", "User:%s;User:ANONYMOUS".formatted(ADMIN));
    return all;
  }

  /** Makes users of these names, each with the role of its name. */
  void grant(Acls acls, List<String> roles) throws Exception {
    try (Admin admin = Admin.create(admin())) {
      admin
          .alterUserScramCredentials(
              roles.stream()
                  .map(
                      role ->
                          (org.apache.kafka.clients.admin.UserScramCredentialAlteration)
                              new UserScramCredentialUpsertion(
                                  role,
                                  new ScramCredentialInfo(ScramMechanism.SCRAM_SHA_512, 4096),
                                  PASSWORD))
                  .toList())
          .all()
          .get(30, TimeUnit.SECONDS);
      admin
          .createAcls(roles.stream().flatMap(role -> acls.bindings(role, role)).toList())
          .all()
          .get(30, TimeUnit.SECONDS);
    }
  }

  String bootstrapServers() {
    return kafka.bootstrapServers();
  }

  Certificates certificates() {
    return certificates;
  }

  /** Settings of any Kafka client of somebody who may do everything. */
  Map<String, Object> admin() {
    return sasl(
        "PLAIN", "%s required username=\"%s\" password=\"%s\";".formatted(PLAIN, ADMIN, PASSWORD));
  }

  /** Settings of any Kafka client of a user, known by SCRAM. */
  Map<String, Object> scram(String user) {
    return scram(user, PASSWORD);
  }

  Map<String, Object> scram(String user, String password) {
    return sasl(
        "SCRAM-SHA-512",
        "%s required username=\"%s\" password=\"%s\";".formatted(SCRAM, user, password));
  }

  /** Settings of any Kafka client of a user, known by a token. */
  Map<String, Object> token(String user) {
    Map<String, Object> settings =
        sasl(
            "OAUTHBEARER",
            "%s required clientId=\"%s\" clientSecret=\"%s\";".formatted(BEARER, user, PASSWORD));
    settings.put(
        "sasl.login.callback.handler.class",
        "org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginCallbackHandler");
    settings.put("sasl.oauthbearer.token.endpoint.url", tokens.url("/token"));
    return settings;
  }

  private Map<String, Object> sasl(String mechanism, String jaas) {
    Map<String, Object> settings = new HashMap<>();
    settings.put("bootstrap.servers", bootstrapServers());
    settings.put("security.protocol", "SASL_SSL");
    settings.put("sasl.mechanism", mechanism);
    settings.put("sasl.jaas.config", jaas);
    settings.put("ssl.truststore.type", "PEM");
    settings.put("ssl.truststore.location", certificates.authority().toString());
    return settings;
  }

  @Override
  public void close() {
    kafka.close();
    tokens.close();
    System.clearProperty(ALLOWED_URLS);
  }
}
