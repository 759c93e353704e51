package dev.tidings.benchmarks.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** A program of another process, run to its end. */
record TimedProgram(List<String> command, Map<String, String> environment) {

  /** How long it took, and what it wrote. */
  record Run(double seconds, String out) {}

  Run run() throws IOException, InterruptedException {
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().putAll(environment);
    long begun = System.nanoTime();
    Process process = builder.start();
    String out;
    try (InputStream in = process.getInputStream()) {
      process.getOutputStream().close();
      out = new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
    int code = process.waitFor();
    double seconds = (System.nanoTime() - begun) / 1e9;
    if (code != 0) {
      throw new IOException("%s ended with %d: %s".formatted(command, code, out));
    }
    return new Run(seconds, out);
  }
}
