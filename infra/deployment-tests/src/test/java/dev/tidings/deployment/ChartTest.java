package dev.tidings.deployment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.marcnuri.helm.Helm;
import com.marcnuri.helm.LintResult;
import com.marcnuri.helm.TemplateCommand;
import dev.tidings.dedup.DedupConfig;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The chart as Helm renders it, with each of the values files of these tests. */
class ChartTest {
  private static final Path CHART = Resources.infra("helm/tidings");
  private static final Path VALUES = Path.of("src/test/resources/values");
  private static final String EXTERNAL_SECRET = "ExternalSecret";

  static List<Path> values() throws IOException {
    try (Stream<Path> files = Files.list(VALUES)) {
      return files.sorted().toList();
    }
  }

  @Test
  void lintFindsNothing() {
    LintResult result = new Helm(CHART).lint().strict().call();

    assertThat(result.isFailed()).as("%s", result.getMessages()).isFalse();
  }

  @ParameterizedTest
  @MethodSource("values")
  void whatItRendersIsKnownToKubernetes(Path values) {
    List<HasMetadata> resources = render(values);

    assertThat(resources).hasAtLeastOneElementOfType(StatefulSet.class);
    assertThat(resources.stream().map(one -> one.getKind() + one.getMetadata().getName()))
        .doesNotHaveDuplicates();
    assertThat(resources).allMatch(one -> one.getMetadata().getName().length() <= 63);
  }

  @ParameterizedTest
  @MethodSource("values")
  void everyPodIsRestricted(Path values) {
    assertThat(pods(render(values)))
        .isNotEmpty()
        .allSatisfy(
            template -> {
              PodSpec pod = template.getSpec();
              assertThat(pod.getSecurityContext().getRunAsNonRoot()).isTrue();
              assertThat(pod.getSecurityContext().getSeccompProfile().getType())
                  .isEqualTo("RuntimeDefault");
              assertThat(pod.getAutomountServiceAccountToken()).isFalse();
              assertThat(pod.getEnableServiceLinks()).isFalse();
              assertThat(pod.getContainers()).allSatisfy(ChartTest::assertRestricted);
            });
  }

  private static void assertRestricted(Container container) {
    assertThat(container.getSecurityContext().getReadOnlyRootFilesystem()).isTrue();
    assertThat(container.getSecurityContext().getAllowPrivilegeEscalation()).isFalse();
    assertThat(container.getSecurityContext().getCapabilities().getDrop()).containsExactly("ALL");
    assertThat(container.getResources().getLimits()).containsKey("memory");
    assertThat(container.getStartupProbe().getHttpGet().getPath()).startsWith("/health");
    assertThat(container.getReadinessProbe().getHttpGet().getPath()).startsWith("/health");
    assertThat(container.getLivenessProbe().getHttpGet().getPath()).startsWith("/health");
    Set<String> ports =
        container.getPorts().stream().map(port -> port.getName()).collect(Collectors.toSet());
    assertThat(ports).contains(container.getLivenessProbe().getHttpGet().getPort().getStrVal());
    assertThat(container.getEnv().stream().map(EnvVar::getName)).doesNotHaveDuplicates();
  }

  @ParameterizedTest
  @MethodSource("values")
  void everyVolumeMountedIsThere(Path values) {
    for (HasMetadata resource : render(values)) {
      Set<String> claimed = new HashSet<>();
      PodTemplateSpec pod;
      if (resource instanceof StatefulSet set) {
        pod = set.getSpec().getTemplate();
        set.getSpec()
            .getVolumeClaimTemplates()
            .forEach(claim -> claimed.add(claim.getMetadata().getName()));
      } else if (resource instanceof Deployment deployment) {
        pod = deployment.getSpec().getTemplate();
      } else {
        continue;
      }
      pod.getSpec().getVolumes().forEach(volume -> claimed.add(volume.getName()));
      assertThat(
              pod.getSpec().getContainers().get(0).getVolumeMounts().stream()
                  .map(VolumeMount::getName))
          .containsExactlyInAnyOrderElementsOf(claimed);
    }
  }

  @ParameterizedTest
  @MethodSource("values")
  void everySelectorFindsItsPods(Path values) {
    List<HasMetadata> resources = render(values);
    List<Map<String, String>> pods =
        pods(resources).stream().map(pod -> pod.getMetadata().getLabels()).toList();
    List<Map<String, String>> selectors =
        resources.stream().map(ChartTest::selector).filter(one -> !one.isEmpty()).toList();

    assertThat(selectors)
        .isNotEmpty()
        .allSatisfy(
            selector ->
                assertThat(pods)
                    .filteredOn(labels -> labels.entrySet().containsAll(selector.entrySet()))
                    .hasSize(1));
  }

  private static Map<String, String> selector(HasMetadata resource) {
    if (resource instanceof StatefulSet set) {
      return set.getSpec().getSelector().getMatchLabels();
    } else if (resource instanceof Deployment deployment) {
      return deployment.getSpec().getSelector().getMatchLabels();
    } else if (resource instanceof PodDisruptionBudget budget) {
      return budget.getSpec().getSelector().getMatchLabels();
    } else if (resource instanceof NetworkPolicy policy) {
      return policy.getSpec().getPodSelector().getMatchLabels();
    } else if (resource instanceof io.fabric8.kubernetes.api.model.Service service) {
      return service.getSpec().getSelector();
    } else if (resource
        instanceof io.fabric8.openshift.api.model.monitoring.v1.PodMonitor monitor) {
      return monitor.getSpec().getSelector().getMatchLabels();
    }
    return Map.of();
  }

  @ParameterizedTest
  @MethodSource("values")
  void theDedupTakesItsSettings(Path values) {
    Map<String, Object> settings = new HashMap<>();
    environment(one(render(values), StatefulSet.class).getSpec().getTemplate())
        .forEach(
            (name, value) -> {
              String setting = name.toLowerCase(java.util.Locale.ROOT).replace('_', '.');
              if (setting.startsWith("kafka.")) {
                settings.put(setting.substring("kafka.".length()), value);
              } else if (setting.startsWith("tidings.")) {
                settings.put(setting, value);
                assertThat(
                        DedupConfig.definition().names().contains(setting)
                            || setting.startsWith(DedupConfig.TYPES))
                    .as(setting)
                    .isTrue();
              }
            });

    assertThat(DedupConfig.of(settings).topics().prefix()).isNotBlank();
  }

  @ParameterizedTest
  @MethodSource("values")
  void theConnectorsTakeTheirSettings(Path values) throws Exception {
    for (HasMetadata resource : render(values)) {
      if (resource instanceof ConfigMap map && map.getMetadata().getName().contains("connectors")) {
        for (Map.Entry<String, String> file : map.getData().entrySet()) {
          Map<String, String> settings = new HashMap<>();
          new JsonMapper()
              .readTree(file.getValue())
              .properties()
              .forEach(setting -> settings.put(setting.getKey(), setting.getValue().asText()));
          assertThat(Connectors.problems(settings.get("connector.class"), settings))
              .as(file.getKey())
              .isEmpty();
        }
      }
    }
  }

  @Test
  void everythingThatCanBeSetIsRendered() {
    List<HasMetadata> resources = render(VALUES.resolve("everything.yaml"));
    StatefulSet dedup = one(resources, StatefulSet.class);
    HorizontalPodAutoscaler autoscaler = one(resources, HorizontalPodAutoscaler.class);

    // The autoscaler's business.
    assertThat(dedup.getSpec().getReplicas()).isNull();
    assertThat(autoscaler.getSpec().getScaleTargetRef().getName())
        .isEqualTo(dedup.getMetadata().getName());
    Map<String, String> environment = environment(dedup.getSpec().getTemplate());
    assertThat(environment)
        .containsEntry("KAFKA_NUM_STANDBY_REPLICAS", "2")
        .containsEntry("KAFKA_SECURITY_PROTOCOL", "SASL_SSL")
        .containsEntry("TIDINGS_STORE", "rocksdb")
        .containsEntry("TIDINGS_DEDUP_INTERVAL_MS", "600000")
        .containsEntry("TIDINGS_TOPIC_PREFIX", "prod");
    assertThat(secrets(dedup.getSpec().getTemplate()))
        .containsExactly("KAFKA_SASL_JAAS_CONFIG dedup-user sasl.jaas.config");
    assertThat(documents(VALUES.resolve("everything.yaml")))
        .filteredOn(document -> document.path("kind").asText().equals(EXTERNAL_SECRET))
        .hasSize(4)
        .allSatisfy(
            secret -> {
              assertThat(secret.at("/spec/target/name").asText())
                  .isEqualTo(secret.at("/metadata/name").asText());
              assertThat(secret.at("/spec/secretStoreRef/name").asText()).isEqualTo("vault");
              assertThat(secret.at("/spec/dataFrom/0/extract/key").asText()).isNotBlank();
            });
  }

  @Test
  void podsReachWhatTheyNeedAndNothingElse() {
    Map<String, NetworkPolicy> policies =
        render(VALUES.resolve("everything.yaml")).stream()
            .filter(NetworkPolicy.class::isInstance)
            .map(NetworkPolicy.class::cast)
            .collect(
                Collectors.toMap(
                    policy -> policy.getMetadata().getLabels().get("app.kubernetes.io/component"),
                    policy -> policy));
    NetworkPolicy dedup = policies.get("dedup");
    NetworkPolicy connect = policies.get("connect");

    assertThat(policies).hasSize(2);
    assertThat(policies.values())
        .allSatisfy(
            policy ->
                assertThat(policy.getSpec().getPolicyTypes())
                    .containsExactlyInAnyOrder("Ingress", "Egress"));
    assertThat(outgoing(dedup)).containsExactlyInAnyOrder(53, 53, 9093, 443);
    assertThat(outgoing(connect)).containsExactlyInAnyOrder(53, 53, 9093, 443, 8083, 6514, 5432);
    assertThat(incoming(dedup)).containsExactly(8080);
    assertThat(incoming(connect)).containsExactlyInAnyOrder(8083, 9404);
  }

  private static List<Integer> outgoing(NetworkPolicy policy) {
    return policy.getSpec().getEgress().stream()
        .flatMap(rule -> rule.getPorts().stream())
        .map(port -> port.getPort().getIntVal())
        .toList();
  }

  /** Each from somebody who is named. */
  private static List<Integer> incoming(NetworkPolicy policy) {
    assertThat(policy.getSpec().getIngress())
        .allSatisfy(rule -> assertThat(rule.getFrom()).isNotEmpty());
    return policy.getSpec().getIngress().stream()
        .flatMap(rule -> rule.getPorts().stream())
        .map(port -> port.getPort().getIntVal())
        .toList();
  }

  @Test
  void theAlertsAreThoseOfTheDashboards() {
    assertThat(alerts(VALUES.resolve("everything.yaml"))).isEqualTo(AlertsTest.all());
    assertThat(alerts(VALUES.resolve("dedup-only.yaml")))
        .isEqualTo(
            AlertsTest.all().stream()
                .filter(
                    alert ->
                        !Set.of("TidingsRecorderLagging", "TidingsConnectDown")
                            .contains(alert.path("alert").asText()))
                .toList());
    assertThat(alerts(VALUES.resolve("least.yaml"))).isEmpty();
  }

  private static List<JsonNode> alerts(Path values) {
    return documents(values).stream()
        .filter(document -> document.path("kind").asText().equals("PrometheusRule"))
        .flatMap(rule -> rule.at("/spec/groups").findParents("alert").stream())
        .toList();
  }

  @Test
  void withoutMonitoringNobodyCallsTheDedup() {
    NetworkPolicy dedup =
        render(VALUES.resolve("least.yaml")).stream()
            .filter(NetworkPolicy.class::isInstance)
            .map(NetworkPolicy.class::cast)
            .filter(policy -> policy.getMetadata().getName().endsWith("dedup"))
            .findFirst()
            .orElseThrow();

    assertThat(dedup.getSpec().getIngress()).isEmpty();
  }

  @Test
  void noSecretIsInPlainSight() {
    List<JsonNode> documents = documents(VALUES.resolve("everything.yaml"));

    assertThat(documents).noneMatch(document -> document.path("kind").asText().equals("Secret"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "kafka.bootstrapServers| |kafka.bootstrapServers is needed",
        "registry.url| |registry.url is needed",
        "kafka.bootstrapServers|broker|does not match pattern",
        "dedup.replicas|0|minimum",
        "dedup.replica|2|replica",
        "connect.connectors.syslog.connector\\.class|x|must begin with tidings-",
        "externalSecrets.enabled|true|externalSecrets.store.name is needed",
      })
  void aWrongValueIsSaid(String name, String value, String said) {
    TemplateCommand template = template().withValuesFile(VALUES.resolve("least.yaml"));
    Object typed =
        value == null
            ? ""
            : value.matches("\\d+")
                ? (Object) Integer.valueOf(value)
                : value.equals("true") ? (Object) true : value;

    assertThatThrownBy(() -> template.set(name, typed).call()).hasMessageContaining(said);
  }

  private static TemplateCommand template() {
    return new Helm(CHART)
        .template()
        .withKubeVersion("1.32.0")
        .withName("events")
        .withNamespace("platform");
  }

  private static List<JsonNode> documents(Path values) {
    return Resources.documents(template().withValuesFile(values).call());
  }

  /** All that have a class of their own. */
  private static List<HasMetadata> render(Path values) {
    return documents(values).stream()
        .filter(document -> !document.path("kind").asText().equals(EXTERNAL_SECRET))
        .map(Resources::strict)
        .toList();
  }

  private static List<PodTemplateSpec> pods(List<HasMetadata> resources) {
    return resources.stream()
        .flatMap(
            resource ->
                resource instanceof StatefulSet set
                    ? Stream.of(set.getSpec().getTemplate())
                    : resource instanceof Deployment deployment
                        ? Stream.of(deployment.getSpec().getTemplate())
                        : Stream.empty())
        .toList();
  }

  private static Map<String, String> environment(PodTemplateSpec pod) {
    return pod.getSpec().getContainers().get(0).getEnv().stream()
        .filter(variable -> variable.getValue() != null)
        .collect(Collectors.toMap(EnvVar::getName, EnvVar::getValue));
  }

  private static List<String> secrets(PodTemplateSpec pod) {
    return pod.getSpec().getContainers().get(0).getEnv().stream()
        .filter(variable -> variable.getValueFrom() != null)
        .filter(variable -> variable.getValueFrom().getSecretKeyRef() != null)
        .map(
            variable ->
                "%s %s %s"
                    .formatted(
                        variable.getName(),
                        variable.getValueFrom().getSecretKeyRef().getName(),
                        variable.getValueFrom().getSecretKeyRef().getKey()))
        .toList();
  }

  private static <T extends HasMetadata> T one(List<HasMetadata> resources, Class<T> type) {
    List<T> found = resources.stream().filter(type::isInstance).map(type::cast).toList();
    assertThat(found).hasSize(1);
    return found.get(0);
  }
}
