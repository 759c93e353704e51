package dev.tidings.benchmarks.dedup;

import dev.tidings.benchmarks.frame.Measurement;
import dev.tidings.benchmarks.frame.Target;
import dev.tidings.infra.kafka.BrokerConfig;
import dev.tidings.infra.kafka.EmbeddedKafka;
import dev.tidings.infra.process.DataDirectory;
import dev.tidings.infra.registry.EmbeddedRegistry;
import dev.tidings.infra.registry.EmbeddedRegistryConfig;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;

/**
 * The de-duplication next to its peers: a topology that forwards every record, the DSL's windowed
 * reduce with suppress, and the window store of the tutorials; same broker, same input, one thread.
 */
public final class DedupBenchmark implements Measurement {
  private static final String EXACTLY_ONCE = "exactly_once_v2";
  private static final String AT_LEAST_ONCE = "at_least_once";

  /** 24 rates of at most so long, with all around them, end within twelve minutes. */
  private static final Duration LONGEST = Duration.ofSeconds(15);

  private static final Duration LONGEST_QUICK = Duration.ofSeconds(4);

  /** What can be measured by itself. */
  private enum Part {
    REPEATS20,
    REPEATS80,
    REPEATS99,
    DELAY,
    RESTART
  }

  private final String name;
  private final Set<Part> parts;

  private DedupBenchmark(String name, Set<Part> parts) {
    this.name = name;
    this.parts = parts;
  }

  /** {@code dedup}, which is all, and each part by itself, such as {@code dedup-restart}. */
  public static List<Measurement> all() {
    List<Measurement> all = new ArrayList<>();
    all.add(new DedupBenchmark("dedup", EnumSet.allOf(Part.class)));
    for (Part part : Part.values()) {
      all.add(
          new DedupBenchmark("dedup-" + part.name().toLowerCase(Locale.ROOT), EnumSet.of(part)));
    }
    return all;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public String description() {
    return parts.size() == 1
        ? "this part of dedup"
        : "records/s, delay and restart of the de-duplication next to peers";
  }

  @Override
  public List<Target> run(boolean quick, PrintStream out) throws Exception {
    try (DataDirectory temporary = DataDirectory.temporary("tidings-dedup-bench");
        EmbeddedRegistry registry = EmbeddedRegistry.start(EmbeddedRegistryConfig.inMemory());
        EmbeddedKafka kafka = EmbeddedKafka.start(BrokerConfig.temporary());
        Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
      Bench bench = new Bench(kafka, registry, admin, temporary.path());
      List<Target> targets = new ArrayList<>();
      int records = quick ? 200_000 : 2_000_000;
      warmUp(bench, quick ? 40_000 : 200_000);
      for (Part part : parts) {
        targets.addAll(
            switch (part) {
              case REPEATS20 -> throughput(bench, records, 20, quick, out);
              case REPEATS80 -> throughput(bench, records, 80, quick, out);
              case REPEATS99 -> throughput(bench, records, 99, quick, out);
              case DELAY -> new Delay(bench, kafka.bootstrapServers()).run(quick ? 5 : 20, out);
              case RESTART -> new Restart(bench).run(quick ? 50_000 : 1_000_000, out);
            });
      }
      return targets;
    }
  }

  private static List<Target> throughput(
      Bench bench, int records, int percent, boolean quick, PrintStream out) throws Exception {
    List<Target> targets = new ArrayList<>();
    try (Input input = bench.input("repeats-" + percent)) {
      input.fill(records, percent / 100.0, percent);
      for (String guarantee :
          quick ? List.of(EXACTLY_ONCE) : List.of(EXACTLY_ONCE, AT_LEAST_ONCE)) {
        Map<Contender, Double> rates = new EnumMap<>(Contender.class);
        out.printf("%d %% repeats, %s%n", percent, guarantee);
        for (Contender contender : contenders(percent)) {
          double rate =
              bench.rate(contender, input.topics(), guarantee, quick ? LONGEST_QUICK : LONGEST);
          rates.put(contender, rate);
          out.printf(Locale.ROOT, "  %-30s %,10.0f records/s%n", contender, rate);
        }
        targets.addAll(targets(percent, guarantee, rates));
      }
    }
    return targets;
  }

  /** How far three copies of each event are from one is of interest where most are firsts. */
  private static List<Contender> contenders(int percent) {
    List<Contender> all = new ArrayList<>(List.of(Contender.values()));
    if (percent != 20) {
      all.remove(Contender.LEAST);
    }
    return all;
  }

  private static void warmUp(Bench bench, int records) throws Exception {
    try (Input input = bench.input("warm-up")) {
      input.fill(records, 0.5, 1);
      for (Contender contender : Contender.values()) {
        bench.rate(contender, input.topics(), EXACTLY_ONCE, LONGEST);
      }
    }
  }

  private static List<Target> targets(int percent, String guarantee, Map<Contender, Double> rates) {
    String name = "dedup." + guarantee + ".repeats" + percent;
    double ours = rates.getOrDefault(Contender.TIDINGS, Double.NaN);
    double passThrough = rates.getOrDefault(Contender.PASS_THROUGH, Double.NaN);
    return switch (percent) {
      case 20 -> List.of(Target.atLeast(name + ".vs_pass_through", ours / passThrough, 0.8));
      case 99 -> List.of(Target.atLeast(name + ".vs_pass_through", ours / passThrough, 1));
      default ->
          List.of(
              Target.atLeast(
                  name + ".vs_dsl", ours / rates.getOrDefault(Contender.DSL, Double.NaN), 3),
              Target.atLeast(
                  name + ".vs_window_store",
                  ours / rates.getOrDefault(Contender.WINDOW_STORE, Double.NaN),
                  3));
    };
  }
}
