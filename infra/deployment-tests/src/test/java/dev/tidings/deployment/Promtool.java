package dev.tidings.deployment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Prometheus' own judge of rules and queries: on Debian, of the package prometheus. */
final class Promtool {
  private Promtool() {}

  /** Passes if promtool finds nothing; skips the test where it is not installed. */
  static void assertSuccess(String... arguments) throws IOException, InterruptedException {
    assumeTrue(
        Programs.isInstalled("promtool"),
        "promtool is not installed: 'apt-get install prometheus' lets this test run");
    List<String> command = new ArrayList<>(List.of("promtool"));
    command.addAll(List.of(arguments));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

    assertThat(process.waitFor()).as(said).isZero();
  }
}
