package dev.tidings.benchmarks.dedup;

import dev.tidings.benchmarks.frame.Median;
import dev.tidings.benchmarks.frame.Target;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;

/**
 * How long it takes from the start until a new record is processed, with many windows open: when
 * the state on disk is lost, as exactly-once makes it after a crash, and when it is still there.
 */
final class Restart {
  private static final int ROUNDS = 5;

  /** Seconds. */
  private record Round(double oursLost, double peerLost, double oursKept, double peerKept) {}

  private final Bench bench;

  Restart(Bench bench) {
    this.bench = bench;
  }

  List<Target> run(int windows, PrintStream out) throws Exception {
    try (Input input = bench.input("restart")) {
      input.fill(windows, 0, 1);
      Bench.Entry ours = bench.entry(Contender.TIDINGS, input.topics(), "exactly_once_v2");
      Bench.Entry peer = bench.entry(Contender.WINDOW_STORE, input.topics(), "exactly_once_v2");
      consume(ours);
      consume(peer);
      List<Round> rounds = new ArrayList<>();
      for (int i = 0; i < ROUNDS; i++) {
        rounds.add(
            new Round(
                seconds(ours, input, false),
                seconds(peer, input, false),
                seconds(ours, input, true),
                seconds(peer, input, true)));
      }
      double oursLost = Median.of(rounds.stream().mapToDouble(Round::oursLost));
      double peerLost = Median.of(rounds.stream().mapToDouble(Round::peerLost));
      double oursKept = Median.of(rounds.stream().mapToDouble(Round::oursKept));
      double peerKept = Median.of(rounds.stream().mapToDouble(Round::peerKept));
      out.printf(
          Locale.ROOT,
          "restart until a record is processed, %,d open windows, median of %d%n",
          windows,
          ROUNDS);
      out.printf(
          Locale.ROOT, "  state lost   tidings %.2f s, window store %.2f s%n", oursLost, peerLost);
      out.printf(
          Locale.ROOT, "  state kept   tidings %.2f s, window store %.2f s%n", oursKept, peerKept);
      return List.of(
          Target.atMost("dedup.restart.state_lost.vs_window_store", oursLost / peerLost, 1),
          Target.atMost("dedup.restart.state_kept.vs_window_store", oursKept / peerKept, 1));
    }
  }

  private static void consume(Bench.Entry entry) throws Exception {
    try (Contender.Running running = entry.start(true)) {
      running.await();
      entry.awaitEnd();
    }
  }

  private static double seconds(Bench.Entry entry, Input input, boolean withState)
      throws Exception {
    // The other one's records too.
    consume(entry);
    Map<TopicPartition, Long> before = entry.ends();
    input.one();
    long start = System.nanoTime();
    try (Contender.Running running = entry.start(withState)) {
      entry.awaitBeyond(before);
      double seconds = (System.nanoTime() - start) / 1e9;
      running.await();
      entry.awaitEnd();
      return seconds;
    }
  }
}
