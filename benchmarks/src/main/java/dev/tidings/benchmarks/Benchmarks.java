package dev.tidings.benchmarks;

import dev.tidings.benchmarks.cli.CliMeasurement;
import dev.tidings.benchmarks.dedup.DedupBenchmark;
import dev.tidings.benchmarks.dedup.DedupFaults;
import dev.tidings.benchmarks.e2e.EndToEnd;
import dev.tidings.benchmarks.e2e.EndToEndFaults;
import dev.tidings.benchmarks.frame.FaultRun;
import dev.tidings.benchmarks.frame.Measurement;
import dev.tidings.benchmarks.frame.Target;
import dev.tidings.benchmarks.informer.InformerFaults;
import dev.tidings.benchmarks.informer.InformerMeasurement;
import dev.tidings.benchmarks.recorder.RecorderCalls;
import dev.tidings.benchmarks.recorder.RecorderFaults;
import dev.tidings.benchmarks.writers.WritersFaults;
import dev.tidings.benchmarks.writers.WritersThroughput;
import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * {@code benchmarks/run NAME} and {@code benchmarks/faults NAME}. Both end with a line per target,
 * and exit with 0 only if none is short, 1 if one is, 2 for a wrong call and 3 if they could not be
 * run.
 */
@Command(
    name = "benchmarks",
    subcommands = {Benchmarks.Run.class, Benchmarks.Faults.class})
public final class Benchmarks {
  private static final List<Measurement> MEASUREMENTS =
      Stream.concat(
              Stream.of(
                  new EndToEnd(),
                  new RecorderCalls(),
                  new InformerMeasurement(),
                  new WritersThroughput(),
                  new CliMeasurement()),
              DedupBenchmark.all().stream())
          .toList();
  private static final List<FaultRun> FAULT_RUNS =
      List.of(
          new EndToEndFaults(),
          new RecorderFaults(),
          new DedupFaults(),
          new InformerFaults(),
          new WritersFaults());
  private static final int SHORT = 1;
  private static final int WRONG_CALL = 2;
  private static final int NOT_RUN = 3;

  Benchmarks() {}

  /** See the class. */
  public static void main(String[] args) {
    CommandLine commandLine = new CommandLine(new Benchmarks());
    commandLine.setExitCodeExceptionMapper(failure -> NOT_RUN);
    System.exit(commandLine.execute(args));
  }

  /** Measures next to the peers. */
  @Command(name = "run", description = "Measures side by side with the peers, in one run.")
  static final class Run implements Callable<Integer> {
    @Parameters(index = "0", arity = "0..1", paramLabel = "NAME")
    private @Nullable String name;

    @Option(names = "--quick", description = "About a minute: to see that it works.")
    private boolean quick;

    @Option(names = "--help", usageHelp = true)
    private boolean help;

    @Override
    public Integer call() throws Exception {
      for (Measurement measurement : MEASUREMENTS) {
        if (measurement.name().equals(name)) {
          header(System.out, "benchmarks/run " + name + (quick ? " --quick" : ""));
          return report(measurement.run(quick, System.out), System.out);
        }
      }
      System.err.println("benchmarks: there is no measurement '" + name + "'. There are:");
      MEASUREMENTS.forEach(one -> System.err.println("  " + one.name() + "  " + one.description()));
      return WRONG_CALL;
    }
  }

  /** Kills and counts. */
  @Command(name = "faults", description = "Kills processes at random, then counts everything.")
  static final class Faults implements Callable<Integer> {
    @Parameters(index = "0", arity = "0..1", paramLabel = "NAME")
    private @Nullable String name;

    @Option(names = "--minutes", defaultValue = "3", description = "Default: ${DEFAULT-VALUE}.")
    private double minutes = 3;

    @Option(names = "--seed", description = "Default: another one each time.")
    private @Nullable Long seed;

    @Option(names = "--help", usageHelp = true)
    private boolean help;

    @Override
    public Integer call() throws Exception {
      for (FaultRun run : FAULT_RUNS) {
        if (run.name().equals(name)) {
          long chosen = seed != null ? seed : new SplittableRandom().nextLong(1_000_000);
          header(
              System.out,
              "benchmarks/faults %s --minutes %s --seed %d".formatted(name, minutes, chosen));
          Duration duration = Duration.ofMillis((long) (minutes * 60_000));
          return report(run.run(duration, chosen, System.out), System.out);
        }
      }
      System.err.println("benchmarks: there is no fault run '" + name + "'. There are:");
      FAULT_RUNS.forEach(one -> System.err.println("  " + one.name() + "  " + one.description()));
      return WRONG_CALL;
    }
  }

  private static void header(PrintStream out, String command) {
    out.printf(
        "%s%n%s, JDK %s, %d cores, %s%n%n",
        command,
        Instant.now().truncatedTo(ChronoUnit.SECONDS),
        Runtime.version().feature(),
        Runtime.getRuntime().availableProcessors(),
        System.getProperty("os.name") + " " + System.getProperty("os.arch"));
  }

  static int report(List<Target> targets, PrintStream out) {
    out.println();
    targets.forEach(target -> out.println(target.line()));
    return targets.stream().allMatch(Target::isReached) && !targets.isEmpty() ? 0 : SHORT;
  }
}
