package dev.tidings.benchmarks.e2e;

import dev.tidings.benchmarks.frame.FaultRun;
import dev.tidings.benchmarks.frame.FreshTopics;
import dev.tidings.benchmarks.frame.Target;
import dev.tidings.conformance.OutputCheck;
import dev.tidings.infra.kafka.BrokerConfig;
import dev.tidings.infra.kafka.BrokerProcess;
import dev.tidings.infra.process.ChildJvm;
import dev.tidings.infra.process.DataDirectory;
import dev.tidings.infra.registry.EmbeddedRegistry;
import dev.tidings.infra.registry.EmbeddedRegistryConfig;
import dev.tidings.infra.stack.DedupProcess;
import dev.tidings.wire.PlatformTopics;
import dev.tidings.wire.Topics;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * Broker, topology and recorder are processes of their own, killed with SIGKILL at random, and
 * started again. An informer follows all the while. What is on the recorded topic at the end is
 * what was recorded: everything acknowledged must be there once, and the outputs must be what the
 * rules make of it.
 */
public final class EndToEndFaults implements FaultRun {
  private static final int PARTITIONS = 3;
  private static final Duration STOP_LIMIT = Duration.ofSeconds(90);
  private static final Duration SETTLE_LIMIT = Duration.ofMinutes(2);
  private static final int LONGEST_PAUSE_MILLIS = 6_000;
  private static final int LONGEST_OUTAGE_MILLIS = 2_000;

  @Override
  public String name() {
    return "e2e";
  }

  @Override
  public String description() {
    return "broker, topology and recorder killed at random; nothing lost, doubled or out of order";
  }

  @Override
  public List<Target> run(Duration duration, long seed, PrintStream out) throws Exception {
    try (DataDirectory temporary = DataDirectory.temporary("tidings-faults");
        EmbeddedRegistry registry = EmbeddedRegistry.start(EmbeddedRegistryConfig.inMemory());
        BrokerProcess broker =
            BrokerProcess.start(BrokerConfig.in(temporary.path().resolve("kafka")))) {
      Path directory = temporary.path();
      Map<String, String> clients =
          Map.of(
              "bootstrap.servers", broker.bootstrapServers(),
              "schema.registry.url", registry.url());
      FreshTopics.create(
          broker.bootstrapServers(),
          PlatformTopics.defaults(Topics.DEFAULT).withPartitions(PARTITIONS).all());
      try (DedupProcess dedup = startDedup(directory, clients);
          FollowedView view = new FollowedView(clients)) {
        Path acknowledged = directory.resolve("acknowledged");
        Recorder recorder = new Recorder(directory, clients, acknowledged, seed);
        int kills = killAtRandom(duration, new Random(seed), broker, dedup, recorder, out);
        recorder.stop();
        out.printf("%d kills; settling and counting%n", kills);
        return check(clients, acknowledged, view, kills, out);
      }
    }
  }

  private static int killAtRandom(
      Duration duration,
      Random random,
      BrokerProcess broker,
      DedupProcess dedup,
      Recorder recorder,
      PrintStream out)
      throws InterruptedException {
    long end = System.nanoTime() + duration.toNanos();
    int kills = 0;
    while (System.nanoTime() < end) {
      TimeUnit.MILLISECONDS.sleep(500 + random.nextInt(LONGEST_PAUSE_MILLIS));
      boolean killBroker = random.nextInt(3) == 0;
      boolean killDedup = random.nextInt(2) == 0;
      boolean killRecorder = !killBroker && !killDedup || random.nextInt(3) == 0;
      if (killRecorder) {
        recorder.kill();
        kills++;
      }
      if (killDedup) {
        dedup.kill();
        kills++;
      }
      if (killBroker) {
        broker.kill();
        kills++;
      }
      out.printf(
          "killed:%s%s%s%n",
          killBroker ? " broker" : "",
          killDedup ? " topology" : "",
          killRecorder ? " recorder" : "");
      TimeUnit.MILLISECONDS.sleep(random.nextInt(LONGEST_OUTAGE_MILLIS));
      if (killBroker) {
        broker.restart();
      }
      if (killDedup) {
        dedup.restart();
      }
      if (killRecorder) {
        recorder.start();
      }
    }
    return kills;
  }

  private static List<Target> check(
      Map<String, String> clients, Path acknowledged, FollowedView view, int kills, PrintStream out)
      throws IOException, InterruptedException {
    OutputCheck.Result result = new OutputCheck(clients, Topics.DEFAULT).run(SETTLE_LIMIT);
    Set<UUID> recorded = new HashSet<>(result.recorded());
    List<UUID> acked = readIds(acknowledged);
    long lost = acked.stream().filter(id -> !recorded.contains(id)).count();
    out.printf(
        "acknowledged %,d, recorded %,d, counted %,d, events %,d%n",
        acked.size(), result.recorded().size(), result.counted(), result.events().size());
    result.differences().stream().limit(5).forEach(out::println);
    int viewDifferences = view.differences(result.events(), SETTLE_LIMIT);
    view.errors().stream().limit(5).forEach(out::println);
    return List.of(
        Target.atLeast("faults.e2e.kills", kills, 1),
        Target.atLeast("faults.e2e.acknowledged", acked.size(), 1),
        Target.atMost("faults.e2e.acknowledged_lost", lost, 0),
        Target.atMost("faults.e2e.recorded_twice", result.recorded().size() - recorded.size(), 0),
        Target.atMost(
            "faults.e2e.occurrences_off", Math.abs(result.expected() - result.counted()), 0),
        Target.atMost("faults.e2e.events_different", result.differences().size(), 0),
        Target.atMost("faults.e2e.batch_sequence_errors", result.sequenceErrors(), 0),
        Target.atMost("faults.e2e.informer_events_different", viewDifferences, 0),
        Target.atMost("faults.e2e.watch_errors", view.errors().size(), 0));
  }

  private static List<UUID> readIds(Path file) throws IOException {
    try (var lines = Files.lines(file)) {
      return lines.map(UUID::fromString).collect(Collectors.toList());
    }
  }

  private static DedupProcess startDedup(Path directory, Map<String, String> clients)
      throws InterruptedException {
    Map<String, String> settings = new HashMap<>(clients);
    settings.put("tidings.batch.interval.ms", "500");
    return DedupProcess.start(directory.resolve("dedup"), settings);
  }

  /** The recorder's process; each start records other events. */
  private static final class Recorder {
    private final Path directory;
    private final Map<String, String> clients;
    private final Path acknowledged;
    private long seed;
    private ChildJvm jvm;

    Recorder(Path directory, Map<String, String> clients, Path acknowledged, long seed)
        throws InterruptedException {
      this.directory = directory;
      this.clients = clients;
      this.acknowledged = acknowledged;
      this.seed = seed;
      this.jvm = launch();
    }

    private ChildJvm launch() throws InterruptedException {
      ChildJvm started =
          ChildJvm.of(RecorderMain.class, directory.resolve("recorder.log"))
              .arguments(
                  String.valueOf(clients.get("bootstrap.servers")),
                  String.valueOf(clients.get("schema.registry.url")),
                  Long.toString(seed++),
                  acknowledged.toString())
              .jvmOptions(ChildJvm.LEAN)
              .start();
      started.awaitLine(RecorderMain.STARTED::equals, STOP_LIMIT);
      return started;
    }

    void start() throws InterruptedException {
      jvm = launch();
    }

    void kill() {
      jvm.kill();
    }

    void stop() {
      jvm.stop(STOP_LIMIT);
    }
  }
}
