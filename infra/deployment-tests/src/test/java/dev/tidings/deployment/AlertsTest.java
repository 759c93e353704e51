package dev.tidings.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class AlertsTest {
  private static final Path ALERTS = Resources.infra("dashboards/prometheus/tidings-alerts.yaml");
  private static final Path TESTS =
      Resources.infra("dashboards/prometheus/tidings-alerts-test.yaml");

  /** The alerts. */
  static List<JsonNode> all() {
    return Resources.document(ALERTS).path("groups").findParents("alert");
  }

  @Test
  void everyAlertSaysHowBadItIsAndWhatToDo() {
    assertThat(all())
        .isNotEmpty()
        .allSatisfy(
            alert -> {
              assertThat(alert.at("/labels/severity").asText()).isIn("warning", "critical");
              assertThat(alert.at("/annotations/summary").asText()).isNotBlank();
              assertThat(alert.at("/annotations/description").asText()).endsWith(".");
            });
    assertThat(all().stream().map(alert -> alert.path("alert").asText())).doesNotHaveDuplicates();
  }

  @Test
  void everyAlertIsSeenToFire() {
    Set<String> fired =
        new TreeSet<>(Resources.document(TESTS).path("tests").findValuesAsText("alertname"));

    assertThat(fired)
        .isEqualTo(
            all().stream()
                .map(alert -> alert.path("alert").asText())
                .collect(Collectors.toCollection(TreeSet::new)));
  }

  @Test
  void prometheusTakesTheRules() throws Exception {
    Promtool.assertSuccess("check", "rules", ALERTS.toString());
  }

  @Test
  void theyFireWhenTheyShouldAndOnlyThen() throws Exception {
    Promtool.assertSuccess("test", "rules", TESTS.toString());
  }
}
