package dev.tidings.benchmarks.recorder;

import dev.tidings.benchmarks.frame.FreshTopics;
import dev.tidings.benchmarks.frame.Measurement;
import dev.tidings.benchmarks.frame.Median;
import dev.tidings.benchmarks.frame.Target;
import dev.tidings.infra.kafka.BrokerConfig;
import dev.tidings.infra.kafka.BrokerProcess;
import dev.tidings.infra.process.DataDirectory;
import dev.tidings.infra.process.LoopbackPorts;
import dev.tidings.wire.PlatformTopics;
import dev.tidings.wire.Topics;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.NewTopic;
import org.jspecify.annotations.Nullable;

/**
 * What a call costs its caller, next to what else one could write, on the same broker in the same
 * run; and what rate reaches Kafka. Rounds take turns; the median of the rounds' ratios counts.
 */
public final class RecorderCalls implements Measurement {
  private static final String PREFIX = "peer";
  private static final int PARTITIONS = 6;
  private static final int STEADY_PER_SECOND = 10_000;
  private static final Duration LIMIT = Duration.ofMinutes(3);

  private static final int ONE = 1;
  private static final int FOUR = 4;

  /** How much is done. */
  private record Effort(int rounds, int steadyCalls, int flatCalls, int sustainedCalls) {
    static Effort of(boolean quick) {
      return quick
          ? new Effort(1, 20_000, 60_000, 200_000)
          : new Effort(3, 50_000, 150_000, 600_000);
    }
  }

  @Override
  public String name() {
    return "recorder";
  }

  @Override
  public String description() {
    return "a call of record() and the rate that reaches Kafka, next to four other ways";
  }

  @Override
  public List<Target> run(boolean quick, PrintStream out) throws Exception {
    Effort effort = Effort.of(quick);
    try (DataDirectory temporary = DataDirectory.temporary("tidings-recorder-run");
        BrokerProcess broker =
            BrokerProcess.start(BrokerConfig.in(temporary.path().resolve("kafka")))) {
      FreshTopics.create(broker.bootstrapServers(), topics());
      Sample[] samples = Sample.samples();
      Figures figures = new Figures(out);
      for (int round = 0; round <= effort.rounds; round++) {
        // The first round warms everything up and does not count.
        boolean counts = round > 0;
        out.println(counts ? "round " + round : "warm-up");
        for (RecordPaths path : RecordPaths.values()) {
          try (RecordPath opened =
              path.open(broker.bootstrapServers(), PREFIX, temporary.path().resolve("journal"))) {
            measure(path, opened, samples, effort, counts ? figures : new Figures(null));
          }
        }
        measureAway(temporary.path(), samples, effort, counts ? figures : new Figures(null));
      }
      return figures.targets();
    }
  }

  private static void measure(
      RecordPaths path, RecordPath opened, Sample[] samples, Effort effort, Figures figures)
      throws Exception {
    for (int threads : new int[] {ONE, FOUR}) {
      CallLoad steady =
          new CallLoad(threads, effort.steadyCalls / threads, STEADY_PER_SECOND / threads);
      figures.add(path, "steady", threads, steady.run(opened, samples));
      awaitAcknowledged(opened);
      CallLoad flat = new CallLoad(threads, effort.flatCalls / threads, 0);
      figures.add(path, "flat", threads, flat.run(opened, samples));
      awaitAcknowledged(opened);
    }
    if (path != RecordPaths.LOG_APPENDER) {
      long before = opened.acknowledged();
      long start = System.nanoTime();
      new CallLoad(ONE, effort.sustainedCalls, 0).run(opened, samples);
      awaitAcknowledged(opened, before + effort.sustainedCalls);
      figures.addRate(path, effort.sustainedCalls * 1e9 / (System.nanoTime() - start));
    }
  }

  /** Nobody answers: the calls must not notice. */
  private static void measureAway(Path directory, Sample[] samples, Effort effort, Figures figures)
      throws Exception {
    RecordPath away =
        RecordPaths.OURS.open(
            "127.0.0.1:" + LoopbackPorts.free(), PREFIX, directory.resolve("away"));
    CallLoad steady = new CallLoad(ONE, effort.steadyCalls, STEADY_PER_SECOND);
    figures.addAway(steady.run(away, samples));
    away.close(Duration.ofMillis(1));
  }

  /** Until nothing more comes: what is measured next must not pay for what was before. */
  private static void awaitAcknowledged(RecordPath path) throws InterruptedException {
    long last = -1;
    while (path.acknowledged() != last) {
      last = path.acknowledged();
      TimeUnit.MILLISECONDS.sleep(300);
    }
  }

  private static void awaitAcknowledged(RecordPath path, long calls) throws InterruptedException {
    long deadline = System.nanoTime() + LIMIT.toNanos();
    while (path.acknowledged() < calls) {
      if (System.nanoTime() > deadline) {
        throw new IllegalStateException(
            "%d of %d calls were acknowledged in time".formatted(path.acknowledged(), calls));
      }
      TimeUnit.MILLISECONDS.sleep(1);
    }
  }

  private static List<NewTopic> topics() {
    List<NewTopic> topics =
        new ArrayList<>(PlatformTopics.defaults(Topics.DEFAULT).withPartitions(PARTITIONS).all());
    Stream.of(".careful", ".ready", ".queue", ".log")
        .forEach(name -> topics.add(new NewTopic(PREFIX + name, PARTITIONS, (short) 1)));
    return topics;
  }

  /** The figures of all rounds. */
  private static final class Figures {
    private record Load(String kind, int threads) {}

    private record Measured(Load load, RecordPaths path) {}

    private final Set<Load> loads = new LinkedHashSet<>();
    private final Map<Measured, List<CallLoad.Result>> calls = new HashMap<>();
    private final List<CallLoad.Result> away = new ArrayList<>();
    private final Map<RecordPaths, List<Double>> rates = new EnumMap<>(RecordPaths.class);
    private final @Nullable PrintStream out;

    Figures(@Nullable PrintStream out) {
      this.out = out;
    }

    void add(RecordPaths path, String kind, int threads, CallLoad.Result result) {
      Load load = new Load(kind, threads);
      loads.add(load);
      calls.computeIfAbsent(new Measured(load, path), same -> new ArrayList<>()).add(result);
      print(path, kind, threads, result);
    }

    /** Ours, one thread, at the steady rate, without a broker. */
    void addAway(CallLoad.Result result) {
      away.add(result);
      print(RecordPaths.OURS, "away", ONE, result);
    }

    private void print(RecordPaths path, String kind, int threads, CallLoad.Result result) {
      if (out != null) {
        out.printf(
            Locale.ROOT,
            "  %-12s %-6s %d thread%s  p50 %7.2f  p99 %8.2f  p99.9 %9.2f  max %10.1f us  %5.0f bytes%n",
            path.name().toLowerCase(Locale.ROOT),
            kind,
            threads,
            threads == 1 ? " " : "s",
            micros(result, 50),
            micros(result, 99),
            micros(result, 99.9),
            result.nanos().getMaxValue() / 1e3,
            result.bytesPerCall());
      }
    }

    private static double micros(CallLoad.Result result, double percentile) {
      return result.nanos().getValueAtPercentile(percentile) / 1e3;
    }

    void addRate(RecordPaths path, double perSecond) {
      rates.computeIfAbsent(path, same -> new ArrayList<>()).add(perSecond);
      if (out != null) {
        out.printf(
            Locale.ROOT,
            "  %-12s sustained %,.0f/s%n",
            path.name().toLowerCase(Locale.ROOT),
            perSecond);
      }
    }

    List<Target> targets() {
      List<Target> targets = new ArrayList<>();
      loads.forEach(
          load -> {
            String name =
                ".%s.%d_thread%s".formatted(load.kind, load.threads, load.threads == 1 ? "" : "s");
            targets.add(
                Target.atMost(
                    "recorder.p50" + name + ".vs_careful",
                    ratio(load, RecordPaths.CAREFUL, 50),
                    load.threads == ONE ? 0.7 : 0.4));
            targets.add(
                Target.atMost(
                    "recorder.p999" + name + ".vs_careful",
                    ratio(load, RecordPaths.CAREFUL, 99.9),
                    0.1));
            targets.add(
                Target.atMost(
                    "recorder.p999" + name + ".vs_ready_bytes",
                    ratio(load, RecordPaths.READY_BYTES, 99.9),
                    0.2));
          });
      List<CallLoad.Result> present = of(new Load("steady", ONE), RecordPaths.OURS);
      for (double percentile : new double[] {50, 99}) {
        targets.add(
            Target.atMost(
                "recorder.p%.0f.broker_away.vs_present".formatted(percentile),
                Median.of(ratios(percentiles(away, percentile), percentiles(present, percentile))),
                1.5));
      }
      targets.add(
          Target.atMost(
              "recorder.bytes_per_call",
              Median.of(
                  loads.stream()
                      .flatMap(load -> of(load, RecordPaths.OURS).stream())
                      .map(CallLoad.Result::bytesPerCall)
                      .toList()),
              64));
      targets.add(
          Target.atLeast(
              "recorder.sustained.vs_careful",
              Median.of(ratios(rates(RecordPaths.OURS), rates(RecordPaths.CAREFUL))),
              0.9));
      return targets;
    }

    private List<CallLoad.Result> of(Load load, RecordPaths path) {
      return calls.getOrDefault(new Measured(load, path), List.of());
    }

    private List<Double> rates(RecordPaths path) {
      return rates.getOrDefault(path, List.of());
    }

    private double ratio(Load load, RecordPaths peer, double percentile) {
      return Median.of(
          ratios(
              percentiles(of(load, RecordPaths.OURS), percentile),
              percentiles(of(load, peer), percentile)));
    }

    private static List<Double> percentiles(List<CallLoad.Result> results, double percentile) {
      return results.stream().map(result -> micros(result, percentile)).toList();
    }

    private static List<Double> ratios(List<Double> ours, List<Double> theirs) {
      List<Double> ratios = new ArrayList<>();
      for (int round = 0; round < ours.size(); round++) {
        ratios.add(ours.get(round) / theirs.get(round));
      }
      return ratios;
    }
  }
}
