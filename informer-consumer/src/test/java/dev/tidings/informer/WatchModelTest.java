package dev.tidings.informer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.informer.rv.ResourceVersion;
import dev.tidings.informer.watch.Change;
import dev.tidings.informer.watch.ChangeType;
import dev.tidings.informer.watch.LogChange;
import dev.tidings.informer.watch.SlowWatcherException;
import dev.tidings.informer.watch.Watch;
import dev.tidings.informer.watch.WatchCache;
import dev.tidings.informer.watch.WatchOptions;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiPredicate;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/**
 * Random logs, read by two informers each at its own pace and with tiny windows; random watchers
 * that come, go and resume on the other one. Nobody may see a gap, a repeat, or time going back.
 */
class WatchModelTest {
  private static final InstantSource CLOCK = InstantSource.fixed(Instant.EPOCH);
  private static final BiPredicate<String, String> EVEN =
      (key, value) -> Integer.parseInt(value) % 2 == 0;

  private static final class Informer {
    final WatchCache<String, String> watches;
    final Cache<String, String> cache;
    final MemoryLog.Reader reader;
    final MemoryLog log;

    Informer(MemoryLog log, int capacity) {
      this.log = log;
      watches = new WatchCache<>(capacity, CLOCK);
      cache = Caches.plain(Map.of(), watches, problem -> {});
      reader = log.new Reader(cache);
      reader.load();
    }

    Watch<String, String> watch(WatchOptions<String, String> options) {
      return watches.watch(options, log, cache::snapshot);
    }
  }

  /** A watcher, with what it has seen since it first began. */
  private static final class Watcher {
    final ResourceVersion began;
    final boolean filtered;
    final List<Change<String, String>> seen = new ArrayList<>();
    Watch<String, String> watch;

    Watcher(Informer informer, boolean filtered) {
      this.filtered = filtered;
      began = informer.cache.snapshot().resourceVersion();
      watch = informer.watch(options(began));
    }

    WatchOptions<String, String> options(ResourceVersion from) {
      WatchOptions<String, String> options = WatchOptions.from(from);
      return filtered ? options.filter(EVEN) : options;
    }

    void resumeOn(Informer informer) {
      ResourceVersion from = watch.resourceVersion();
      watch.close();
      watch = informer.watch(options(from));
    }

    void take(int atMost, Informer fallback) throws InterruptedException {
      for (int i = 0; i < atMost; i++) {
        try {
          Change<String, String> change = watch.poll(Duration.ZERO);
          if (change != null) {
            assertThat(change.resourceVersion()).isEqualTo(watch.resourceVersion());
            seen.add(change);
          }
        } catch (SlowWatcherException e) {
          watch = fallback.watch(options(e.resumeFrom()));
        }
      }
    }
  }

  @Property(tries = 500)
  void everyWatcherSeesEveryChangeOnce(
      @ForAll @Size(max = 200) List<@IntRange(max = 99_999) Integer> steps,
      @ForAll @IntRange(min = 1, max = 20) int capacity)
      throws InterruptedException {
    MemoryLog log = new MemoryLog();
    log.append("k0", "0", 0);
    List<Informer> informers = List.of(new Informer(log, capacity), new Informer(log, capacity));
    List<Watcher> watchers = new ArrayList<>();
    for (int step : steps) {
      int what = step % 20;
      int which = step / 20;
      Informer informer = informers.get(which % 2);
      if (what < 9) {
        String key = "k" + which % 6;
        boolean delete = which % 5 == 0 && log.has(key);
        log.append(key, delete ? null : String.valueOf(which % 13), which % 3);
      } else if (what < 12) {
        informer.reader.read(1 + which % 5);
      } else if (what == 12) {
        log.appendGap(which % 2);
      } else if (what == 13) {
        informer.reader.load();
      } else if (what == 14) {
        watchers.add(new Watcher(informer, which % 3 == 0));
      } else if (!watchers.isEmpty()) {
        Watcher watcher = watchers.get(which % watchers.size());
        if (what == 15) {
          watcher.resumeOn(informer);
        } else {
          watcher.take(1 + which % 7, informer);
        }
      }
    }
    for (Informer informer : informers) {
      informer.reader.read(Integer.MAX_VALUE);
      assertThat(new HashMap<>(asMap(informer))).isEqualTo(log.states());
    }
    for (Watcher watcher : watchers) {
      // A look that does not wait reads one batch of the log at most, so more looks than changes.
      watcher.take(600, informers.get(0));
      assertSawEverything(log, watcher);
      watcher.watch.close();
    }
    assertThat(log.openHistories).isZero();
  }

  private static Map<String, String> asMap(Informer informer) {
    Map<String, String> map = new HashMap<>();
    informer.cache.snapshot().forEach(map::put);
    return map;
  }

  private static void assertSawEverything(MemoryLog log, Watcher watcher) {
    for (int partition = 0; partition < MemoryLog.PARTITIONS; partition++) {
      int of = partition;
      List<String> expected = new ArrayList<>();
      for (LogChange<String, String> record : log.records) {
        if (record.partition() == of && record.offset() >= watcher.began.offset(of)) {
          String shown = shown(record, watcher.filtered);
          if (shown != null) {
            expected.add(shown);
          }
        }
      }
      List<String> seen =
          watcher.seen.stream()
              .filter(change -> MemoryLog.partitionOf(change.key()) == of)
              .map(
                  change ->
                      change.type()
                          + " "
                          + change.key()
                          + " "
                          + change.previous()
                          + " "
                          + change.object()
                          + " "
                          + change.resourceVersion().offset(of))
              .toList();
      assertThat(seen).isEqualTo(expected);
    }
    ResourceVersion last = watcher.began;
    for (Change<String, String> change : watcher.seen) {
      assertThat(change.resourceVersion().isAtLeast(last)).isTrue();
      assertThat(change.resourceVersion()).isNotEqualTo(last);
      last = change.resourceVersion();
    }
  }

  // An independent statement of what a record means to a watcher.
  private static String shown(LogChange<String, String> record, boolean filtered) {
    String before = visible(record.key(), record.previous(), filtered);
    String after = visible(record.key(), record.object(), filtered);
    if (before == null && after == null) {
      return null;
    }
    ChangeType type =
        before == null
            ? ChangeType.ADDED
            : after == null ? ChangeType.DELETED : ChangeType.MODIFIED;
    String object = after == null ? before : after;
    return type + " " + record.key() + " " + before + " " + object + " " + (record.offset() + 1);
  }

  private static String visible(String key, String value, boolean filtered) {
    return value == null || (filtered && !EVEN.test(key, value)) ? null : value;
  }
}
