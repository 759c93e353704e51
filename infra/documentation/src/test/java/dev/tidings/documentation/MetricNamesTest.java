package dev.tidings.documentation;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Whoever copies a metric's name from a page finds it. */
class MetricNamesTest {
  private static final Pattern NAME =
      Pattern.compile("tidings_(recorder|dedup|informer|writer)_\\w+");
  private static final Pattern SUFFIX = Pattern.compile("_(sum|count|bucket|max)$");

  @Test
  void everyMetricOnAPageExists() throws IOException {
    String reference = Reference.metrics();
    List<String> unknown = new ArrayList<>();
    for (Path page : Pages.all()) {
      NAME.matcher(Files.readString(page))
          .results()
          .map(match -> SUFFIX.matcher(match.group()).replaceAll(""))
          .filter(name -> !reference.contains("`" + name + "`"))
          .forEach(name -> unknown.add(Pages.ROOT.relativize(page) + ": " + name));
    }
    assertThat(unknown).isEmpty();
  }
}
