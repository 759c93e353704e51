package dev.tidings.benchmarks.writers;

import dev.tidings.benchmarks.frame.FaultRun;
import dev.tidings.benchmarks.frame.Target;
import dev.tidings.infra.process.DataDirectory;
import dev.tidings.infra.stack.EmbeddedStack;
import dev.tidings.infra.stack.EmbeddedStackConfig;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;

/**
 * Batches flow through a real Connect worker to all receivers at once, while receivers are killed
 * and started again, close in the middle of a batch and are slow, links to them are cut, and
 * connectors restarted, at random. Afterwards each receiver must have every event.
 */
public final class WritersFaults implements FaultRun {
  private static final String TOPIC = "faults.batches";
  private static final int PARTITIONS = 3;
  private static final int EVENTS_EACH_TIME = 100;
  private static final int LONGEST_PAUSE_MILLIS = 1_500;
  private static final Duration SETTLE_LIMIT = Duration.ofMinutes(2);

  @Override
  public String name() {
    return "writers";
  }

  @Override
  public String description() {
    return "receivers killed, links cut, connectors restarted at random; nothing missing";
  }

  @Override
  public List<Target> run(Duration duration, long seed, PrintStream out) throws Exception {
    try (DataDirectory directory = DataDirectory.temporary("tidings-writers-faults");
        EmbeddedStack stack =
            EmbeddedStack.start(EmbeddedStackConfig.in(directory.subdirectory("stack")));
        FaultyReceivers receivers = new FaultyReceivers(directory)) {
      createTopic(stack);
      ConnectClient connect = new ConnectClient(stack.connectUrl(), stack.registryUrl());
      Map<String, Map<String, String>> sinks = receivers.sinks();
      for (Map.Entry<String, Map<String, String>> sink : sinks.entrySet()) {
        connect.start(sink.getKey(), TOPIC, sink.getValue());
      }
      Random random = new Random(seed);
      int faults = 0;
      long sent = 0;
      try (Load load = new Load(stack.bootstrapServers(), stack.registryUrl())) {
        long end = System.nanoTime() + duration.toNanos();
        while (System.nanoTime() < end) {
          for (int partition = 0; partition < PARTITIONS; partition++) {
            load.send(TOPIC, partition, Load.events(sent, EVENTS_EACH_TIME));
            sent += EVENTS_EACH_TIME;
          }
          TimeUnit.MILLISECONDS.sleep(50 + random.nextInt(150));
          if (random.nextInt(4) == 0) {
            out.println("fault: " + fault(random, receivers, connect, sinks));
            faults++;
          }
        }
        load.flush();
      }
      receivers.heal();
      out.printf("%d faults, %,d events; settling and counting%n", faults, sent);
      return check(receivers, connect, sinks.keySet(), sent, faults, out);
    }
  }

  private static String fault(
      Random random,
      FaultyReceivers receivers,
      ConnectClient connect,
      Map<String, Map<String, String>> sinks)
      throws Exception {
    int pause = random.nextInt(LONGEST_PAUSE_MILLIS);
    switch (random.nextInt(8)) {
      case 0 -> {
        return receivers.killSyslog(pause) ? "rsyslog killed" : "none: rsyslog is not installed";
      }
      case 1 -> {
        receivers.killPostgres(pause);
        return "PostgreSQL killed";
      }
      case 2 -> {
        receivers.restartHttp(pause);
        return "HTTP server stopped";
      }
      case 3 -> {
        receivers.slowLinks(random.nextInt(20));
        return "links slow";
      }
      case 4 -> {
        receivers.cutLinks(pause);
        return "links cut, then refusing";
      }
      case 5 -> {
        receivers.slowHttp(pause);
        return "HTTP server answers after %d ms".formatted(pause);
      }
      case 6 -> {
        receivers.closeInTheMiddle(random);
        return "receivers close in the middle of a batch";
      }
      default -> {
        String name = List.copyOf(sinks.keySet()).get(random.nextInt(sinks.size()));
        connect.restart(name);
        return name + " connector restarted";
      }
    }
  }

  private static List<Target> check(
      FaultyReceivers receivers,
      ConnectClient connect,
      Set<String> sinks,
      long sent,
      int faults,
      PrintStream out)
      throws Exception {
    List<Target> targets = new ArrayList<>();
    targets.add(Target.atLeast("faults.writers.faults", faults, 1));
    targets.add(Target.atLeast("faults.writers.events", sent, 1));
    for (String sink : sinks) {
      long deadline = System.nanoTime() + SETTLE_LIMIT.toNanos();
      FaultyReceivers.Arrived arrived = receivers.arrived(sink);
      while (arrived.ids().size() < sent && System.nanoTime() < deadline) {
        TimeUnit.MILLISECONDS.sleep(500);
        arrived = receivers.arrived(sink);
      }
      long missing = sent - arrived.ids().size();
      out.printf(
          "%-12s %,d events, %,d of them more than once%n",
          sink, arrived.ids().size(), arrived.total() - arrived.ids().size());
      if (missing > 0) {
        out.println(connect.status(sink));
      }
      targets.add(Target.atMost("faults.writers." + sink + ".missing", missing, 0));
      if (sink.equals("store")) {
        targets.add(
            Target.atMost(
                "faults.writers.store.doubled", arrived.total() - arrived.ids().size(), 0));
      }
    }
    return targets;
  }

  private static void createTopic(EmbeddedStack stack) throws Exception {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", stack.bootstrapServers()))) {
      admin
          .createTopics(List.of(new NewTopic(TOPIC, PARTITIONS, (short) 1)))
          .all()
          .get(30, TimeUnit.SECONDS);
    }
  }
}
