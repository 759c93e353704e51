package dev.tidings.dedup;

import java.io.IOException;
import java.io.PrintStream;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.apache.kafka.common.config.ConfigException;

/**
 * {@code tidings-dedup [--describe] [FILE]}: settings from a properties file, then from the
 * environment, where {@code TIDINGS_BATCH_INTERVAL_MS} is {@code tidings.batch.interval.ms} and
 * {@code KAFKA_BOOTSTRAP_SERVERS} is {@code bootstrap.servers}. With {@code --describe} it checks
 * them, prints the topology and ends.
 *
 * <p>Exit codes: 0 stopped by a signal, 2 wrong settings, 3 Kafka, topics or registry not there, 4
 * failed while running.
 */
public final class Main {
  private static final String KAFKA_PREFIX = "KAFKA_";
  private static final String TIDINGS_PREFIX = "TIDINGS_";
  private static final String HELP = "--help";
  private static final String DESCRIBE = "--describe";
  private static final int WRONG_SETTINGS = 2;
  private static final int NOT_THERE = 3;
  private static final int FAILED = 4;
  private static final Duration STOP_LIMIT = Duration.ofSeconds(20);

  private Main() {}

  /** See the class. */
  public static void main(String[] args) {
    int code = run(args, System.getenv(), System.out, System.err);
    if (code != 0) {
      System.exit(code);
    }
  }

  static int run(String[] args, Map<String, String> environment, PrintStream out, PrintStream err) {
    List<String> files = Stream.of(args).filter(argument -> !argument.startsWith("--")).toList();
    List<String> options = Stream.of(args).filter(argument -> argument.startsWith("--")).toList();
    if (options.equals(List.of(HELP))) {
      out.println("Usage: tidings-dedup [--describe] [FILE]   (a properties file)");
      out.println(DedupConfig.definition().toEnrichedRst());
      return 0;
    }
    if (files.size() > 1 || !(options.isEmpty() || options.equals(List.of(DESCRIBE)))) {
      err.println("tidings-dedup: one file of settings at most; see --help");
      return WRONG_SETTINGS;
    }
    DedupApplication application;
    try {
      DedupConfig config = DedupConfig.of(settings(files, environment));
      if (!options.isEmpty()) {
        out.print(config.describe());
        return 0;
      }
      application = DedupApplication.start(config);
    } catch (ConfigException | IOException e) {
      err.println("tidings-dedup: " + e.getMessage());
      return WRONG_SETTINGS;
    } catch (DedupStartException e) {
      err.println("tidings-dedup: " + e.getMessage());
      return NOT_THERE;
    }
    return runUntilStopped(application, out, err);
  }

  private static int runUntilStopped(
      DedupApplication application, PrintStream out, PrintStream err) {
    CountDownLatch over = new CountDownLatch(1);
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  application.close(STOP_LIMIT);
                  over.countDown();
                },
                "tidings-dedup-stop"));
    var unused = application.onFailure().thenAccept(cause -> over.countDown());
    application
        .httpPort()
        .ifPresent(port -> out.println("tidings-dedup: health and metrics on port " + port));
    out.println("tidings-dedup: started");
    try {
      over.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (application.onFailure().isDone()) {
      err.println("tidings-dedup: failed: " + application.onFailure().join());
      return FAILED;
    }
    return 0;
  }

  static Map<String, Object> settings(List<String> files, Map<String, String> environment)
      throws IOException {
    Map<String, Object> settings = new HashMap<>();
    for (String path : files) {
      Properties file = new Properties();
      try (Reader in = Files.newBufferedReader(Path.of(path), StandardCharsets.UTF_8)) {
        file.load(in);
      } catch (IOException e) {
        throw new IOException("Cannot read the settings in " + path + ": " + e, e);
      }
      file.stringPropertyNames().forEach(name -> settings.put(name, file.getProperty(name)));
    }
    environment.forEach(
        (name, value) -> {
          if (name.startsWith(KAFKA_PREFIX)) {
            settings.put(setting(name.substring(KAFKA_PREFIX.length())), value);
          } else if (isOurs(setting(name)) && name.startsWith(TIDINGS_PREFIX)) {
            settings.put(setting(name), value);
          }
        });
    return settings;
  }

  private static boolean isOurs(String setting) {
    return DedupConfig.definition().names().contains(setting)
        || setting.startsWith(DedupConfig.TYPES + ".");
  }

  private static String setting(String variable) {
    return variable.toLowerCase(Locale.ROOT).replace('_', '.');
  }
}
