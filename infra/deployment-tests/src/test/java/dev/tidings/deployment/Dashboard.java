package dev.tidings.deployment;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * A dashboard as Grafana reads it.
 *
 * @param name of its file, without the suffix
 */
record Dashboard(String name, JsonNode json) {
  private static final JsonMapper JSON = new JsonMapper();
  private static final Pattern LABEL_VALUES = Pattern.compile("label_values\\((\\w+), (\\w+)\\)");

  /** All of them. */
  static List<Dashboard> all() {
    try (Stream<Path> files = Files.list(Resources.infra("dashboards/grafana"))) {
      return files.sorted().map(Dashboard::read).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Dashboard read(Path file) {
    try {
      return new Dashboard(
          file.getFileName().toString().replace(".json", ""), JSON.readTree(Resources.text(file)));
    } catch (IOException e) {
      throw new UncheckedIOException(file.toString(), e);
    }
  }

  List<JsonNode> panels() {
    return StreamSupport.stream(json.path("panels").spliterator(), false).toList();
  }

  /** What the panels ask for, with Grafana's own variables replaced by values. */
  List<String> expressions() {
    return panels().stream()
        .flatMap(panel -> StreamSupport.stream(panel.path("targets").spliterator(), false))
        .map(target -> target.path("expr").asText())
        .map(expression -> expression.replace("$__rate_interval", "5m"))
        .toList();
  }

  /** The metrics of its panels and of the choices above them. */
  Set<String> metrics() {
    Set<String> metrics = new TreeSet<>();
    expressions().forEach(expression -> metrics.addAll(PromQl.metrics(expression)));
    for (JsonNode variable : json.at("/templating/list")) {
      Matcher query = LABEL_VALUES.matcher(variable.path("definition").asText());
      if (query.matches()) {
        metrics.add(query.group(1));
      }
    }
    return metrics;
  }

  @Override
  public String toString() {
    return name;
  }
}
