package dev.tidings.informer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.informer.rv.ResourceVersion;
import dev.tidings.informer.store.Snapshot;
import dev.tidings.informer.watch.Change;
import dev.tidings.informer.watch.ExpiredException;
import dev.tidings.informer.watch.SlowWatcherException;
import dev.tidings.informer.watch.Watch;
import dev.tidings.informer.watch.WatchOptions;
import dev.tidings.infra.kafka.BrokerConfig;
import dev.tidings.infra.kafka.EmbeddedKafka;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Random transactions, aborted and committed, on a topic that the broker compacts all the while;
 * three informers with tiny windows, which keep their objects decoded or encoded, and of which one
 * is replaced now and then; watchers that come, go and resume from their last resource version on
 * another informer. The model is every write that was committed, in order: a watcher may miss
 * states that compaction removed, but never the newest, never sees one twice, and never goes back.
 */
@Timeout(150)
class CompactionModelIT {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final int PARTITIONS = 2;
  private static final int KEYS = 12;
  private static final Map<String, String> EAGERLY_COMPACTED =
      Map.of(
          "cleanup.policy", "compact",
          "segment.ms", "100",
          "min.cleanable.dirty.ratio", "0.01",
          "max.compaction.lag.ms", "100");

  /** Each key's values, by the order in which they were committed; null when deleted. */
  private final Map<String, List<@Nullable String>> model = new TreeMap<>();

  private final long seed = System.nanoTime();
  private final Random random = new Random(seed);
  private int version;

  private final class Watcher {
    final int number;
    final Map<String, String> view = new HashMap<>();
    // Of each key, how far in its history this watcher is.
    private final Map<String, Integer> reached = new HashMap<>();
    private SharedInformer<String, String> on;
    private Watch<String, String> watch;
    private ResourceVersion last;
    int changes;
    int relists;

    Watcher(int number, SharedInformer<String, String> informer) {
      this.number = number;
      on = informer;
      list();
    }

    private void list() {
      Snapshot<String, String> state = on.list();
      view.clear();
      state.forEach(view::put);
      view.forEach((key, value) -> reached.put(key, model.get(key).lastIndexOf(value)));
      last = state.resourceVersion();
      watch = on.watch(WatchOptions.from(last));
    }

    void resumeOn(SharedInformer<String, String> other) {
      watch.close();
      on = other;
      watch();
    }

    private void watch() {
      try {
        // As it travels between processes.
        watch = on.watch(WatchOptions.from(ResourceVersion.parse(last.asText())));
      } catch (ExpiredException e) {
        relists++;
        list();
      }
    }

    void take(Duration patience) throws InterruptedException {
      try {
        for (Change<String, String> next = watch.poll(patience);
            next != null;
            next = watch.poll(Duration.ZERO)) {
          see(next);
        }
      } catch (SlowWatcherException e) {
        last = e.resumeFrom();
        watch();
      } catch (ExpiredException e) {
        relists++;
        list();
      }
    }

    private void see(Change<String, String> change) {
      String what = "seed " + seed + ", watcher " + number + ": " + change;
      assertThat(change.resourceVersion().isAtLeast(last)).as(what).isTrue();
      assertThat(change.resourceVersion()).as(what).isNotEqualTo(last);
      last = change.resourceVersion();
      String key = change.key();
      if (key == null) {
        return;
      }
      changes++;
      String value =
          switch (change.type()) {
            case DELETED -> null;
            default -> change.object();
          };
      List<@Nullable String> history = model.get(key);
      int from = reached.getOrDefault(key, -1) + 1;
      int at = from;
      while (at < history.size() && !Objects.equals(history.get(at), value)) {
        at++;
      }
      assertThat(at).as("%s is not after %s in %s", what, from, history).isLessThan(history.size());
      reached.put(key, at);
      if (value == null) {
        view.remove(key);
      } else {
        view.put(key, value);
      }
    }
  }

  @Test
  void everyViewBecomesThatOfTheModel() throws Exception {
    try (EmbeddedKafka kafka =
            EmbeddedKafka.start(
                BrokerConfig.temporary()
                    .withProperty("log.cleaner.backoff.ms", "100")
                    .withProperty("log.cleaner.min.compaction.lag.ms", "0")
                    .withProperty("log.segment.delete.delay.ms", "100"));
        Topic topic = new Topic(kafka.bootstrapServers(), PARTITIONS, EAGERLY_COMPACTED)) {
      List<SharedInformer<String, String>> informers = new ArrayList<>();
      List<Watcher> watchers = new ArrayList<>();
      try {
        for (int i = 0; i < 3; i++) {
          informers.add(started(topic));
        }
        for (int round = 0; round < 60; round++) {
          write(topic);
          act(topic, informers, watchers);
        }
        assertThat(compacted(topic)).as("compaction has removed records").isTrue();
        for (Watcher watcher : watchers) {
          settle(watcher);
        }
        assertThat(watchers.stream().mapToInt(watcher -> watcher.changes).sum()).isPositive();
        // Nothing was that old: every resume went on where it was.
        assertThat(watchers).allSatisfy(watcher -> assertThat(watcher.relists).isZero());
      } finally {
        informers.forEach(SharedInformer::close);
      }
    }
  }

  private SharedInformer<String, String> started(Topic topic) throws InterruptedException {
    InformerBuilder<String, String> builder = topic.informer().watchCacheCapacity(4, 16);
    if (random.nextBoolean()) {
      builder.keepEncoded(new StringSerializer());
    }
    SharedInformer<String, String> informer = builder.build().start();
    assertThat(informer.awaitSync(LIMIT)).isTrue();
    return informer;
  }

  private void write(Topic topic) throws Exception {
    boolean commit = random.nextInt(4) != 0;
    String[] keysAndValues = new String[2 * (1 + random.nextInt(6))];
    for (int i = 0; i < keysAndValues.length; i += 2) {
      keysAndValues[i] = "k" + random.nextInt(KEYS);
      keysAndValues[i + 1] = random.nextInt(4) == 0 ? null : String.valueOf(++version);
      if (commit) {
        model.computeIfAbsent(keysAndValues[i], key -> new ArrayList<>()).add(keysAndValues[i + 1]);
      }
    }
    topic.transaction(commit, keysAndValues);
  }

  private void act(
      Topic topic, List<SharedInformer<String, String>> informers, List<Watcher> watchers)
      throws Exception {
    SharedInformer<String, String> one = informers.get(random.nextInt(informers.size()));
    int what = random.nextInt(10);
    if (watchers.isEmpty() || what == 0) {
      watchers.add(new Watcher(watchers.size(), one));
    } else if (what < 4) {
      watchers.get(random.nextInt(watchers.size())).resumeOn(one);
    } else if (what == 4) {
      replace(topic, informers, watchers);
    } else {
      watchers.get(random.nextInt(watchers.size())).take(Duration.ofMillis(20));
    }
  }

  private void replace(
      Topic topic, List<SharedInformer<String, String>> informers, List<Watcher> watchers)
      throws Exception {
    SharedInformer<String, String> old = informers.remove(0);
    for (Watcher watcher : watchers) {
      if (watcher.on == old) {
        watcher.resumeOn(informers.get(0));
      }
    }
    old.close();
    informers.add(started(topic));
  }

  private static boolean compacted(Topic topic) throws Exception {
    SharedInformer<String, String> fresh = topic.informer().build().start();
    try (fresh) {
      assertThat(fresh.awaitSync(LIMIT)).isTrue();
      long offsets = 0;
      for (long offset : fresh.list().resourceVersion().offsets()) {
        offsets += offset;
      }
      return fresh.status().load().records() < offsets / 2;
    }
  }

  private void settle(Watcher watcher) throws InterruptedException {
    Map<String, String> expected = new HashMap<>();
    model.forEach(
        (key, values) -> {
          String newest = values.get(values.size() - 1);
          if (newest != null) {
            expected.put(key, newest);
          }
        });
    long deadline = System.nanoTime() + LIMIT.toNanos();
    while (!watcher.view.equals(expected) && System.nanoTime() < deadline) {
      watcher.take(Duration.ofMillis(100));
    }
    assertThat(watcher.view).as("seed %s, watcher %s", seed, watcher.number).isEqualTo(expected);
  }
}
