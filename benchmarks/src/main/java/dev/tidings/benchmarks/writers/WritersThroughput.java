package dev.tidings.benchmarks.writers;

import dev.tidings.benchmarks.frame.Measurement;
import dev.tidings.benchmarks.frame.Median;
import dev.tidings.benchmarks.frame.Target;
import dev.tidings.event.Event;
import dev.tidings.infra.process.DataDirectory;
import dev.tidings.infra.receivers.SyslogServer;
import dev.tidings.infra.stack.EmbeddedStack;
import dev.tidings.infra.stack.EmbeddedStackConfig;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.DoubleStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;

/**
 * Each sink, in a real Connect worker that reads a topic full of batches, next to a bare loop that
 * writes the same ready-made bytes to the same receiver. The rate is that at which they arrive,
 * from the first to the last: starting a connector does not count. Everything shares this machine,
 * and one JVM: each path runs a few times before it is measured, so that it is compiled.
 */
public final class WritersThroughput implements Measurement {
  private static final double VS_BARE = 0.7;
  private static final long LIMIT_SECONDS = 120;

  @Override
  public String name() {
    return "writers";
  }

  @Override
  public String description() {
    return "each sink against a bare loop that writes the same bytes to the same receiver";
  }

  @Override
  public List<Target> run(boolean quick, PrintStream out) throws Exception {
    int rounds = quick ? 1 : 3;
    int count = quick ? 100_000 : 200_000;
    List<Target> targets = new ArrayList<>();
    try (DataDirectory directory = DataDirectory.temporary("tidings-writers");
        EmbeddedStack stack =
            EmbeddedStack.start(EmbeddedStackConfig.in(directory.subdirectory("stack")))) {
      ConnectClient connect = new ConnectClient(stack.connectUrl(), stack.registryUrl());
      List<List<Event>> batches = batches(count);
      for (PeerStart start : peers(directory, stack.bootstrapServers(), out)) {
        try (Peer peer = start.open()) {
          List<List<Event>> repeated =
              Collections.nCopies(peer.repeats(), batches).stream().flatMap(List::stream).toList();
          String topic = fill(stack, repeated);
          targets.add(compare(peer, connect, topic, repeated, rounds, count * peer.repeats(), out));
        }
      }
    }
    return targets;
  }

  /** Opens a receiver. */
  private interface PeerStart {
    Peer open() throws Exception;
  }

  private static List<PeerStart> peers(
      DataDirectory directory, String bootstrapServers, PrintStream out) {
    List<PeerStart> peers = new ArrayList<>();
    if (SyslogServer.isInstalled(SyslogServer.Kind.RSYSLOG)) {
      peers.add(() -> new SyslogPeer(directory));
    } else {
      out.println("syslog: skipped, as rsyslog and rsyslog-gnutls are not installed");
    }
    peers.add(() -> new StorePeer(directory));
    peers.add(WebhookPeer::new);
    peers.add(() -> new LinesPeer(directory, bootstrapServers));
    return peers;
  }

  private static List<List<Event>> batches(int count) {
    List<List<Event>> batches = new ArrayList<>();
    for (int from = 0; from < count; from += Load.BATCH) {
      batches.add(Load.events(from, Math.min(Load.BATCH, count - from)));
    }
    return batches;
  }

  private static String fill(EmbeddedStack stack, List<List<Event>> batches) throws Exception {
    String topic = "bench.batches-" + batches.size();
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", stack.bootstrapServers()))) {
      if (admin.listTopics().names().get(LIMIT_SECONDS, TimeUnit.SECONDS).contains(topic)) {
        return topic;
      }
      admin
          .createTopics(List.of(new NewTopic(topic, 1, (short) 1)))
          .all()
          .get(LIMIT_SECONDS, TimeUnit.SECONDS);
    }
    try (Load load = new Load(stack.bootstrapServers(), stack.registryUrl())) {
      batches.forEach(batch -> load.send(topic, 0, batch));
      load.flush();
    }
    return topic;
  }

  private static Target compare(
      Peer peer,
      ConnectClient connect,
      String topic,
      List<List<Event>> batches,
      int rounds,
      int count,
      PrintStream out)
      throws Exception {
    Peer.Bare bare = peer.prepare(batches);
    double[] ours = new double[rounds];
    double[] bares = new double[rounds];
    // The first runs make what must be there, and warm up; they are forgotten.
    long all = sink(peer, connect, topic, "first", -1, new double[1], 0, count);
    for (int warm = 0; warm < peer.warmUps(); warm++) {
      peer.clear();
      bare.run();
      peer.clear();
      sink(peer, connect, topic, "warm-" + warm, all, new double[1], 0, count);
    }
    for (int round = 0; round < rounds; round++) {
      peer.clear();
      Thread loop = new Thread(() -> quietly(bare), "bare-loop");
      loop.start();
      bares[round] = rate(peer, all, count);
      loop.join();
      peer.clear();
      sink(peer, connect, topic, "round-" + round, all, ours, round, count);
    }
    double ratio = Median.of(DoubleStream.of(ours)) / Median.of(DoubleStream.of(bares));
    out.printf(
        "%-8s %s: sink %,.0f events/s, bare loop %,.0f events/s%n",
        peer.name(),
        peer.description(),
        Median.of(DoubleStream.of(ours)),
        Median.of(DoubleStream.of(bares)));
    return Target.atLeast("writers." + peer.name() + ".vs_bare_loop", ratio, VS_BARE);
  }

  private static void quietly(Peer.Bare bare) {
    try {
      bare.run();
    } catch (Exception e) {
      throw new IllegalStateException("The bare loop failed", e);
    }
  }

  /** A run of the sink; gives how much there is when all is there. */
  private static long sink(
      Peer peer,
      ConnectClient connect,
      String topic,
      String run,
      long all,
      double[] rates,
      int round,
      int count)
      throws Exception {
    String name = peer.name() + "-" + run;
    peer.sinkStarts(name, topic);
    connect.start(name, topic, peer.settings());
    try {
      if (all < 0) {
        return untilQuiet(peer);
      }
      rates[round] = rate(peer, all, count);
      return all;
    } finally {
      connect.delete(name);
    }
  }

  private static long untilQuiet(Peer peer) throws Exception {
    long last = 0;
    for (int still = 0; still < 40 || last == 0; still++) {
      long now = peer.arrived();
      if (now != last) {
        still = 0;
      }
      last = now;
      TimeUnit.MILLISECONDS.sleep(50);
    }
    return last;
  }

  /** Events a second, from when the first are there until all are. */
  private static double rate(Peer peer, long all, int count) throws Exception {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(LIMIT_SECONDS);
    long firstNanos = 0;
    long first = 0;
    while (System.nanoTime() < deadline) {
      long now = peer.arrived();
      if (now > 0 && firstNanos == 0) {
        firstNanos = System.nanoTime();
        first = now;
      }
      if (now >= all) {
        double seconds = Math.max(1, System.nanoTime() - firstNanos) / 1e9;
        return count * ((double) (all - first) / all) / seconds;
      }
      TimeUnit.MILLISECONDS.sleep(peer.lookMillis());
    }
    throw new IllegalStateException(
        "%s: %d of %d after %d s".formatted(peer.name(), peer.arrived(), all, LIMIT_SECONDS));
  }
}
