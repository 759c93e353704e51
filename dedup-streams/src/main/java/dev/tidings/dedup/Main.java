package dev.tidings.dedup;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code tidings-dedup}: see its {@code --help}. */
@Command(
    name = "tidings-dedup",
    description = "De-duplicates and batches what recorders sent, until it is stopped.",
    versionProvider = Main.Version.class,
    sortOptions = false,
    footer = {
      "",
      "Needed: bootstrap.servers and schema.registry.url. Settings come from FILE and then from the",
      "environment: TIDINGS_BATCH_INTERVAL_MS is tidings.batch.interval.ms, KAFKA_BOOTSTRAP_SERVERS is",
      "bootstrap.servers, KAFKA_SCHEMA_REGISTRY_URL is schema.registry.url. TIDINGS_BOOTSTRAP_SERVERS,",
      "TIDINGS_REGISTRY and TIDINGS_PREFIX are understood as by the tidings command.",
      "TIDINGS_LOG_LEVEL (DEBUG, INFO, WARN, ERROR) says how much is logged to standard error.",
      "",
      "Exit codes:",
      "  0    stopped by a signal, or nothing was to be run",
      "  2    the command line or a setting is wrong",
      "  3    Kafka, the topics or the registry are not there",
      "  4    failed while running"
    })
public final class Main implements Callable<Integer> {
  private static final int WRONG_SETTINGS = 2;
  private static final int NOT_THERE = 3;
  private static final int FAILED = 4;
  private static final Duration STOP_LIMIT = Duration.ofSeconds(20);
  private static final String LOGBACK = "logback.configurationFile";

  @Parameters(index = "0", arity = "0..1", paramLabel = "FILE", description = "Settings.")
  private @Nullable Path file;

  @Option(
      names = "--describe",
      description = "Check the settings, print the topology that they make, and end.")
  private boolean describe;

  @Option(names = "--settings", description = "Print what can be set, and end.")
  private boolean showSettings;

  @Option(names = "--help", usageHelp = true, description = "Show this.")
  private boolean help;

  @Option(names = "--version", versionHelp = true, description = "Show the version.")
  private boolean version;

  @Spec private @Nullable CommandSpec spec;

  private final Map<String, String> environment;

  private Main(Map<String, String> environment) {
    this.environment = environment;
  }

  /** See the class. */
  public static void main(String[] args) {
    // Before the first logger is made. Who has a choice of their own has set it.
    if (System.getProperty(LOGBACK) == null) {
      System.setProperty(LOGBACK, "dev/tidings/dedup/logback.xml");
    }
    int code =
        run(
            args,
            System.getenv(),
            new PrintWriter(System.out, true, StandardCharsets.UTF_8),
            new PrintWriter(System.err, true, StandardCharsets.UTF_8));
    if (code != 0) {
      System.exit(code);
    }
  }

  static int run(String[] args, Map<String, String> environment, PrintWriter out, PrintWriter err) {
    return new CommandLine(new Main(environment))
        .setOut(out)
        .setErr(err)
        .setParameterExceptionHandler(
            (problem, given) -> {
              err.println("tidings-dedup: " + problem.getMessage() + "; see --help");
              return WRONG_SETTINGS;
            })
        .execute(args);
  }

  @Override
  public Integer call() throws InterruptedException {
    if (showSettings) {
      printSettings();
      return 0;
    }
    try {
      DedupConfig config = DedupConfig.of(Environment.settings(file, environment));
      if (describe) {
        out().print(config.describe());
        out().flush();
        return 0;
      }
      return runUntilStopped(DedupApplication.start(config));
    } catch (ConfigException | IOException e) {
      return failed(WRONG_SETTINGS, String.valueOf(e.getMessage()));
    } catch (DedupStartException e) {
      return failed(NOT_THERE, String.valueOf(e.getMessage()));
    }
  }

  private int failed(int code, String reason) {
    err().println("tidings-dedup: " + reason);
    return code;
  }

  private void printSettings() {
    DedupConfig.definition().configKeys().values().stream()
        .sorted(Comparator.comparing(key -> key.name))
        .forEach(this::printSetting);
    out().println("And every setting of Kafka Streams, its clients and the registry client.");
  }

  private void printSetting(ConfigDef.ConfigKey key) {
    out().printf("%s = %s%n", key.name, ConfigDef.convertToString(key.defaultValue, key.type));
    out().println("    " + key.documentation);
    if (key.validator != null) {
      out().println("    Valid: " + key.validator);
    }
  }

  private int runUntilStopped(DedupApplication application) throws InterruptedException {
    CountDownLatch failed = new CountDownLatch(1);
    // The one way out by a signal: it is stopped in order, then the code is ours and not the JVM's.
    Thread stop =
        new Thread(
            () -> {
              boolean stopped = application.close(STOP_LIMIT);
              Runtime.getRuntime().halt(stopped ? 0 : FAILED);
            },
            "tidings-dedup-stop");
    Runtime.getRuntime().addShutdownHook(stop);
    var unused = application.onFailure().thenAccept(cause -> failed.countDown());
    application
        .httpPort()
        .ifPresent(port -> out().println("tidings-dedup: health and metrics on port " + port));
    out().println("tidings-dedup: started");
    failed.await();
    Runtime.getRuntime().removeShutdownHook(stop);
    application.close(STOP_LIMIT);
    return failed(FAILED, "failed: " + application.onFailure().join());
  }

  private PrintWriter out() {
    return commandLine().getOut();
  }

  private PrintWriter err() {
    return commandLine().getErr();
  }

  private CommandLine commandLine() {
    if (spec == null) {
      throw new IllegalStateException("Not run by picocli");
    }
    return spec.commandLine();
  }

  /** From the jar. */
  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
      String version = Main.class.getPackage().getImplementationVersion();
      return new String[] {"tidings-dedup " + (version == null ? "(not packaged)" : version)};
    }
  }
}
