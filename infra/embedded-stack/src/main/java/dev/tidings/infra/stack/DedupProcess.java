package dev.tidings.infra.stack;

import dev.tidings.dedup.Main;
import dev.tidings.infra.process.ChildJvm;
import dev.tidings.infra.process.StartException;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/**
 * {@code tidings-dedup} as a child process that can be killed, and started again on the same state.
 * It ends when this process does. For tests of what faults do. One thread.
 */
public final class DedupProcess implements AutoCloseable {
  private static final Duration START_LIMIT = Duration.ofSeconds(60);
  private static final Duration STOP_LIMIT = Duration.ofSeconds(30);

  private final Path directory;
  private final Path settings;
  private @Nullable ChildJvm jvm;

  private DedupProcess(Path directory, Path settings) {
    this.directory = directory;
    this.settings = settings;
  }

  /**
   * Starts it and returns when it runs.
   *
   * @param directory for its state, settings and output
   * @param settings by the names in {@code DedupConfig}
   * @throws StartException if it does not start
   */
  public static DedupProcess start(Path directory, Map<String, String> settings)
      throws InterruptedException {
    Properties properties = new Properties();
    properties.setProperty("state.dir", directory.resolve("state").toString());
    // What a kill leaves behind is waited for: not longer than a test likes.
    properties.setProperty("producer.transaction.timeout.ms", "5000");
    properties.setProperty("consumer.session.timeout.ms", "6000");
    properties.setProperty("consumer.heartbeat.interval.ms", "1000");
    properties.setProperty("main.consumer.group.instance.id", "dedup-process");
    settings.forEach(properties::setProperty);
    Path file = directory.resolve("dedup.properties");
    try {
      Files.createDirectories(directory);
      try (Writer out = Files.newBufferedWriter(file)) {
        properties.store(out, null);
      }
    } catch (IOException e) {
      throw new StartException("Cannot write " + file + ": " + e, e);
    }
    DedupProcess process = new DedupProcess(directory, file);
    process.restart();
    return process;
  }

  /** Starts it anew after {@link #kill()}. */
  public void restart() throws InterruptedException {
    ChildJvm started =
        ChildJvm.of(Main.class, directory.resolve("dedup.log"))
            .arguments(settings.toString())
            .jvmOptions(ChildJvm.LEAN)
            .start();
    jvm = started;
    started.awaitLine(line -> line.contains("tidings-dedup: started"), START_LIMIT);
  }

  /** Kills it with SIGKILL and returns when it is gone. */
  public void kill() {
    ChildJvm running = jvm;
    if (running != null) {
      running.kill();
      jvm = null;
    }
  }

  /** What it printed so far. */
  public Path output() {
    return directory.resolve("dedup.log");
  }

  /** Stops it in order. */
  @Override
  public void close() {
    ChildJvm running = jvm;
    if (running != null) {
      running.stop(STOP_LIMIT);
      jvm = null;
    }
  }
}
