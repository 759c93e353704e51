package dev.tidings.benchmarks.dedup;

import dev.tidings.benchmarks.frame.FaultRun;
import dev.tidings.benchmarks.frame.Target;
import dev.tidings.conformance.OutputCheck;
import dev.tidings.infra.process.DataDirectory;
import dev.tidings.infra.registry.EmbeddedRegistry;
import dev.tidings.infra.registry.EmbeddedRegistryConfig;
import dev.tidings.infra.stack.DedupProcess;
import dev.tidings.wire.PlatformTopics;
import dev.tidings.wire.Topics;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;

/**
 * Three brokers and two instances of the topology, all processes of their own, killed with SIGKILL
 * at random and started again: partitions move, transactions break, leaders change. Meanwhile
 * events are recorded, some of them twice. At the end the outputs must be what the rules make of
 * the input.
 */
public final class DedupFaults implements FaultRun {
  private static final int PARTITIONS = 4;
  private static final short REPLICAS = 3;
  private static final int INSTANCES = 2;
  private static final Duration LIMIT = Duration.ofSeconds(90);
  private static final Duration SETTLE_LIMIT = Duration.ofMinutes(3);

  @Override
  public String name() {
    return "dedup";
  }

  @Override
  public String description() {
    return "three brokers and two instances of the topology killed at random; counts stay exact";
  }

  @Override
  public List<Target> run(Duration duration, long seed, PrintStream out) throws Exception {
    try (DataDirectory temporary = DataDirectory.temporary("tidings-dedup-faults");
        EmbeddedRegistry registry = EmbeddedRegistry.start(EmbeddedRegistryConfig.inMemory());
        BrokerCluster brokers = BrokerCluster.start(temporary.path().resolve("kafka"))) {
      Map<String, String> clients =
          Map.of(
              "bootstrap.servers", brokers.bootstrapServers(),
              "schema.registry.url", registry.url());
      createTopics(clients);
      List<DedupProcess> instances = new ArrayList<>();
      try (Resending recording = new Resending(clients, Topics.DEFAULT, seed)) {
        for (int i = 0; i < INSTANCES; i++) {
          instances.add(start(temporary.path().resolve("dedup-" + i), i, clients));
        }
        int kills = killAtRandom(duration, new Random(seed), brokers, instances, out);
        recording.stop();
        out.printf("%d kills, %,d events recorded; counting%n", kills, recording.sent());
        return check(clients, recording.sent(), kills, out);
      } finally {
        instances.forEach(DedupProcess::close);
      }
    }
  }

  private static int killAtRandom(
      Duration duration,
      Random random,
      BrokerCluster brokers,
      List<DedupProcess> instances,
      PrintStream out)
      throws InterruptedException {
    long end = System.nanoTime() + duration.toNanos();
    int kills = 0;
    while (System.nanoTime() < end) {
      TimeUnit.MILLISECONDS.sleep(1_000 + random.nextInt(5_000));
      if (random.nextInt(3) == 0) {
        int node = random.nextInt(brokers.size());
        out.println("killed: broker " + node);
        brokers.kill(node);
        TimeUnit.MILLISECONDS.sleep(random.nextInt(6_000));
        brokers.restart(node);
      } else {
        int instance = random.nextInt(instances.size());
        out.println("killed: topology " + instance);
        instances.get(instance).kill();
        // Sometimes long enough for the other to take over.
        TimeUnit.MILLISECONDS.sleep(random.nextInt(10_000));
        instances.get(instance).restart();
      }
      kills++;
    }
    return kills;
  }

  private static List<Target> check(
      Map<String, String> clients, long sent, int kills, PrintStream out) {
    OutputCheck.Result result = new OutputCheck(clients, Topics.DEFAULT).run(SETTLE_LIMIT);
    out.printf(
        "recorded %,d and %,d again, counted %,d of %,d, events %,d%n",
        result.recorded().size(),
        result.retransmitted(),
        result.counted(),
        result.expected(),
        result.events().size());
    result.differences().stream().limit(5).forEach(out::println);
    return List.of(
        Target.atLeast("faults.dedup.kills", kills, 1),
        Target.atLeast("faults.dedup.retransmitted", result.retransmitted(), 1),
        Target.atMost(
            "faults.dedup.recorded_off",
            Math.abs(sent - new HashSet<>(result.recorded()).size()),
            0),
        Target.atMost(
            "faults.dedup.occurrences_off", Math.abs(result.expected() - result.counted()), 0),
        Target.atMost("faults.dedup.events_different", result.differences().size(), 0),
        Target.atMost("faults.dedup.batch_sequence_errors", result.sequenceErrors(), 0));
  }

  private static void createTopics(Map<String, String> clients) throws Exception {
    PlatformTopics defaults = PlatformTopics.defaults(Topics.DEFAULT);
    try (Admin admin =
        Admin.create(Map.of("bootstrap.servers", clients.get("bootstrap.servers")))) {
      admin
          .createTopics(
              new PlatformTopics(
                      defaults.topics(),
                      PARTITIONS,
                      REPLICAS,
                      defaults.retention(),
                      defaults.rejectedRetention())
                  .all())
          .all()
          .get(LIMIT.toSeconds(), TimeUnit.SECONDS);
    }
  }

  private static DedupProcess start(Path directory, int instance, Map<String, String> clients)
      throws InterruptedException {
    Map<String, String> settings = new java.util.HashMap<>(clients);
    settings.put("tidings.batch.interval.ms", "500");
    settings.put("main.consumer.group.instance.id", "dedup-" + instance);
    settings.put("num.standby.replicas", "1");
    return DedupProcess.start(directory, settings);
  }
}
