package dev.tidings.benchmarks.informer;

import dev.tidings.benchmarks.frame.Measurement;
import dev.tidings.benchmarks.frame.Target;
import dev.tidings.infra.kafka.BrokerConfig;
import dev.tidings.infra.kafka.BrokerProcess;
import dev.tidings.infra.process.DataDirectory;
import java.io.PrintStream;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * A topic loaded into memory, side by side: a bare consumer with a HashMap, which is the limit; the
 * informer decoded, with an index, encoded and from a checkpoint; KCache; GlobalKTable in memory
 * and on RocksDB. Each in a JVM of its own with the same heap, the broker in another. Then single
 * reads, and many watches.
 */
public final class InformerMeasurement implements Measurement {
  private static final int PARTITIONS = 4;
  private static final int WARM_UP = 100_000;
  private static final int WATCHES = 1_000;
  private static final int CHANGES_PER_SECOND = 5_000;
  // Sent a little faster, as the time until the last change has reached the last watch counts too.
  private static final int SENT_PER_SECOND = CHANGES_PER_SECOND + CHANGES_PER_SECOND / 20;
  private static final Duration ENOUGH = Duration.ofMinutes(5);
  private static final List<String> LOADERS =
      List.of(
          "bare-decoded",
          "ours-decoded",
          "ours-indexed",
          "bare-bytes",
          "ours-encoded",
          "kcache",
          "globalktable",
          "globalktable-rocksdb");
  private static final List<String> CHECKPOINTED =
      List.of("ours-checkpoint-decoded", "ours-checkpoint-encoded");

  @Override
  public String name() {
    return "informer";
  }

  @Override
  public String description() {
    return "a topic into memory against a bare consumer, KCache and GlobalKTable; reads; fan-out";
  }

  @Override
  public List<Target> run(boolean quick, PrintStream out) throws Exception {
    int records = quick ? 200_000 : 2_000_000;
    try (DataDirectory temporary = DataDirectory.temporary("tidings-informer");
        BrokerProcess broker =
            BrokerProcess.start(BrokerConfig.in(temporary.path().resolve("kafka")));
        KafkaProducer<String, byte[]> producer =
            new KafkaProducer<>(
                Map.of(
                    "bootstrap.servers",
                    broker.bootstrapServers(),
                    "linger.ms",
                    5,
                    "batch.size",
                    262_144),
                new StringSerializer(),
                new ByteArraySerializer())) {
      String servers = broker.bootstrapServers();
      createTopics(servers);
      fill(producer, "small", WARM_UP, WARM_UP / 2);
      fill(producer, "large", records, records / 2);
      out.printf("%,d records, %,d keys, %d partitions%n", records, records / 2, PARTITIONS);
      LoadRuns runs =
          new LoadRuns(
              servers, "small", "large", records / 2, temporary.subdirectory("loads"), out);
      loadAll(runs, quick);
      // The first writes the file when it is closed; the second begins with it.
      for (String loader : CHECKPOINTED) {
        runs.run(loader);
        runs.run(loader);
      }
      Reads.Times reads = Reads.measure(records / 2);
      out.println("reads: " + reads);
      FanOut.Result fanOut =
          FanOut.run(
              servers,
              "watched",
              producer,
              WATCHES,
              SENT_PER_SECOND,
              Duration.ofSeconds(quick ? 5 : 20));
      out.println("fan-out: " + fanOut);
      return targets(runs, reads, fanOut);
    }
  }

  // Twice, unless the machine is so busy that once has taken long enough.
  private static void loadAll(LoadRuns runs, boolean quick) throws Exception {
    long began = System.nanoTime();
    for (int round = 0; round < (quick ? 1 : 2); round++) {
      if (System.nanoTime() - began > ENOUGH.toNanos()) {
        return;
      }
      for (String loader : LOADERS) {
        runs.run(loader);
      }
    }
  }

  private static List<Target> targets(LoadRuns runs, Reads.Times reads, FanOut.Result fanOut) {
    double encoded = runs.seconds("ours-encoded");
    return List.of(
        Target.atLeast(
            "informer.load.decoded.vs_bare",
            runs.seconds("bare-decoded") / runs.seconds("ours-decoded"),
            0.8),
        Target.atLeast("informer.load.encoded.vs_bare", runs.seconds("bare-bytes") / encoded, 1.2),
        Target.atLeast("informer.load.encoded.vs_kcache", runs.seconds("kcache") / encoded, 2),
        Target.atLeast(
            "informer.load.encoded.vs_globalktable", runs.seconds("globalktable") / encoded, 2),
        Target.atMost(
            "informer.bytes.encoded.vs_kcache",
            runs.bytes("ours-encoded") / runs.bytes("kcache"),
            0.8),
        Target.atMost(
            "informer.checkpoint.encoded.vs_load",
            runs.lastSeconds("ours-checkpoint-encoded") / encoded,
            0.2),
        Target.atMost(
            "informer.checkpoint.decoded.vs_load",
            runs.lastSeconds("ours-checkpoint-decoded") / runs.seconds("ours-decoded"),
            0.2),
        Target.atMost("informer.get.vs_concurrenthashmap", reads.get() / reads.map(), 2),
        Target.atMost("informer.byindex.vs_concurrenthashmap", reads.byIndex() / reads.map(), 2),
        Target.atLeast("informer.fanout.changes_per_second", fanOut.rate(), CHANGES_PER_SECOND),
        Target.atMost("informer.fanout.watches_ended", fanOut.ended(), 0),
        Target.atMost("informer.fanout.missing", (double) fanOut.wanted() - fanOut.seen(), 0));
  }

  private static void createTopics(String servers) throws Exception {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", servers))) {
      Map<String, String> settings = Map.of("cleanup.policy", "compact", "segment.ms", "604800000");
      List<NewTopic> topics =
          List.of("small", "large", "watched").stream()
              .map(name -> new NewTopic(name, PARTITIONS, (short) 1).configs(settings))
              .toList();
      admin.createTopics(topics).all().get(30, TimeUnit.SECONDS);
    }
  }

  private static void fill(
      KafkaProducer<String, byte[]> producer, String topic, int records, int keys) {
    for (int i = 0; i < records; i++) {
      long key = Math.floorMod(i * 0x9E3779B1L, keys);
      producer.send(new ProducerRecord<>(topic, Item.key(key), Item.of(key, i).encode()));
    }
    producer.flush();
  }
}
