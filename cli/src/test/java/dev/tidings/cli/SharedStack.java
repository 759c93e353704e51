package dev.tidings.cli;

import dev.tidings.cli.connection.Connection;
import dev.tidings.infra.stack.EmbeddedStack;
import dev.tidings.infra.stack.EmbeddedStackConfig;
import dev.tidings.wire.Topics;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** One running platform for all tests of this JVM, and the command, run against it. */
final class SharedStack {
  private static final List<String> ALONE = List.of("completion", "man", "up");
  private static SharedStack shared;

  private final Path directory;
  private final EmbeddedStack stack;

  /** How a command ended, and what it wrote. */
  record Outcome(int code, String out, String err) {}

  private SharedStack(Path directory) {
    this.directory = directory;
    EmbeddedStackConfig config = EmbeddedStackConfig.in(directory.resolve("data"));
    stack =
        EmbeddedStack.start(
            config
                .withTopics(config.topics().withPartitions(3))
                .withDedup("tidings.batch.interval.ms", "300"));
  }

  static synchronized SharedStack get() {
    if (shared == null) {
      try {
        shared = new SharedStack(Files.createTempDirectory("tidings-cli-test"));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      Runtime.getRuntime().addShutdownHook(new Thread(shared::close));
    }
    return shared;
  }

  private void close() {
    stack.close();
    try (Stream<Path> files = Files.walk(directory)) {
      files.sorted(Comparator.reverseOrder()).map(Path::toFile).forEach(java.io.File::delete);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  EmbeddedStack stack() {
    return stack;
  }

  Topics topics() {
    return stack.topics();
  }

  Connection connection() {
    return new Connection(
        Map.of(
            "bootstrap.servers",
            stack.bootstrapServers(),
            "schema.registry.url",
            stack.registryUrl()),
        topics());
  }

  /** Runs a command against the platform, unless its arguments name another. */
  Outcome run(String... args) {
    List<String> all = new ArrayList<>(List.of(args));
    boolean connects = !ALONE.contains(args[0]);
    if (connects && !all.contains("--bootstrap-servers")) {
      all.add("--bootstrap-servers");
      all.add(stack.bootstrapServers());
    }
    if (connects && !all.contains("--registry")) {
      all.add("--registry");
      all.add(stack.registryUrl());
    }
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int code =
        Tidings.commandLine(new PrintWriter(out), new PrintWriter(err))
            .execute(all.toArray(String[]::new));
    return new Outcome(code, out.toString(), err.toString());
  }

  /** Records an event of a node, by the command. */
  void record(String node, String severity, String type, String object, String message) {
    Outcome recorded =
        run(
            "record",
            "--node",
            node,
            "--component",
            "it",
            "--severity",
            severity,
            "--type",
            type,
            "--object",
            object,
            message);
    if (recorded.code() != 0) {
      throw new IllegalStateException(recorded.err());
    }
  }
}
