package dev.tidings.benchmarks.e2e;

import dev.tidings.benchmarks.frame.Measurement;
import dev.tidings.benchmarks.frame.Target;
import dev.tidings.event.Event;
import dev.tidings.infra.process.DataDirectory;
import dev.tidings.infra.stack.EmbeddedStack;
import dev.tidings.infra.stack.EmbeddedStackConfig;
import dev.tidings.wire.AvroBytes;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The whole way, on one broker in this process: {@code record()} to an informer's handler, next to
 * a raw producer and consumer, and next to a Kafka Streams application that copies a topic exactly
 * once with the same commit interval, which is what the same guarantee costs at least.
 */
public final class EndToEnd implements Measurement {
  private static final int ROUNDS = 3;
  private static final int PARTITIONS = 4;

  /** Both wait for the same commits; what is beyond is ours. */
  private static final double LATENCY_VS_COPY = 1.5;

  /** A batch shares a commit with the first occurrences beside it, on the same two cores. */
  private static final double TAIL_LATENCY_VS_COPY = 2;

  /** One record in, one event, its share of a batch and four state changes out. */
  private static final double UNIQUE_VS_RAW = 0.05;

  private static final double REPEATS_VS_RAW = 0.1;

  @Override
  public String name() {
    return "e2e";
  }

  @Override
  public String description() {
    return "record() to handler against raw produce to consume; events/s through the pipeline";
  }

  @Override
  public List<Target> run(boolean quick, PrintStream out) throws Exception {
    try (DataDirectory temporary = DataDirectory.temporary("tidings-e2e");
        EmbeddedStack stack = EmbeddedStack.start(config(temporary.subdirectory("stack")))) {
      Path directory = temporary.subdirectory("peers");
      List<Target> targets = new ArrayList<>();
      targets.addAll(latency(stack, directory, quick ? 400 : 3_000, out));
      targets.addAll(throughput(stack, quick ? 30_000 : 300_000, out));
      return targets;
    }
  }

  private static EmbeddedStackConfig config(Path directory) {
    EmbeddedStackConfig defaults = EmbeddedStackConfig.in(directory);
    return defaults
        .withTopics(defaults.topics().withPartitions(PARTITIONS))
        .withDedup("tidings.batch.interval.ms", "1000");
  }

  private static List<Target> latency(
      EmbeddedStack stack, Path directory, int events, PrintStream out) throws Exception {
    Latencies raw = new Latencies();
    Latencies copied = new Latencies();
    Latencies ours = new Latencies();
    byte[] body = AvroBytes.encode(Platform.event(0));
    try (EndToEndPeers peers =
            new EndToEndPeers(stack.bootstrapServers(), directory, PARTITIONS, raw, copied);
        RecordedPath path = new RecordedPath(stack, ours)) {
      // The first round warms up and is forgotten.
      for (int round = 0; round <= ROUNDS; round++) {
        if (round == 1) {
          raw.reset();
          copied.reset();
          ours.reset();
        }
        int count = events / ROUNDS;
        peers.sendRaw(body, count);
        peers.sendToCopy(body, count);
        path.send(count);
      }
    }
    out.println("latency, one event each 5 ms");
    out.println("  raw produce to consume         " + raw);
    out.println("  exactly-once copy in between   " + copied);
    out.println("  record() to informer handler   " + ours);
    out.printf(
        Locale.ROOT,
        "  record() against raw: p50 %.1f times (the commit interval of 100 ms is most of it)%n",
        ours.millis(50) / raw.millis(50));
    return List.of(
        Target.atMost(
            "e2e.latency.p50.vs_exactly_once_copy",
            ours.millis(50) / copied.millis(50),
            LATENCY_VS_COPY),
        Target.atMost(
            "e2e.latency.p99.vs_exactly_once_copy",
            ours.millis(99) / copied.millis(99),
            TAIL_LATENCY_VS_COPY));
  }

  private static List<Target> throughput(EmbeddedStack stack, int events, PrintStream out)
      throws Exception {
    List<Event> unique = new ArrayList<>();
    List<Event> repeats = new ArrayList<>();
    for (int i = 0; i < events; i++) {
      unique.add(Platform.event(i));
      repeats.add(Platform.event(1_000_000_000L + i % (events / 10)));
    }
    Throughput throughput = new Throughput(stack, PARTITIONS);
    throughput.warmUp(events / 10);
    double rawRate = throughput.raw(unique);
    double uniqueRate = throughput.pipeline(unique);
    double repeatRate = throughput.pipeline(repeats);
    double rawAgain = throughput.raw(repeats);
    double raw = (rawRate + rawAgain) / 2;
    out.printf(Locale.ROOT, "throughput, %,d events of about 300 bytes%n", events);
    out.printf(Locale.ROOT, "  raw producer                   %,.0f events/s%n", raw);
    out.printf(Locale.ROOT, "  record() to batch, all unique  %,.0f events/s%n", uniqueRate);
    out.printf(Locale.ROOT, "  record() to batch, 90%% repeats %,.0f events/s%n", repeatRate);
    return List.of(
        Target.atLeast("e2e.throughput.unique.vs_raw_producer", uniqueRate / raw, UNIQUE_VS_RAW),
        Target.atLeast(
            "e2e.throughput.repeats90.vs_raw_producer", repeatRate / raw, REPEATS_VS_RAW));
  }
}
