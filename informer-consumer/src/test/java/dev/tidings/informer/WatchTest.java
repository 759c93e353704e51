package dev.tidings.informer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.tidings.informer.rv.ResourceVersion;
import dev.tidings.informer.watch.Change;
import dev.tidings.informer.watch.ChangeType;
import dev.tidings.informer.watch.ExpiredException;
import dev.tidings.informer.watch.SlowWatcherException;
import dev.tidings.informer.watch.Watch;
import dev.tidings.informer.watch.WatchCache;
import dev.tidings.informer.watch.WatchClosedException;
import dev.tidings.informer.watch.WatchFailedException;
import dev.tidings.informer.watch.WatchOptions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.Uuid;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class WatchTest {
  private Instant now = Instant.EPOCH;
  private final MemoryLog log = new MemoryLog();
  private final WatchCache<String, String> watches = new WatchCache<>(8, () -> now);
  private final Cache<String, String> cache = Caches.plain(Map.of(), watches, problem -> {});
  private final MemoryLog.Reader reader = log.new Reader(cache);

  private Watch<String, String> watch(WatchOptions<String, String> options) {
    return watches.watch(options, log, cache::snapshot);
  }

  private void follow() {
    reader.read(Integer.MAX_VALUE);
  }

  private static List<String> drain(Watch<String, String> watch) throws InterruptedException {
    List<String> seen = new ArrayList<>();
    // A look that does not wait reads one batch of the log at most.
    int looksInVain = 0;
    while (looksInVain < 50) {
      Change<String, String> change = watch.poll(Duration.ZERO);
      if (change == null) {
        looksInVain++;
      } else {
        seen.add(change.type() + " " + change.key() + " " + change.object());
      }
    }
    return seen;
  }

  @Test
  void fromNowShowsWhatComesAfter() throws Exception {
    log.append("a", "1", 0);
    reader.load();
    Watch<String, String> watch = watch(WatchOptions.fromNow());
    log.append("a", "2", 0);
    log.append("a", null, 0);
    follow();
    assertThat(drain(watch)).containsExactly("MODIFIED a 2", "DELETED a 2");
  }

  @Test
  void theInitialStateIsFollowedByOneBookmarkAndThenByChanges() throws Exception {
    log.append("a", "1", 0);
    log.append("b", "2", 1);
    log.appendGap(0);
    reader.load();
    Watch<String, String> watch = watch(WatchOptions.withInitialState());
    log.append("b", "3", 0);
    follow();

    assertThat(watch.poll(Duration.ZERO).resourceVersion())
        .isEqualTo(ResourceVersion.beginning(log.topicId));
    assertThat(watch.poll(Duration.ZERO).type()).isEqualTo(ChangeType.ADDED);
    Change<String, String> bookmark = watch.poll(Duration.ZERO);
    assertThat(bookmark.type()).isEqualTo(ChangeType.BOOKMARK);
    assertThat(drain(watch)).containsExactly("MODIFIED b 3");
    assertThat(drain(watch(WatchOptions.from(bookmark.resourceVersion()))))
        .containsExactly("MODIFIED b 3");
  }

  @Test
  void theInitialStateMayBeTakenSlowerThanTheWindowMoves() throws Exception {
    for (int i = 0; i < 20; i++) {
      log.append("k" + i, "1", 0);
    }
    reader.load();
    Watch<String, String> watch = watch(WatchOptions.withInitialState());
    for (int i = 0; i < 20; i++) {
      log.append("k" + i, "2", 0);
      follow();
    }
    assertThat(drain(watch)).hasSize(41);
    assertThat(log.histories).isOne();
  }

  @Test
  void aBookmarkMovesTheVersionWhenNothingMatches() throws Exception {
    reader.load();
    Watch<String, String> watch =
        watch(
            WatchOptions.<String, String>fromNow()
                .filter((key, value) -> false)
                .bookmarkEvery(Duration.ofSeconds(10)));
    log.append("a", "1", 0);
    follow();
    now = now.plusSeconds(9);
    assertThat(drain(watch)).isEmpty();
    now = now.plusSeconds(1);
    assertThat(watch.poll(Duration.ZERO))
        .isEqualTo(new Change<>(ChangeType.BOOKMARK, null, null, null, log.end()));
    now = now.plusSeconds(60);
    assertThat(watch.poll(Duration.ZERO)).isNull();
  }

  @Test
  void aFilterTurnsAChangeOfMatchIntoAdditionAndDeletion() throws Exception {
    log.append("a", "1", 0);
    reader.load();
    Watch<String, String> watch =
        watch(WatchOptions.<String, String>fromNow().filter((key, value) -> value.equals("2")));
    log.append("a", "2", 0);
    log.append("a", "3", 0);
    log.append("a", null, 0);
    follow();
    assertThat(drain(watch)).containsExactly("ADDED a 2", "DELETED a 2");
  }

  @Test
  void aDeletionWhoseObjectCompactionHasRemovedIsStillShown() throws Exception {
    // The record that the tombstone deletes is gone from the log.
    log.append("a", null, 7);
    reader.load();
    Watch<String, String> watch =
        watch(
            WatchOptions.<String, String>from(ResourceVersion.of(log.topicId, 0, 0))
                .filter((key, value) -> false));
    assertThat(drain(watch)).containsExactly("DELETED a null");
  }

  @Test
  void aWatcherThatFallsBehindIsEndedAndCanResume() throws Exception {
    reader.load();
    Watch<String, String> watch = watch(WatchOptions.fromNow());
    Watch<String, String> keepingUp = watch(WatchOptions.fromNow());
    List<String> seen = new ArrayList<>();
    for (int i = 0; i < 9; i++) {
      log.append("a", String.valueOf(i), 0);
      follow();
      seen.addAll(drain(keepingUp));
    }
    assertThat(seen).hasSize(9);
    SlowWatcherException slow =
        (SlowWatcherException) catchThrowable(() -> watch.poll(Duration.ZERO));
    assertThat(slow).hasMessageContaining("more than 8 changes behind");
    assertThat(watches.watchCount()).isOne();
    assertThat(catchThrowable(watch::take)).isSameAs(slow);
    assertThat(drain(watch(WatchOptions.from(slow.resumeFrom())))).isEqualTo(seen);
    assertThat(log.histories).isOne();
  }

  @Test
  void aWatcherThatIsFarBehindForLongerThanItsBudgetIsEndedAndTheOthersAreNot() throws Exception {
    WatchCache<String, String> budgeted = new WatchCache<>(8, 8, Duration.ofSeconds(3), () -> now);
    Cache<String, String> fed = Caches.plain(Map.of(), budgeted, problem -> {});
    MemoryLog.Reader feeder = log.new Reader(fed);
    feeder.load();
    WatchOptions<String, String> fromNow = WatchOptions.fromNow();
    try (Watch<String, String> slow = budgeted.watch(fromNow, log, fed::snapshot);
        Watch<String, String> recovering = budgeted.watch(fromNow, log, fed::snapshot);
        Watch<String, String> keepingUp = budgeted.watch(fromNow, log, fed::snapshot)) {
      // More than half of the window, but still in it.
      for (int i = 0; i < 5; i++) {
        log.append("a", String.valueOf(i), 0);
        feeder.read(1);
        assertThat(drain(keepingUp)).hasSize(1);
      }
      budgeted.endSlowWatches(Duration.ofSeconds(2));
      assertThat(budgeted.watchCount()).isEqualTo(3);
      assertThat(drain(recovering)).hasSize(5);
      budgeted.endSlowWatches(Duration.ofSeconds(2));
      SlowWatcherException ended =
          (SlowWatcherException) catchThrowable(() -> slow.poll(Duration.ZERO));
      assertThat(budgeted.terminated()).isOne();
      assertThat(drain(recovering)).isEmpty();
      assertThat(drain(keepingUp)).isEmpty();
      assertThat(drain(budgeted.watch(WatchOptions.from(ended.resumeFrom()), log, fed::snapshot)))
          .hasSize(5);
    }
  }

  @Test
  void changesBeforeTheWindowComeFromTheLog() throws Exception {
    reader.load();
    ResourceVersion start = cache.snapshot().resourceVersion();
    for (int i = 0; i < 30; i++) {
      log.append("k" + i % 3, String.valueOf(i), i % 2);
      follow();
    }
    assertThat(drain(watch(WatchOptions.from(start)))).hasSize(30);
    assertThat(log.histories).isOne();
    assertThat(log.openHistories).isZero();
  }

  @Test
  void whatTheLogNoLongerHasIsExpired() {
    for (int i = 0; i < 30; i++) {
      log.append("a", String.valueOf(i), 0);
    }
    reader.load();
    log.begins = log.end();
    assertThatExceptionOfType(ExpiredException.class)
        .isThrownBy(() -> watch(WatchOptions.from(ResourceVersion.of(log.topicId, 1, 1))))
        .withMessageContaining("list again");
    assertThat(watches.watchCount()).isZero();
  }

  @Test
  void anotherTopicsVersionIsExpired() {
    reader.load();
    assertThatExceptionOfType(ExpiredException.class)
        .isThrownBy(() -> watch(WatchOptions.from(ResourceVersion.of(Uuid.randomUuid(), 1))));
  }

  @Test
  void aWatchGoesOnAcrossALoad() throws Exception {
    reader.load();
    Watch<String, String> watch = watch(WatchOptions.fromNow());
    log.append("a", "1", 0);
    follow();
    assertThat(drain(watch)).containsExactly("ADDED a 1");
    log.append("a", "2", 0);
    reader.load();
    assertThat(drain(watch)).containsExactly("MODIFIED a 2");
  }

  @Test
  void watchesOfATopicThatWasCreatedAgainExpire() throws Exception {
    reader.load();
    Watch<String, String> watch = watch(WatchOptions.fromNow());
    MemoryLog created = new MemoryLog();
    created.new Reader(cache).load();
    assertThat(catchThrowable(() -> watch.poll(Duration.ZERO)))
        .isInstanceOf(ExpiredException.class);
  }

  @Test
  void nothingCanBeWatchedBeforeTheLoad() {
    assertThatIllegalStateException().isThrownBy(() -> watch(WatchOptions.fromNow()));
  }

  @Test
  void aFilterThatThrowsEndsItsWatch() {
    log.append("a", "1", 0);
    reader.load();
    Watch<String, String> watch =
        watch(
            WatchOptions.<String, String>withInitialState()
                .filter((key, value) -> value.charAt(7) == 'x'));
    assertThat(catchThrowable(watch::take))
        .isInstanceOf(WatchFailedException.class)
        .hasMessageContaining("filter");
  }

  @Test
  void takingWaitsForAChange() throws Exception {
    reader.load();
    Watch<String, String> watch = watch(WatchOptions.fromNow());
    CompletableFuture<Change<String, String>> taken =
        CompletableFuture.supplyAsync(() -> take(watch));
    log.append("a", "1", 0);
    follow();
    assertThat(taken.get(10, TimeUnit.SECONDS).object()).isEqualTo("1");
  }

  @Test
  void closingWakesWhoeverTakes() {
    reader.load();
    Watch<String, String> watch = watch(WatchOptions.fromNow());
    CompletableFuture<Change<String, String>> taken =
        CompletableFuture.supplyAsync(() -> take(watch));
    watch.close();
    assertThat(catchThrowable(taken::join)).hasCauseInstanceOf(WatchClosedException.class);
    assertThat(watches.watchCount()).isZero();
  }

  @Test
  void closingTheCacheEndsItsWatches() {
    reader.load();
    Watch<String, String> watch = watch(WatchOptions.fromNow());
    CompletableFuture<Change<String, String>> taken =
        CompletableFuture.supplyAsync(() -> take(watch));
    watches.close();
    assertThat(catchThrowable(taken::join)).hasCauseInstanceOf(WatchClosedException.class);
    assertThat(catchThrowable(() -> watch(WatchOptions.fromNow())))
        .isInstanceOf(WatchClosedException.class);
  }

  private static Change<String, String> take(Watch<String, String> watch) {
    try {
      return watch.take();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
