package dev.tidings.documentation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tidings.event.Severity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every block of commands that users read does what it says, in the order of the pages. */
class CommandBlocksIT {
  private static final Duration LIMIT = Duration.ofSeconds(90);

  @TempDir static Path directory;
  private static Process up;

  @BeforeAll
  static void start() throws Exception {
    writePrograms();
    writeFiles();
    Path log = directory.resolve("up.log");
    up = bash("tidings up\n", log, directory.resolve("home"));
    awaitText(up, log, "Tidings is up");
  }

  @AfterAll
  static void stop() throws Exception {
    interrupt(up);
  }

  static Stream<CommandBlock> blocks() throws IOException {
    List<CommandBlock> blocks = new ArrayList<>();
    for (Path page : Pages.all()) {
      blocks.addAll(CommandBlock.in(page));
    }
    assertThat(blocks).isNotEmpty();
    return blocks.stream();
  }

  @ParameterizedTest
  @MethodSource("blocks")
  void doesWhatItSays(CommandBlock block) throws Exception {
    assumeTrue(block.notRun().isEmpty(), block.where() + " is not run here: " + block.notRun());
    Path log = Files.createTempFile(directory, "block", ".log");
    Path home = directory.resolve(block.alone() ? "alone-" + System.nanoTime() : "home");
    Process process = bash(block.script(), log, home);
    if (!block.until().isEmpty()) {
      awaitText(process, log, block.until());
      interrupt(process);
      return;
    }
    if (!process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
      interrupt(process);
      fail("%s does not end:%n%s%n%s", block, block.script(), Files.readString(log));
    }
    assertThat(process.exitValue())
        .as("%s%n%s%n%s", block, block.script(), Files.readString(log))
        .isEqualTo(block.exitCode());
  }

  /**
   * What the scripts in {@code bin} would run, without looking whether something is to be built.
   */
  private static void writePrograms() throws IOException {
    Path bin = Files.createDirectories(directory.resolve("work/bin"));
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    for (Map.Entry<String, String> program :
        Map.of("tidings", "dev.tidings.cli.Tidings", "tidings-dedup", "dev.tidings.dedup.Main")
            .entrySet()) {
      Path script = bin.resolve(program.getKey());
      Files.writeString(
          script,
          "#!/bin/sh\nexec '%s' -XX:TieredStopAtLevel=1 '-Dtidings.registry.home=%s' -cp '%s' %s \"$@\"\n"
              .formatted(
                  java,
                  System.getProperty("tidings.registry.home"),
                  System.getProperty("java.class.path"),
                  program.getValue()));
      Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
  }

  /** The files that the pages speak of. */
  private static void writeFiles() throws IOException {
    Path work = directory.resolve("work");
    Files.writeString(work.resolve("types.json"), "{\"mine.Thing\": \"What it means\"}\n");
    StringBuilder lines = new StringBuilder();
    for (Severity severity : List.of(Severity.INFO, Severity.WARN, Severity.ERROR)) {
      lines.append(
          """
          {"time":"2026-01-31T12:00:00Z","type":"mine.Thing","severity":"%s","source":{"node":"n1","component":"c"},"message":"hello"}
          """
              .formatted(severity));
    }
    Files.writeString(work.resolve("events.jsonl"), lines);
    Files.writeString(
        work.resolve("dedup.properties"),
        "bootstrap.servers=127.0.0.1:1\nschema.registry.url=http://127.0.0.1:1\n");
  }

  private static Process bash(String script, Path log, Path home) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder("bash", "-euo", "pipefail", "-c", script)
            .directory(directory.resolve("work").toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile());
    Map<String, String> environment = builder.environment();
    environment.keySet().removeIf(name -> name.startsWith("TIDINGS_"));
    environment.put("TIDINGS_HOME", home.toString());
    environment.put("XDG_CACHE_HOME", directory.resolve("cache").toString());
    environment.put("PATH", directory.resolve("work/bin") + ":" + environment.get("PATH"));
    return builder.start();
  }

  private static void awaitText(Process process, Path log, String text) {
    await().atMost(LIMIT).until(() -> !process.isAlive() || Files.readString(log).contains(text));
    assertThat(log).content().contains(text);
  }

  /** As Ctrl-C does, to the programs that the shell runs; it ends with them. */
  private static void interrupt(Process process) throws InterruptedException {
    process.descendants().forEach(ProcessHandle::destroy);
    process.destroy();
    if (!process.waitFor(30, TimeUnit.SECONDS)) {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
  }
}
