package dev.tidings.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.tidings.cli.SharedStack.Outcome;
import dev.tidings.infra.kafka.BrokerConfig;
import dev.tidings.infra.kafka.EmbeddedKafka;
import dev.tidings.wire.PlatformTopics;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.apache.kafka.metadata.authorizer.StandardAuthorizer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What is wrong with a platform is made to be so, and the doctor finds it. */
@Timeout(120)
class DoctorIT {
  private static final SharedStack SHARED = SharedStack.get();
  private static final Duration LIMIT = Duration.ofSeconds(30);

  @TempDir Path directory;

  private static Outcome doctor(String... more) {
    return SHARED.run(
        Stream.concat(Stream.of("doctor", "-o", "jsonl"), Stream.of(more)).toArray(String[]::new));
  }

  private static List<String> of(String check, Outcome outcome) throws IOException {
    List<String> findings = new ArrayList<>();
    for (String line : outcome.out().lines().toList()) {
      JsonNode finding = new JsonMapper().readTree(line);
      if (finding.path("check").asText().equals(check)) {
        findings.add(
            "%s %s (%s)"
                .formatted(
                    finding.path("state").asText(),
                    finding.path("what").asText(),
                    finding.path("remedy").asText()));
      }
    }
    return findings;
  }

  @Test
  void aConnectorThatFailedIsSaidWithItsReason() throws Exception {
    String worker = SHARED.stack().connectUrl();
    SHARED.record("doctor", "INFO", "demo.Started", "Disk/doctor/b", "no JSON");
    String config =
        new JsonMapper()
            .writeValueAsString(
                Map.of(
                    "connector.class",
                    "dev.tidings.writers.lines.LinesSinkConnector",
                    "file",
                    directory.resolve("events.jsonl").toString(),
                    "topics",
                    SHARED.topics().events(),
                    // The wrong one: a common mistake.
                    "value.converter",
                    "org.apache.kafka.connect.json.JsonConverter"));
    try {
      assertThat(connect("PUT", worker + "/connectors/broken/config", config)).contains("broken");
      await()
          .atMost(LIMIT)
          .until(() -> connect("GET", worker + "/connectors/broken/status", "").contains("FAILED"));
      Outcome ill = doctor("--connect", worker);
      assertThat(ill.code()).isEqualTo(ExitCode.INCOMPLETE);
      assertThat(of("connect", ill))
          .singleElement()
          .asString()
          .startsWith("FAILURE task 0 of broken failed: ")
          .matches(".* failed: \\S.* \\(mend that, then: .*")
          .contains("/connectors/broken/restart?includeTasks=true&onlyFailed=true")
          .doesNotContain("Exception");

      connect("PUT", worker + "/connectors/broken/pause", "");
      await()
          .atMost(LIMIT)
          .until(() -> connect("GET", worker + "/connectors/broken/status", "").contains("PAUSED"));
      assertThat(of("connect", doctor("--connect", worker)))
          .anyMatch(finding -> finding.startsWith("WARNING connector broken is PAUSED"));
    } finally {
      connect("DELETE", worker + "/connectors/broken", "");
    }
    assertThat(of("connect", doctor("--connect", worker)))
        .singleElement()
        .asString()
        .startsWith("OK 0 connectors");
  }

  private static String connect(String method, String url, String body) throws Exception {
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(URI.create(url))
                .timeout(LIMIT)
                .header("Content-Type", "application/json")
                .method(method, BodyPublishers.ofString(body))
                .build(),
            BodyHandlers.ofString())
        .body();
  }

  @Test
  void whatThisUserMayNotDoIsSaid() throws Exception {
    BrokerConfig broker =
        BrokerConfig.temporary()
            .withProperty("authorizer.class.name", StandardAuthorizer.class.getName())
            .withProperty("allow.everyone.if.no.acl.found", "true");
    try (EmbeddedKafka kafka = EmbeddedKafka.start(broker);
        Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
      admin
          .createTopics(PlatformTopics.defaults(SHARED.topics()).withPartitions(1).all())
          .all()
          .get(30, TimeUnit.SECONDS);
      assertThat(of("permissions", doctor("--bootstrap-servers", kafka.bootstrapServers())))
          .singleElement()
          .asString()
          .startsWith("OK");

      admin
          .createAcls(
              List.of(
                  denied(SHARED.topics().recorded(), AclOperation.WRITE),
                  denied(SHARED.topics().batches(), AclOperation.READ),
                  allowed(SHARED.topics().recorded()),
                  allowed(SHARED.topics().batches())))
          .all()
          .get(30, TimeUnit.SECONDS);
      await()
          .atMost(LIMIT)
          .untilAsserted(
              () ->
                  assertThat(
                          of(
                              "permissions",
                              doctor("--bootstrap-servers", kafka.bootstrapServers())))
                      .satisfiesExactlyInAnyOrder(
                          finding ->
                              assertThat(finding)
                                  .startsWith(
                                      "WARNING this user may not WRITE tidings.recorded, so it"
                                          + " cannot record events")
                                  .contains("--operation WRITE --topic tidings.recorded"),
                          finding ->
                              assertThat(finding)
                                  .startsWith("WARNING this user may not READ tidings.batches")));
    }
  }

  private static AclBinding denied(String topic, AclOperation operation) {
    return acl(topic, operation, AclPermissionType.DENY);
  }

  private static AclBinding allowed(String topic) {
    return acl(topic, AclOperation.ALL, AclPermissionType.ALLOW);
  }

  private static AclBinding acl(String topic, AclOperation operation, AclPermissionType type) {
    return new AclBinding(
        new ResourcePattern(ResourceType.TOPIC, topic, PatternType.LITERAL),
        new AccessControlEntry("User:*", "*", operation, type));
  }
}
