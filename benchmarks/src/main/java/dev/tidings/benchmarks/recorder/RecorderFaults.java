package dev.tidings.benchmarks.recorder;

import dev.tidings.benchmarks.frame.FaultRun;
import dev.tidings.benchmarks.frame.FreshTopics;
import dev.tidings.benchmarks.frame.Target;
import dev.tidings.event.Event;
import dev.tidings.infra.kafka.BrokerConfig;
import dev.tidings.infra.kafka.BrokerProcess;
import dev.tidings.infra.process.ChildJvm;
import dev.tidings.infra.process.DataDirectory;
import dev.tidings.infra.registry.EmbeddedRegistry;
import dev.tidings.infra.registry.EmbeddedRegistryConfig;
import dev.tidings.infra.stack.DedupProcess;
import dev.tidings.registry.SchemaRegistry;
import dev.tidings.wire.EventDeserializer;
import dev.tidings.wire.PlatformTopics;
import dev.tidings.wire.Topics;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/**
 * Processes that record at full speed, up to three at a time, are killed with SIGKILL, again and
 * again; so is the broker. All of them share a journal directory. At the end the counts of all
 * events must add up to the calls of {@code record()} that returned; a call that was under way at
 * the kill may count or not.
 */
public final class RecorderFaults implements FaultRun {
  private static final int PARTITIONS = 3;
  private static final int THREADS = 2;
  private static final int MOST_ALIVE = 3;
  private static final int MOST_CALLS = 20_000;
  private static final int LONGEST_LIFE_MILLIS = 400;
  private static final int LONGEST_OUTAGE_MILLIS = 3_000;
  private static final Duration START_LIMIT = Duration.ofSeconds(90);
  private static final Duration SEND_LIMIT = Duration.ofMinutes(6);
  private static final Duration SETTLE_LIMIT = Duration.ofMinutes(5);
  private static final Pattern MESSAGE = Pattern.compile("run (\\d+) thread (\\d+) part \\d+");

  @Override
  public String name() {
    return "recorder";
  }

  @Override
  public String description() {
    return "recording processes and the broker killed at random; every call counts exactly once";
  }

  @Override
  public List<Target> run(Duration duration, long seed, PrintStream out) throws Exception {
    try (DataDirectory temporary = DataDirectory.temporary("tidings-recorder-faults");
        EmbeddedRegistry registry = EmbeddedRegistry.start(EmbeddedRegistryConfig.inMemory());
        BrokerProcess broker =
            BrokerProcess.start(BrokerConfig.in(temporary.path().resolve("kafka")))) {
      Map<String, String> clients =
          Map.of(
              "bootstrap.servers", broker.bootstrapServers(),
              "schema.registry.url", registry.url());
      FreshTopics.create(
          broker.bootstrapServers(),
          PlatformTopics.defaults(Topics.DEFAULT).withPartitions(PARTITIONS).all());
      Map<String, String> settings = new HashMap<>(clients);
      settings.put("tidings.batch.interval.ms", "500");
      try (DedupProcess dedup = DedupProcess.start(temporary.path().resolve("dedup"), settings)) {
        Runs runs = new Runs(temporary.path(), clients);
        int brokerKills = killAtRandom(duration, new Random(seed), broker, runs);
        long journals = runs.journals();
        out.printf(
            "%d processes and %d brokers killed; %d journals left to send%n",
            runs.kills, brokerKills, journals);
        boolean sent = runs.sendWhatIsLeft();
        return check(clients, runs, brokerKills, sent, out);
      }
    }
  }

  private static int killAtRandom(Duration duration, Random random, BrokerProcess broker, Runs runs)
      throws InterruptedException, IOException {
    long end = System.nanoTime() + duration.toNanos();
    List<ChildJvm> alive = new ArrayList<>();
    int brokerKills = 0;
    boolean brokerAway = false;
    long brokerBack = 0;
    while (System.nanoTime() < end) {
      if (brokerAway && System.nanoTime() - brokerBack >= 0) {
        broker.restart();
        brokerAway = false;
      }
      alive.add(runs.start());
      if (!brokerAway && random.nextInt(8) == 0) {
        broker.kill();
        brokerKills++;
        brokerAway = true;
        brokerBack =
            System.nanoTime()
                + TimeUnit.MILLISECONDS.toNanos(random.nextInt(LONGEST_OUTAGE_MILLIS));
      }
      TimeUnit.MILLISECONDS.sleep(random.nextInt(LONGEST_LIFE_MILLIS));
      if (alive.size() == MOST_ALIVE || random.nextBoolean()) {
        alive.remove(random.nextInt(alive.size())).kill();
      }
    }
    alive.forEach(ChildJvm::kill);
    if (brokerAway) {
      broker.restart();
    }
    return brokerKills;
  }

  private static List<Target> check(
      Map<String, String> clients, Runs runs, int brokerKills, boolean sent, PrintStream out)
      throws InterruptedException, IOException {
    long returned = runs.returned();
    long deadline = System.nanoTime() + SETTLE_LIMIT.toNanos();
    Map<String, Long> counted = counts(clients);
    while (sum(counted) < returned && System.nanoTime() < deadline) {
      TimeUnit.SECONDS.sleep(1);
      counted = counts(clients);
    }
    // What comes late would be too much: it is waited for.
    TimeUnit.SECONDS.sleep(3);
    counted = counts(clients);
    long missing = 0;
    long doubled = 0;
    long underWay = 0;
    for (Runs.Caller caller : runs.callers()) {
      long count = counted.getOrDefault(caller.key(), 0L);
      missing += Math.max(0, caller.returned() - count);
      doubled += Math.max(0, count - caller.begun());
      underWay += Math.max(0, Math.min(count, caller.begun()) - caller.returned());
    }
    out.printf(
        "%,d calls returned, %,d counted, %d that were under way at a kill counted as well%n",
        returned, sum(counted), underWay);
    return List.of(
        Target.atLeast("faults.recorder.kills", runs.kills, 1),
        Target.atLeast("faults.recorder.broker_kills", brokerKills, 0),
        Target.atLeast("faults.recorder.calls", returned, 1),
        Target.atLeast("faults.recorder.journals_all_sent", sent ? 1 : 0, 1),
        Target.atMost("faults.recorder.journals_left", runs.journals(), 0),
        Target.atMost("faults.recorder.calls_missing", missing, 0),
        Target.atMost("faults.recorder.calls_doubled", doubled, 0));
  }

  private static long sum(Map<String, Long> counts) {
    return counts.values().stream().mapToLong(Long::longValue).sum();
  }

  /** The newest counts of all events, added up by run and thread. */
  private static Map<String, Long> counts(Map<String, String> clients) {
    Map<String, Object> settings = new HashMap<>(clients);
    settings.put("isolation.level", "read_committed");
    Map<String, long[]> countById = new HashMap<>();
    Map<String, String> callerById = new HashMap<>();
    try (SchemaRegistry registry = SchemaRegistry.forConfig(clients);
        KafkaConsumer<String, byte[]> consumer =
            new KafkaConsumer<>(settings, new StringDeserializer(), new ByteArrayDeserializer())) {
      EventDeserializer deserializer = new EventDeserializer(registry);
      List<TopicPartition> partitions = new ArrayList<>();
      for (int partition = 0; partition < PARTITIONS; partition++) {
        partitions.add(new TopicPartition(Topics.DEFAULT.events(), partition));
      }
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      while (partitions.stream()
          .anyMatch(one -> consumer.position(one) < ends.getOrDefault(one, 0L))) {
        for (ConsumerRecord<String, byte[]> record : consumer.poll(Duration.ofSeconds(1))) {
          Event event = deserializer.decode(record.value());
          Matcher message = MESSAGE.matcher(event.getMessage());
          if (message.matches()) {
            callerById.put(record.key(), message.group(1) + "/" + message.group(2));
            countById.put(record.key(), new long[] {event.getCount()});
          }
        }
      }
    }
    Map<String, Long> counts = new HashMap<>();
    countById.forEach((id, count) -> counts.merge(callerById.get(id), count[0], Long::sum));
    return counts;
  }

  /** The recording processes, one after the other, and what they had done when they died. */
  private static final class Runs {
    /** One thread of one process. */
    record Caller(String key, long begun, long returned) {}

    private final Path directory;
    private final Path journal;
    private final Map<String, String> clients;
    private int kills;

    Runs(Path directory, Map<String, String> clients) {
      this.directory = directory;
      this.journal = directory.resolve("journal");
      this.clients = clients;
    }

    ChildJvm start() throws InterruptedException {
      int run = kills++;
      ChildJvm child = launch(run, MOST_CALLS);
      child.awaitLine(RecordingChild.STARTED::equals, START_LIMIT);
      return child;
    }

    private ChildJvm launch(int run, int calls) {
      return ChildJvm.of(RecordingChild.class, directory.resolve("recorder.log"))
          .arguments(
              String.valueOf(clients.get("bootstrap.servers")),
              String.valueOf(clients.get("schema.registry.url")),
              journal.toString(),
              Integer.toString(run),
              Integer.toString(THREADS),
              Integer.toString(calls),
              tally(run).toString())
          .jvmOptions(ChildJvm.LEAN)
          .start();
    }

    private Path tally(int run) {
      return directory.resolve("tally-" + run);
    }

    boolean sendWhatIsLeft() throws InterruptedException {
      try (ChildJvm child = launch(kills, 0)) {
        child.awaitLine(RecordingChild.SENT::equals, SEND_LIMIT);
        return true;
      }
    }

    long journals() throws IOException {
      try (Stream<Path> files = Files.list(journal)) {
        return files.filter(file -> Files.exists(file.resolve("state"))).count();
      }
    }

    List<Caller> callers() throws IOException {
      List<Caller> callers = new ArrayList<>();
      for (int run = 0; run < kills; run++) {
        CallTally tally = CallTally.open(tally(run));
        for (int thread = 0; thread < THREADS; thread++) {
          callers.add(new Caller(run + "/" + thread, tally.begun(thread), tally.returned(thread)));
        }
      }
      return callers;
    }

    long returned() throws IOException {
      return callers().stream().mapToLong(Caller::returned).sum();
    }
  }
}
