package dev.tidings.informer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.tidings.informer.expiry.Expiry;
import dev.tidings.informer.rv.ResourceVersion;
import dev.tidings.informer.watch.Watch;
import dev.tidings.informer.watch.WatchOptions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Watches that reach back into Kafka's history, and how far they can. */
@Timeout(150)
class WatchResumptionIT extends InformersOnKafka {
  @Test
  void aWatchResumesOnAnotherInformerWithoutGapOrRepeat() throws Exception {
    Topic topic = topic(1);
    SharedInformer<String, String> first = synced(topic.informer().watchCacheCapacity(4));
    Watch<String, String> watch = watch(first, WatchOptions.fromNow());
    topic.put("a", "1");
    topic.transaction(false, "a", "aborted");
    topic.put("a", "2");
    assertThat(take(watch, 2)).containsExactly("ADDED a 1", "MODIFIED a 2");
    ResourceVersion resume = ResourceVersion.parse(watch.resourceVersion().asText());
    first.close();

    List<String> expected = new ArrayList<>();
    topic.put("a", null);
    expected.add("DELETED a 2");
    for (int i = 0; i < 40; i++) {
      topic.put("k" + i % 10, String.valueOf(i));
      expected.add((i < 10 ? "ADDED k" : "MODIFIED k") + i % 10 + " " + i);
    }
    // Its window holds the last four: the rest comes from Kafka.
    SharedInformer<String, String> second = synced(topic.informer().watchCacheCapacity(4));
    Watch<String, String> resumed = watch(second, WatchOptions.from(resume));
    assertThat(take(resumed, 20)).isEqualTo(expected.subList(0, 20));
    for (int i = 40; i < 60; i++) {
      topic.put("k" + i % 10, String.valueOf(i));
      expected.add("MODIFIED k" + i % 10 + " " + i);
    }
    assertThat(take(resumed, 41)).isEqualTo(expected.subList(20, 61));
    topic.put("last", "1");
    assertThat(take(resumed, 1)).containsExactly("ADDED last 1");
  }

  @Test
  void theWatchOfALoadedTopicReachesBackIntoTheLoad() throws Exception {
    Topic topic = topic(1);
    topic.put("a", "1");
    SharedInformer<String, String> first = synced(topic.informer());
    ResourceVersion from = Topic.version(first);
    topic.put("a", "2");
    topic.put("a", null);
    SharedInformer<String, String> second = synced(topic.informer());
    assertThat(take(watch(second, WatchOptions.from(from)), 2))
        .containsExactly("MODIFIED a 2", "DELETED a 2");
  }

  @Test
  void aClosedWatchOfKafkasHistoryWakesWhoeverTakes() throws Exception {
    Topic topic = topic(1);
    ResourceVersion from = Topic.version(synced(topic.informer()));
    for (int i = 0; i < 20; i++) {
      topic.put("a", String.valueOf(i));
    }
    SharedInformer<String, String> informer = synced(topic.informer().watchCacheCapacity(1));
    Watch<String, String> watch = watch(informer, WatchOptions.from(from));
    assertThat(take(watch, 3)).hasSize(3);
    watch.close();
    assertThat(catchThrowable(watch::take)).hasMessageContaining("closed");
  }

  @Test
  void recordsDeletedFromTheLogExpire() throws Exception {
    Topic topic = topic(1, Map.of("cleanup.policy", "compact,delete"));
    SharedInformer<String, String> first = synced(topic.informer());
    ResourceVersion start = Topic.version(first);
    for (int i = 0; i < 10; i++) {
      topic.put("a", String.valueOf(i));
    }
    topic.deleteRecordsBefore(0, 5);
    // The first still has it all in memory.
    assertThat(take(watch(first, WatchOptions.from(start)), 10)).hasSize(10);
    SharedInformer<String, String> second = synced(topic.informer().expiry(Expiry.never()));
    assertThat(take(watch(second, WatchOptions.from(start.with(0, 5))), 5)).hasSize(5);
    assertExpired(second, start.with(0, 4), "begins after it");
  }

  @Test
  void aVersionFromBeforeTombstonesWereKeptExpires() throws Exception {
    Topic topic = topic(1, Map.of("cleanup.policy", "compact", "delete.retention.ms", "3600000"));
    long longAgo = System.currentTimeMillis() - Duration.ofDays(2).toMillis();
    topic.put(0, longAgo, "a", "1");
    topic.put(0, longAgo, "b", "1");
    topic.put("a", "2");
    SharedInformer<String, String> informer = synced(topic.informer());
    ResourceVersion end = Topic.version(informer);
    assertThat(take(watch(informer, WatchOptions.from(end.with(0, 2))), 1))
        .containsExactly("MODIFIED a 2");
    assertExpired(informer, end.with(0, 1), "deletions");
  }

  @Test
  void whatIsOlderThanTheTopicKeepsRecordsIsDeleted() throws Exception {
    Topic topic = topic(1, Map.of("cleanup.policy", "compact,delete", "retention.ms", "3600000"));
    Instant began = Instant.now();
    AtomicReference<Instant> now = new AtomicReference<>(began);
    topic.put(0, began.minusSeconds(3_700).toEpochMilli(), "too old", "1");
    topic.put(0, began.minusSeconds(1_800).toEpochMilli(), "a", "1");
    topic.put(0, began.toEpochMilli(), "b", "1");
    SharedInformer<String, String> informer = synced(topic.informer().clock(now::get));
    assertThat(Topic.asMap(informer)).isEqualTo(Map.of("a", "1", "b", "1"));
    Watch<String, String> watch = watch(informer, WatchOptions.fromNow());
    now.set(began.plusSeconds(1_801));
    assertThat(take(watch, 1)).containsExactly("DELETED a 1");
  }

  @Test
  void whatHadExpiredIsNotDeletedAgainByARecordInTheHistory() throws Exception {
    Topic topic = topic(1);
    Instant began = Instant.now();
    AtomicReference<Instant> now = new AtomicReference<>(began);
    Supplier<InformerBuilder<String, String>> builder =
        () ->
            topic
                .informer()
                .keepEncoded(new StringSerializer())
                .watchCacheCapacity(1)
                .expiry(Expiry.byRecordTime(Duration.ofMinutes(1)))
                .clock(now::get);
    topic.put(0, began.toEpochMilli(), "a", "1");
    topic.put(0, began.toEpochMilli(), "b", "1");
    SharedInformer<String, String> informer = synced(builder.get().watchCacheCapacity(64));
    Watch<String, String> watch = watch(informer, WatchOptions.fromNow());
    now.set(began.plusSeconds(100));
    assertThat(take(watch, 2)).containsExactlyInAnyOrder("DELETED a 1", "DELETED b 1");
    ResourceVersion resume = watch.resourceVersion();
    topic.put(0, now.get().toEpochMilli(), "a", null);
    topic.put(0, now.get().toEpochMilli(), "b", "2");
    topic.put(0, now.get().toEpochMilli(), "c", "1");
    SharedInformer<String, String> other = synced(builder.get());
    assertThat(take(watch(other, WatchOptions.from(resume)), 2))
        .containsExactly("ADDED b 2", "ADDED c 1");
  }

  @Test
  void whatHadExpiredWhenItCameIsDeletedForWhoeverSawItCome() throws Exception {
    Topic topic = topic(1);
    Instant began = Instant.now();
    InformerBuilder<String, String> builder =
        topic
            .informer()
            .watchCacheCapacity(1)
            .expiry(Expiry.byRecordTime(Duration.ofMinutes(1)))
            .clock(() -> began);
    topic.put(0, began.toEpochMilli(), "a", "1");
    SharedInformer<String, String> informer = synced(builder.watchCacheCapacity(64));
    Watch<String, String> watch = watch(informer, WatchOptions.fromNow());
    topic.put(0, began.minusSeconds(120).toEpochMilli(), "late", "1");
    assertThat(take(watch, 1)).containsExactly("ADDED late 1");
    ResourceVersion resume = watch.resourceVersion();
    assertThat(take(watch, 1)).containsExactly("DELETED late 1");
    topic.put(0, began.toEpochMilli(), "late", null);
    topic.put(0, began.toEpochMilli(), "b", "1");
    topic.put(0, began.toEpochMilli(), "c", "1");
    SharedInformer<String, String> other = synced(builder.watchCacheCapacity(1));
    assertThat(take(watch(other, WatchOptions.from(resume)), 3))
        .containsExactly("DELETED late 1", "ADDED b 1", "ADDED c 1");
  }

  @Test
  void aWatchThatNeedsNoPreviousStatesBeginsAtOnce() throws Exception {
    Topic topic = topic(1);
    topic.put("a", "1");
    SharedInformer<String, String> informer = synced(topic.informer().watchCacheCapacity(1));
    ResourceVersion from = Topic.version(informer);
    topic.put("a", "2");
    topic.put("a", "3");
    topic.put("b", null);
    topic.put("c", "no match");
    SharedInformer<String, String> other = synced(topic.informer().watchCacheCapacity(1));
    WatchOptions<String, String> options =
        WatchOptions.<String, String>from(from)
            .filter((key, value) -> !value.equals("no match"))
            .withoutPreviousStates();
    assertThat(take(watch(other, options), 3))
        .containsExactly("ADDED a 2", "MODIFIED a 3", "DELETED b null");
  }
}
