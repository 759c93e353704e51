package dev.tidings.informer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.informer.expiry.Expiry;
import dev.tidings.informer.reflector.LogRecord;
import dev.tidings.informer.reflector.RecordSink;
import dev.tidings.informer.rv.ResourceVersion;
import dev.tidings.informer.watch.Change;
import dev.tidings.informer.watch.ExpiredException;
import dev.tidings.informer.watch.Watch;
import dev.tidings.informer.watch.WatchCache;
import dev.tidings.informer.watch.WatchOptions;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.apache.kafka.common.Uuid;
import org.jspecify.annotations.Nullable;

/**
 * Two readers of one log whose objects expire find that out at different moments, and a watcher
 * goes from one to the other. The model is each key's newest record and its age. The watcher must
 * be told of every object once when it comes and once when it goes, and never of what it has not.
 */
class ExpiryModelTest {
  private static final Duration AGE = Duration.ofSeconds(10);

  private record Put(long second, String key, @Nullable String value) {}

  private final Uuid topicId = Uuid.randomUuid();
  private final List<Put> log = new ArrayList<>();
  private Instant now = Instant.ofEpochSecond(1_000);

  private final class Reader {
    final WatchCache<String, String> watches = new WatchCache<>(1_024, () -> now);
    final Cache<String, String> cache =
        Caches.expiring(Expiry.byRecordTime(AGE), Map.of(), watches, problem -> {}, () -> now);
    private int read;

    Reader() {
      ResourceVersion empty = ResourceVersion.of(topicId, 0);
      cache.startOver(new RecordSink.Load(empty, empty, empty, empty, false, null, null));
      cache.caughtUp(empty);
    }

    void read(int atMost) {
      int until = Math.min(log.size(), read + atMost);
      for (; read < until; read++) {
        Put put = log.get(read);
        byte[] key = put.key().getBytes(StandardCharsets.UTF_8);
        cache.record(
            new LogRecord<>(
                0,
                read,
                put.second() * 1_000,
                put.key(),
                put.value(),
                put.value() == null,
                key,
                key));
      }
      cache.advanced(ResourceVersion.of(topicId, read));
    }
  }

  private final class Watcher {
    final Map<String, String> view = new HashMap<>();
    private Watch<String, String> watch;

    Watcher(Reader reader) {
      reader.cache.snapshot().forEach(view::put);
      watch = watch(reader, reader.cache.snapshot().resourceVersion());
    }

    private Watch<String, String> watch(Reader reader, ResourceVersion from) {
      return reader.watches.watch(
          WatchOptions.from(from),
          version -> {
            throw new ExpiredException("all of it is in the window");
          },
          reader.cache::snapshot);
    }

    void resumeOn(Reader reader) {
      ResourceVersion last = ResourceVersion.parse(watch.resourceVersion().asText());
      watch.close();
      watch = watch(reader, last);
    }

    void take(int atMost) throws InterruptedException {
      for (int i = 0; i < atMost; i++) {
        Change<String, String> change = watch.poll(Duration.ZERO);
        if (change == null || change.key() == null) {
          continue;
        }
        switch (change.type()) {
          case ADDED ->
              assertThat(view.put(change.key(), change.object())).as("%s", change).isNull();
          case MODIFIED ->
              assertThat(view.put(change.key(), change.object())).as("%s", change).isNotNull();
          default -> assertThat(view.remove(change.key())).as("%s", change).isNotNull();
        }
      }
    }
  }

  @Property(tries = 300)
  void everyObjectComesAndGoesOnce(
      @ForAll @Size(max = 120) List<@IntRange(max = 99_999) Integer> steps)
      throws InterruptedException {
    log.clear();
    now = Instant.ofEpochSecond(1_000);
    List<Reader> readers = List.of(new Reader(), new Reader());
    Watcher watcher = new Watcher(readers.get(0));
    for (int step : steps) {
      int which = step / 10;
      Reader reader = readers.get(which % 2);
      switch (step % 10) {
        case 0, 1, 2 ->
            log.add(
                new Put(
                    now.getEpochSecond(),
                    "k" + which % 5,
                    which % 4 == 0 ? null : String.valueOf(log.size())));
        case 3, 4 -> reader.read(1 + which % 4);
        case 5 -> {
          // Nobody is behind by as much as objects live.
          readers.forEach(one -> one.read(log.size()));
          now = now.plusSeconds(which % 8);
        }
        case 6 -> reader.cache.idle();
        case 7 -> watcher.resumeOn(reader);
        default -> watcher.take(1 + which % 5);
      }
    }
    for (Reader reader : readers) {
      reader.read(log.size());
      reader.cache.idle();
      Map<String, String> kept = new HashMap<>();
      reader.cache.snapshot().forEach(kept::put);
      assertThat(kept).isEqualTo(model());
    }
    watcher.take(1_000);
    assertThat(watcher.view).isEqualTo(model());
  }

  private Map<String, String> model() {
    Map<String, String> model = new HashMap<>();
    for (Put put : log) {
      boolean young = put.second() + AGE.toSeconds() > now.getEpochSecond();
      if (put.value() != null && young) {
        model.put(put.key(), put.value());
      } else {
        model.remove(put.key());
      }
    }
    return model;
  }
}
