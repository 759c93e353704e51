package dev.tidings.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class DashboardsTest {
  private static final int COLUMNS = 24;
  private static final String DATA_SOURCE = "${datasource}";

  @TempDir Path directory;

  static List<Dashboard> dashboards() {
    return Dashboard.all();
  }

  @Test
  void thereIsOneForEachProgram() {
    assertThat(Dashboard.all())
        .extracting(Dashboard::name)
        .containsExactly(
            "tidings-dedup", "tidings-informers", "tidings-recorder", "tidings-writers");
  }

  @ParameterizedTest
  @MethodSource("dashboards")
  void everyPanelSaysWhatItShowsAndTakesTheChosenSource(Dashboard dashboard) {
    assertThat(dashboard.json().path("uid").asText()).isEqualTo(dashboard.name());
    assertThat(dashboard.panels())
        .isNotEmpty()
        .allSatisfy(
            panel -> {
              assertThat(panel.path("title").asText()).isNotBlank();
              assertThat(panel.path("description").asText()).endsWith(".");
              assertThat(panel.at("/datasource/uid").asText()).isEqualTo(DATA_SOURCE);
              assertThat(panel.path("targets"))
                  .isNotEmpty()
                  .allSatisfy(
                      target -> {
                        assertThat(target.at("/datasource/uid").asText()).isEqualTo(DATA_SOURCE);
                        assertThat(PromQl.metrics(target.path("expr").asText())).isNotEmpty();
                      });
            });
    assertThat(dashboard.panels().stream().map(panel -> panel.path("id").asInt()))
        .doesNotHaveDuplicates();
  }

  @ParameterizedTest
  @MethodSource("dashboards")
  void noPanelLiesOverAnother(Dashboard dashboard) {
    List<String> cells =
        dashboard.panels().stream().flatMap(panel -> cells(panel.path("gridPos"))).toList();

    assertThat(cells).doesNotHaveDuplicates();
  }

  private static java.util.stream.Stream<String> cells(JsonNode position) {
    int x = position.path("x").asInt();
    int y = position.path("y").asInt();
    assertThat(x + position.path("w").asInt()).isLessThanOrEqualTo(COLUMNS);
    return IntStream.range(x, x + position.path("w").asInt())
        .boxed()
        .flatMap(
            column ->
                IntStream.range(y, y + position.path("h").asInt())
                    .mapToObj(row -> column + "/" + row));
  }

  @ParameterizedTest
  @MethodSource("dashboards")
  void prometheusUnderstandsEveryQuery(Dashboard dashboard) throws Exception {
    List<Map<String, String>> rules =
        IntStream.range(0, dashboard.expressions().size())
            .mapToObj(
                index ->
                    Map.of("record", "query:" + index, "expr", dashboard.expressions().get(index)))
            .toList();
    Path file = directory.resolve("queries.yaml");
    Files.writeString(
        file,
        new YAMLMapper()
            .writeValueAsString(
                Map.of("groups", List.of(Map.of("name", "queries", "rules", rules)))));

    Promtool.assertSuccess("check", "rules", file.toString());
  }
}
