package dev.tidings.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What dashboards, alerts and chart ask for is what the programs expose. */
class MetricsIT {
  private static final Pattern IN_DOCUMENTATION =
      Pattern.compile("`((?:tidings_(?:recorder|dedup|informer|writer)|kafka_[a-z]+)_[a-z_]+)`");

  @TempDir static Path directory;

  private static Running running;
  private static Set<String> exposed;

  @BeforeAll
  static void runAll() throws Exception {
    running = Running.start(directory);
    exposed = running.metrics();
  }

  @AfterAll
  static void stopAll() throws Exception {
    if (running != null) {
      running.close();
    }
  }

  @Test
  void dashboardsShowWhatIsExposed() {
    for (Dashboard dashboard : Dashboard.all()) {
      assertThat(dashboard.metrics()).isNotEmpty();
      assertThat(exposed).as(dashboard.name()).containsAll(dashboard.metrics());
    }
  }

  @Test
  void alertsWatchWhatIsExposed() {
    Set<String> watched = new TreeSet<>();
    for (JsonNode alert : AlertsTest.all()) {
      watched.addAll(PromQl.metrics(alert.path("expr").asText()));
    }

    assertThat(watched).hasSizeGreaterThan(15);
    assertThat(exposed).containsAll(watched);
  }

  @Test
  void theDocumentationNamesWhatIsExposed() throws Exception {
    Set<String> named = new TreeSet<>();
    try (Stream<Path> pages = Files.walk(Resources.infra("../docs"))) {
      pages
          .filter(page -> page.toString().endsWith(".md"))
          .flatMap(page -> IN_DOCUMENTATION.matcher(Resources.text(page)).results())
          .forEach(name -> named.add(name.group(1)));
    }

    assertThat(named).isNotEmpty();
    // A histogram goes by the name that its parts begin with.
    assertThat(named)
        .allMatch(name -> exposed.contains(name) || exposed.contains(name + "_count"), "exposed");
  }

  @Test
  void theAutoscalerAsksForWhatTheDedupExposes() throws Exception {
    String metric =
        Resources.document(Resources.infra("helm/tidings/values.yaml"))
            .at("/dedup/autoscaling/metric")
            .asText();

    assertThat(running.dedupMetrics()).contains(metric);
  }

  @Test
  void everythingOfOursIsOnADashboard() {
    Set<String> shown = new TreeSet<>();
    Dashboard.all().forEach(dashboard -> shown.addAll(dashboard.metrics()));
    Set<String> ours = new TreeSet<>();
    exposed.stream()
        .filter(name -> name.startsWith("tidings_"))
        .filter(name -> !name.matches(".*_(max|sum|count)$"))
        .forEach(ours::add);
    // Figures of the process rather than of its state.
    ours.removeAll(List.of("tidings_informer_load_percent", "tidings_informer_watch_capacity"));

    assertThat(shown).containsAll(ours);
  }

  @Test
  void theExporterMakesNamesThatPrometheusTakes() throws Exception {
    assertThat(running.workerMetrics()).allMatch(name -> name.matches("[a-z_][a-z0-9_]*"));
  }
}
