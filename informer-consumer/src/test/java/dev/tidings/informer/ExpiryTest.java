package dev.tidings.informer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.tidings.informer.expiry.Expiry;
import dev.tidings.informer.reflector.LogRecord;
import dev.tidings.informer.reflector.RecordSink;
import dev.tidings.informer.rv.ResourceVersion;
import dev.tidings.informer.watch.Change;
import dev.tidings.informer.watch.ChangeType;
import dev.tidings.informer.watch.ExpiredException;
import dev.tidings.informer.watch.History;
import dev.tidings.informer.watch.LogChange;
import dev.tidings.informer.watch.Watch;
import dev.tidings.informer.watch.WatchCache;
import dev.tidings.informer.watch.WatchOptions;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.Uuid;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Objects that expire are deleted for everybody, and resumed watches learn of it once. */
@Timeout(30)
class ExpiryTest {
  private static final Duration AGE = Duration.ofSeconds(10);
  private final Uuid topicId = Uuid.randomUuid();
  private Instant now = Instant.ofEpochSecond(1_000);

  private final class Reader {
    final WatchCache<String, String> watches;
    final Cache<String, String> cache;

    Reader(int capacity) {
      watches = new WatchCache<>(capacity, () -> now);
      cache =
          Caches.expiring(Expiry.byRecordTime(AGE), Map.of(), watches, problem -> {}, () -> now);
    }

    void load(ResourceVersion beginning, ResourceVersion end, Runnable records) {
      cache.startOver(new RecordSink.Load(beginning, beginning, beginning, end, false, null, null));
      records.run();
      cache.advanced(end);
      cache.caughtUp(end);
    }

    void put(long offset, long second, String key, @Nullable String value) {
      byte[] bytes = key.getBytes(StandardCharsets.UTF_8);
      cache.record(
          new LogRecord<>(0, offset, second * 1_000, key, value, value == null, bytes, bytes));
    }

    Watch<String, String> watch(ResourceVersion from) {
      return watches.watch(
          WatchOptions.from(from),
          version -> {
            throw new ExpiredException("there is no history here");
          },
          cache::snapshot);
    }

    ResourceVersion version() {
      return cache.snapshot().resourceVersion();
    }
  }

  private ResourceVersion end(long offset) {
    return ResourceVersion.of(topicId, offset);
  }

  private static List<String> take(Watch<String, String> watch) throws InterruptedException {
    List<String> seen = new ArrayList<>();
    for (Change<String, String> next = watch.poll(Duration.ZERO);
        next != null;
        next = watch.poll(Duration.ZERO)) {
      seen.add(next.type() + " " + next.key());
    }
    return seen;
  }

  @Test
  void whatIsTooOldIsDeletedUnlessItWasUpdated() throws Exception {
    Reader reader = new Reader(16);
    reader.load(
        end(0),
        end(3),
        () -> {
          reader.put(0, 980, "long gone", "1");
          reader.put(1, 995, "a", "1");
          reader.put(2, 996, "b", "1");
        });
    assertThat(reader.cache.snapshot().keys()).containsExactlyInAnyOrder("a", "b");
    HandlerTest.Recorder handler = new HandlerTest.Recorder();
    try (HandlerThread<String, String> thread =
        new HandlerThread<>(
            "test",
            handler,
            HandlerOptions.defaults(),
            problem -> {},
            reader.cache.shown()::remove)) {
      reader.cache.shown().add(thread);
      assertThat(List.of(handler.next(), handler.next()))
          .containsExactlyInAnyOrder("initial a1", "initial b1");
      Watch<String, String> watch = reader.watch(reader.version());
      reader.put(3, 1_000, "a", "2");
      reader.cache.advanced(end(4));
      now = Instant.ofEpochSecond(1_006);
      reader.cache.idle();
      assertThat(reader.cache.snapshot().keys()).containsExactly("a");
      assertThat(List.of(handler.next(), handler.next()))
          .containsExactly("update a12", "delete b1");
      assertThat(take(watch)).containsExactly("MODIFIED a", "DELETED b");
      watch.close();
    }
  }

  @Test
  void aResumedWatchIsToldOfWhatExpiredMeanwhileAndNotAgain() throws Exception {
    Reader first = new Reader(16);
    first.load(end(0), end(2), () -> twoRecords(first));
    Reader second = new Reader(16);
    second.load(end(0), end(2), () -> twoRecords(second));
    Watch<String, String> watch = first.watch(first.version());
    now = Instant.ofEpochSecond(1_006);
    first.cache.idle();
    assertThat(take(watch)).containsExactly("DELETED a");
    ResourceVersion resume = ResourceVersion.parse(watch.resourceVersion().asText());
    now = Instant.ofEpochSecond(1_007);
    second.cache.idle();
    // The second found out about both at once: the first of them was told already.
    assertThat(take(second.watch(resume))).containsExactly("DELETED b");
    // One that is loaded after it all knows them from the log.
    Reader third = new Reader(16);
    third.load(end(0), end(2), () -> twoRecords(third));
    assertThat(third.cache.snapshot().size()).isZero();
    assertThat(take(third.watch(resume))).containsExactly("DELETED b");
  }

  @Test
  void whatARecordDeletedInTheHistoryIsNotDeletedAgainByItsExpiry() throws Exception {
    Reader reader = new Reader(4);
    reader.load(end(0), end(1), () -> reader.put(0, 995, "a", "1"));
    ResourceVersion resume = reader.version();
    for (int offset = 1; offset < 5; offset++) {
      reader.put(offset, 1_000, "other", String.valueOf(offset));
      reader.cache.advanced(end(offset + 1));
    }
    // The expiry is in the window, which no longer reaches back to where the watch resumes.
    now = Instant.ofEpochSecond(1_006);
    reader.cache.idle();
    reader.put(5, 1_006, "a", null);
    reader.cache.advanced(end(6));
    LogChange<String, String> deleted = new LogChange<>(0, 5, "a", null, "1");
    try (Watch<String, String> watch =
        reader.watches.watch(
            WatchOptions.from(resume),
            version -> new OneBatch(List.of(deleted), end(6)),
            reader.cache::snapshot)) {
      assertThat(watch.poll(AGE).type()).isEqualTo(ChangeType.DELETED);
      assertThat(take(watch)).isEmpty();
      assertThat(watch.poll(Duration.ZERO)).isNull();
    }
  }

  /** A history that is read at once. */
  private record OneBatch(List<LogChange<String, String>> changes, ResourceVersion end)
      implements History<String, String> {
    @Override
    public Batch<String, String> read(Duration maxWait) {
      return new Batch<>(changes, end);
    }

    @Override
    public void wakeup() {}

    @Override
    public void close() {}
  }

  private static void twoRecords(Reader reader) {
    reader.put(0, 995, "a", "1");
    reader.put(1, 997, "b", "1");
  }

  @Test
  void whereTheLogWasTruncatedWhatExpiredBeforeThatIsUnknown() {
    Reader reader = new Reader(16);
    reader.load(end(5), end(6), () -> reader.put(5, 985, "c", "1"));
    // What was before the first record expired no later than that did, at 995.
    ResourceVersion before = end(6).withExpiry(990_000L << 20);
    ResourceVersion after = end(6).withExpiry(996_000L << 20);
    assertThatExceptionOfType(ExpiredException.class)
        .isThrownBy(() -> reader.watch(before))
        .withMessageContaining("expired since");
    reader.watch(after).close();
  }
}
