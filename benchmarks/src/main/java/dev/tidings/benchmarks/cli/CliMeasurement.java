package dev.tidings.benchmarks.cli;

import dev.tidings.benchmarks.frame.FreshTopics;
import dev.tidings.benchmarks.frame.Measurement;
import dev.tidings.benchmarks.frame.Median;
import dev.tidings.benchmarks.frame.Target;
import dev.tidings.event.Event;
import dev.tidings.event.ObjectReference;
import dev.tidings.event.Severity;
import dev.tidings.event.Source;
import dev.tidings.event.identity.EventIds;
import dev.tidings.infra.kafka.BrokerConfig;
import dev.tidings.infra.kafka.BrokerProcess;
import dev.tidings.infra.process.DataDirectory;
import dev.tidings.infra.registry.EmbeddedRegistry;
import dev.tidings.infra.registry.EmbeddedRegistryConfig;
import dev.tidings.registry.RegistryClient;
import dev.tidings.registry.RegistryConfig;
import dev.tidings.registry.SchemaRegistry;
import dev.tidings.wire.AvroSerializer;
import dev.tidings.wire.PlatformTopics;
import dev.tidings.wire.Topics;
import java.io.File;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.slf4j.LoggerFactory;

/**
 * {@code bin/tidings get} on a small topic next to a bare consumer in a JVM of its own; and on a
 * large one the first call next to the second, which has the checkpoint that the first left.
 */
public final class CliMeasurement implements Measurement {
  private static final int PARTITIONS = 4;
  private static final int FEW = 100;
  private static final Topics SMALL = new Topics("small");
  private static final Topics LARGE = new Topics("large");
  private static final EventIds IDS = EventIds.of(Clock.systemUTC());

  @Override
  public String name() {
    return "cli";
  }

  @Override
  public String description() {
    return "the start of 'tidings get' against a bare consumer's; its second call against the"
        + " first";
  }

  @Override
  public List<Target> run(boolean quick, PrintStream out) throws Exception {
    int events = quick ? 300_000 : 1_000_000;
    try (DataDirectory temporary = DataDirectory.temporary("tidings-cli");
        BrokerProcess broker =
            BrokerProcess.start(BrokerConfig.in(temporary.path().resolve("kafka")));
        EmbeddedRegistry registry =
            EmbeddedRegistry.start(
                EmbeddedRegistryConfig.in(temporary.path().resolve("registry")))) {
      fill(broker.bootstrapServers(), registry.url(), SMALL, FEW);
      fill(broker.bootstrapServers(), registry.url(), LARGE, events);
      Path caches = temporary.subdirectory("caches");
      Map<String, String> environment =
          Map.of(
              "TIDINGS_BOOTSTRAP_SERVERS",
              broker.bootstrapServers(),
              "TIDINGS_REGISTRY",
              registry.url(),
              "XDG_CACHE_HOME",
              caches.toString());
      List<Target> targets = new ArrayList<>();
      targets.add(start(broker.bootstrapServers(), environment, quick ? 5 : 15, out));
      targets.add(checkpoint(environment, events, quick ? 3 : 5, out));
      return targets;
    }
  }

  private static Target start(
      String servers, Map<String, String> environment, int rounds, PrintStream out)
      throws Exception {
    TimedProgram bare =
        new TimedProgram(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                classPath(BareConsumer.class, KafkaConsumer.class, LoggerFactory.class),
                BareConsumer.class.getName(),
                servers,
                SMALL.events()),
            environment);
    TimedProgram get = get(environment, SMALL, FEW);
    // Each once before: the file system, and the archive of classes.
    bare.run();
    get.run();
    List<Double> bareSeconds = new ArrayList<>();
    List<Double> getSeconds = new ArrayList<>();
    for (int round = 0; round < rounds; round++) {
      bareSeconds.add(bare.run().seconds());
      TimedProgram.Run run = get.run();
      requireLines(run, FEW + 1);
      getSeconds.add(run.seconds());
    }
    double ofBare = Median.of(bareSeconds);
    double ofGet = Median.of(getSeconds);
    out.printf(
        "start, %d events, median of %d: bare consumer %.2f s, tidings get %.2f s%n",
        FEW, rounds, ofBare, ofGet);
    return Target.atMost("cli.start.vs_bare_consumer", ofGet / ofBare, 1.5);
  }

  private static Target checkpoint(
      Map<String, String> environment, int events, int rounds, PrintStream out) throws Exception {
    int shown = 20;
    TimedProgram get = get(environment, LARGE, shown);
    double first = get.run().seconds();
    List<Double> later = new ArrayList<>();
    for (int round = 0; round < rounds; round++) {
      TimedProgram.Run run = get.run();
      requireLines(run, shown + 1);
      later.add(run.seconds());
    }
    out.printf(
        "get --limit %d of %,d events: first %.2f s, then, median of %d, %.2f s%n",
        shown, events, first, rounds, Median.of(later));
    return Target.atMost("cli.second_get.vs_first", Median.of(later) / first, 0.2);
  }

  private static TimedProgram get(Map<String, String> environment, Topics topics, int limit) {
    Path root = Path.of(System.getProperty("tidings.root", "."));
    return new TimedProgram(
        List.of(
            root.resolve("bin").resolve("tidings").toString(),
            "get",
            "--prefix",
            topics.prefix(),
            "--limit",
            Integer.toString(limit)),
        environment);
  }

  private static void requireLines(TimedProgram.Run run, int lines) {
    if (run.out().lines().count() != lines) {
      throw new IllegalStateException("Not what was asked for: " + run.out());
    }
  }

  /** Where these classes are. */
  private static String classPath(Class<?>... classes) throws Exception {
    List<String> places = new ArrayList<>();
    for (Class<?> one : classes) {
      places.add(
          Path.of(one.getProtectionDomain().getCodeSource().getLocation().toURI()).toString());
    }
    return String.join(File.pathSeparator, places);
  }

  private static void fill(String servers, String registryUrl, Topics topics, int events)
      throws Exception {
    FreshTopics.create(servers, PlatformTopics.defaults(topics).withPartitions(PARTITIONS).all());
    try (SchemaRegistry registry = RegistryClient.create(RegistryConfig.of(registryUrl));
        KafkaProducer<String, Event> producer =
            new KafkaProducer<>(
                Map.of("bootstrap.servers", servers, "linger.ms", 5, "batch.size", 262_144),
                new StringSerializer(),
                new AvroSerializer<>(registry))) {
      Instant start = Instant.now().minusSeconds(3_600);
      for (int i = 0; i < events; i++) {
        Event event = event(start.plusMillis(i), i);
        producer.send(
            new ProducerRecord<>(topics.events(), i % PARTITIONS, event.getId().toString(), event));
      }
      producer.flush();
    }
  }

  /** About 300 bytes. */
  private static Event event(Instant time, int number) {
    return Event.newBuilder()
        .setId(IDS.next())
        .setType("cluster.ContainerDied")
        .setSeverity(Severity.WARN)
        .setSource(new Source("node-" + number % 1_000, "kubelet"))
        .setObject(new ObjectReference("Container", "prod", "web-" + number, ""))
        .setMessage(
            "container web-%d ended with code 137 after it had used all of the memory it may use"
                .formatted(number))
        .setAttributes(Map.of("image", "registry.example.com/web:" + number % 50, "exit", "137"))
        .setFirstTimestamp(time)
        .setLastTimestamp(time)
        .build();
  }
}
