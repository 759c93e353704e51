package dev.tidings.cli;

import dev.tidings.cli.connection.RunFile;
import dev.tidings.cli.connection.TidingsHome;
import dev.tidings.cli.filter.Durations;
import dev.tidings.infra.process.StartException;
import dev.tidings.infra.stack.EmbeddedStack;
import dev.tidings.infra.stack.EmbeddedStackConfig;
import dev.tidings.infra.stack.Writer;
import dev.tidings.wire.Topics;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Runs the whole platform in this process. */
@Command(
    name = "up",
    description =
        "Runs the whole platform on this machine until interrupted: a Kafka broker, a schema"
            + " registry, the de-duplication and a Kafka Connect worker, on loopback only. What is"
            + " in the data directory is kept. Ctrl-C and SIGTERM stop it, with exit code 0.",
    footer = {
      "",
      "Examples:",
      "  tidings up",
      "  tidings up --data-dir ./data --kafka-port 9092 --registry-port 8081",
      "  tidings up --write syslog=tcp://127.0.0.1:601 --write lines=events.jsonl"
    })
final class UpCommand implements Callable<Integer>, Failures.Verbose {
  private static final int LARGEST_PORT = 65_535;

  @Spec private @Nullable CommandSpec spec;

  @Option(
      names = "--data-dir",
      paramLabel = "D",
      description = "Where everything is kept. Default: ~/.tidings/data.")
  private @Nullable Path dataDirectory;

  @Option(
      names = "--kafka-port",
      paramLabel = "P",
      description = "Default: the one it had last with this data, else a free one.")
  private int kafkaPort;

  @Option(names = "--registry-port", paramLabel = "P", description = "Default: likewise.")
  private int registryPort;

  @Option(
      names = "--connect-port",
      paramLabel = "P",
      description = "Of Kafka Connect's REST API. Default: likewise.")
  private int connectPort;

  @Option(
      names = "--prefix",
      paramLabel = "NAME",
      defaultValue = "${TIDINGS_PREFIX:-tidings}",
      description = "What the topics' names start with. Default: ${DEFAULT-VALUE}.")
  private String prefix = Topics.DEFAULT.prefix();

  @Option(
      names = "--partitions",
      paramLabel = "N",
      defaultValue = "6",
      description = "Partitions of topics that are created. Default: ${DEFAULT-VALUE}.")
  private int partitions = 6;

  @Option(
      names = "--dedup-interval",
      paramLabel = "DUR",
      defaultValue = "5m",
      converter = Durations.class,
      description = "How long an event takes repeats. Default: ${DEFAULT-VALUE}.")
  private Duration dedupInterval = Duration.ofMinutes(5);

  @Option(
      names = "--batch-interval",
      paramLabel = "DUR",
      defaultValue = "10s",
      converter = Durations.class,
      description = "How often counts go out. Default: ${DEFAULT-VALUE}.")
  private Duration batchInterval = Duration.ofSeconds(10);

  @Option(
      names = "--write",
      paramLabel = "KIND=TARGET",
      description =
          "Writes all events there, too; can be given several times. syslog=tcp://HOST:PORT (tls,"
              + " udp), store=jdbc:postgresql://…, webhook=URL (cloudevents, slack, discord,"
              + " teams), lines=FILE (- is standard output).")
  private List<String> writers = List.of();

  @Option(names = "--verbose", description = "Show stack traces.")
  private boolean verbose;

  @Option(names = "--help", usageHelp = true, description = "Show this.")
  private boolean help;

  @Override
  public Integer call() throws Exception {
    long begun = System.nanoTime();
    Path home = TidingsHome.path();
    Path data =
        (dataDirectory == null ? home.resolve("data") : dataDirectory).toAbsolutePath().normalize();
    checkPorts();
    List<Writer> parsedWriters = parsedWriters();
    logTo(data);
    EmbeddedStackConfig config = config(data);
    for (Writer writer : parsedWriters) {
      config = config.withWriter(writer);
    }
    EmbeddedStack stack = EmbeddedStack.start(config);
    RunFile runFile = runFile(stack, data);
    // The one way out by a signal: everything is stopped, then the code is ours and not the JVM's.
    Runtime.getRuntime()
        .addShutdownHook(new Thread(() -> stop(stack, runFile, home), "tidings-up-stop"));
    tellOthers(runFile, home, data);
    say(stack, data, (System.nanoTime() - begun) / 1e9);
    PrintWriter err = commandLine().getErr();
    stack.watchWriters(
        line -> {
          err.println("tidings: " + line);
          err.flush();
        });
    return awaitFailure(stack);
  }

  private static void tellOthers(RunFile runFile, Path home, Path data) {
    try {
      runFile.write(home);
      LastPorts.write(data, runFile.bootstrapServers(), runFile.registry(), runFile.connect());
    } catch (IOException e) {
      throw new StartException(
          "%s cannot be written (%s): the other commands could not find this; set TIDINGS_HOME"
              .formatted(home, IoReason.of(e)),
          e);
    }
  }

  private void checkPorts() {
    Set<Integer> taken = new HashSet<>();
    for (int port : new int[] {kafkaPort, registryPort, connectPort}) {
      if (port < 0 || port > LARGEST_PORT) {
        throw new CommandException(ExitCode.USAGE, "%d is no port".formatted(port));
      }
      if (port != 0 && !taken.add(port)) {
        throw new CommandException(
            ExitCode.USAGE,
            "--kafka-port, --registry-port and --connect-port must be different: %d is given twice"
                .formatted(port));
      }
    }
  }

  private static void logTo(Path data) {
    try {
      Files.createDirectories(data.resolve("logs"));
    } catch (IOException e) {
      throw new StartException(
          "The data directory %s cannot be written (%s): choose another with --data-dir"
              .formatted(data, IoReason.of(e)),
          e);
    }
    Logging.toFile(data.resolve("logs").resolve("tidings.log"));
  }

  private EmbeddedStackConfig config(Path data) {
    EmbeddedStackConfig defaults = EmbeddedStackConfig.in(data);
    LastPorts last = LastPorts.freeOf(data);
    return defaults
        .withKafkaPort(kafkaPort != 0 ? kafkaPort : last.kafka())
        .withRegistryPort(registryPort != 0 ? registryPort : last.registry())
        .withConnectPort(connectPort != 0 ? connectPort : last.connect())
        .withTopics(defaults.topics().withTopics(new Topics(prefix)).withPartitions(partitions))
        .withDedup("tidings.dedup.interval.ms", Long.toString(dedupInterval.toMillis()))
        .withDedup("tidings.batch.interval.ms", Long.toString(batchInterval.toMillis()));
  }

  private List<Writer> parsedWriters() {
    try {
      List<Writer> parsed = writers.stream().map(Writer::parse).toList();
      // Now, and not after all the rest has started.
      parsed.forEach(Writer::check);
      return parsed;
    } catch (IllegalArgumentException e) {
      throw new CommandException(ExitCode.USAGE, String.valueOf(e.getMessage()));
    }
  }

  private static RunFile runFile(EmbeddedStack stack, Path data) {
    ProcessHandle self = ProcessHandle.current();
    return new RunFile(
        self.pid(),
        RunFile.startOf(self),
        stack.bootstrapServers(),
        stack.registryUrl(),
        stack.connectUrl(),
        stack.topics().prefix(),
        data.toString());
  }

  private static void stop(EmbeddedStack stack, RunFile runFile, Path home) {
    int code = ExitCode.OK;
    try {
      runFile.delete(home);
      code = stack.onFailure().isDone() ? ExitCode.SERVER : ExitCode.OK;
      stack.close();
    } catch (IOException | RuntimeException e) {
      System.err.println("tidings: did not stop cleanly: " + e.getMessage());
      code = ExitCode.SERVER;
    }
    Runtime.getRuntime().halt(code);
  }

  private void say(EmbeddedStack stack, Path data, double seconds) {
    PrintWriter out = commandLine().getOut();
    stack.warnings().forEach(warning -> commandLine().getErr().println("tidings: " + warning));
    out.printf("Tidings is up, ready in %.1f s.%n", seconds);
    out.printf("  Kafka            %s%n", stack.bootstrapServers());
    out.printf("  schema registry  %s%n", stack.registryUrl());
    out.printf("  Kafka Connect    %s%n", stack.connectUrl());
    stack.writers().forEach(name -> out.printf("  writes to        %s%n", name));
    out.printf("  data and logs    %s%n", data);
    out.println();
    String tidings = System.getProperty("tidings.command", "tidings");
    out.println("Try in another terminal:");
    out.printf("  %s watch%n", tidings);
    out.printf(
        "  %s record --type demo.DiskFailed --severity ERROR 'sda does not answer'%n", tidings);
    out.printf("  %s get%n", tidings);
    out.println("Ctrl-C stops it; the data stays.");
    out.flush();
  }

  private int awaitFailure(EmbeddedStack stack) throws InterruptedException, ExecutionException {
    String reason = stack.onFailure().get();
    throw new CommandException(ExitCode.SERVER, reason);
  }

  private picocli.CommandLine commandLine() {
    if (spec == null) {
      throw new IllegalStateException("picocli sets the spec first");
    }
    return spec.commandLine();
  }

  @Override
  public boolean isVerbose() {
    return verbose;
  }
}
