package dev.tidings.informer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.tidings.informer.expiry.Expiry;
import dev.tidings.informer.problem.Problem;
import dev.tidings.informer.reflector.WhenTopicMissing;
import dev.tidings.informer.rv.ResourceVersion;
import dev.tidings.informer.store.Snapshot;
import dev.tidings.informer.watch.Change;
import dev.tidings.informer.watch.ExpiredException;
import dev.tidings.informer.watch.Watch;
import dev.tidings.informer.watch.WatchOptions;
import dev.tidings.infra.kafka.SharedKafka;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.LoggerFactory;

@Timeout(150)
class InformerIT {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final Map<String, String> COMPACTED = Map.of("cleanup.policy", "compact");

  private final List<AutoCloseable> toClose = new ArrayList<>();
  private final BlockingQueue<Problem> problems = new LinkedBlockingQueue<>();

  private Topic topic(int partitions) throws Exception {
    return closeLater(new Topic(SharedKafka.bootstrapServers(), partitions, COMPACTED));
  }

  private <T extends AutoCloseable> T closeLater(T closeable) {
    toClose.add(0, closeable);
    return closeable;
  }

  private SharedInformer<String, String> synced(InformerBuilder<String, String> builder)
      throws Exception {
    SharedInformer<String, String> informer =
        closeLater(builder.onProblem(problems::add).build()).start();
    assertThat(informer.awaitSync(LIMIT)).isTrue();
    return informer;
  }

  private Watch<String, String> watch(
      SharedInformer<String, String> informer, WatchOptions<String, String> options) {
    return closeLater(informer.watch(options));
  }

  private static List<String> take(Watch<String, String> watch, int count) throws Exception {
    List<String> seen = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Change<String, String> change = watch.poll(LIMIT);
      assertThat(change).as("change %s, after %s", i, seen).isNotNull();
      seen.add(change.type() + " " + change.key() + " " + change.object());
    }
    return seen;
  }

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable closeable : toClose) {
      closeable.close();
    }
  }

  @Test
  void loadsWhatIsCommittedAndStandsAtTheVeryEnd() throws Exception {
    Topic topic = topic(3);
    topic.transaction(true, "a", "1", "b", "1", "c", "1", "d", "1");
    topic.transaction(false, "a", "aborted", "e", "aborted");
    topic.transaction(true, "b", "2", "c", null);
    topic.transaction(false, "d", "aborted");

    SharedInformer<String, String> informer =
        synced(topic.informer().index("value", (key, value) -> List.of(value)));

    assertThat(Topic.asMap(informer)).isEqualTo(Map.of("a", "1", "b", "2", "d", "1"));
    assertThat(informer.indexer().indexKeys("value", "1")).containsExactlyInAnyOrder("a", "d");
    // Behind the last record are only markers and aborted records: they are included.
    Snapshot<String, String> latest = informer.list(Freshness.latest(), LIMIT);
    assertThat(latest.resourceVersion()).isEqualTo(informer.list().resourceVersion());
    assertThat(ResourceVersion.parse(latest.resourceVersion().asText()))
        .isEqualTo(latest.resourceVersion());
    assertThat(informer.status().state()).isEqualTo(InformerStatus.State.SYNCED);
    assertThat(informer.status().load().percent()).isEqualTo(100);
    assertThat(informer.status().objects()).isEqualTo(3);
  }

  @Test
  void anEmptyTopicIsLoadedToo() throws Exception {
    SharedInformer<String, String> informer = synced(topic(2).informer());
    assertThat(informer.list().size()).isZero();
    assertThat(informer.list(Freshness.latest(), LIMIT).size()).isZero();
  }

  @Test
  void anOpenTransactionHidesWhatIsBehindItAndHoldsUpNobody() throws Exception {
    Topic topic = topic(1);
    topic.put("a", "1");
    try (KafkaProducer<String, String> open = topic.begunTransaction()) {
      open.send(new ProducerRecord<>(topic.name, "a", "2")).get();
      topic.put("b", "1");

      SharedInformer<String, String> informer = synced(topic.informer());
      assertThat(Topic.asMap(informer)).isEqualTo(Map.of("a", "1"));
      assertThat(informer.list(Freshness.latest(), LIMIT).size()).isOne();
      open.commitTransaction();
      // The record of the transaction, the other one, the marker.
      topic.awaitMarkers(Map.of(new TopicPartition(topic.name, 0), 2L));
      informer.list(Freshness.latest(), LIMIT);
      assertThat(Topic.asMap(informer)).isEqualTo(Map.of("a", "2", "b", "1"));
    }
  }

  @Test
  void latestShowsWhateverWasCommittedBefore() throws Exception {
    Topic topic = topic(3);
    SharedInformer<String, String> informer = synced(topic.informer());
    for (int i = 0; i < 50; i++) {
      if (i % 5 == 0) {
        topic.transaction(true, "k" + i, "1");
      } else {
        topic.put("k" + i, "1");
      }
      assertThat(informer.list(Freshness.latest(), LIMIT).get("k" + i)).isEqualTo("1");
    }
  }

  @Test
  void atLeastWaitsForAVersionThatAnotherInformerHas() throws Exception {
    Topic topic = topic(2);
    SharedInformer<String, String> first = synced(topic.informer());
    SharedInformer<String, String> second = synced(topic.informer());
    for (int i = 0; i < 20; i++) {
      topic.put("a", String.valueOf(i));
      ResourceVersion seen = first.list(Freshness.latest(), LIMIT).resourceVersion();
      assertThat(second.list(Freshness.atLeast(seen), LIMIT).get("a")).isEqualTo(String.valueOf(i));
    }
  }

  @Test
  void aVersionNotReachedInTimeIsAClearError() throws Exception {
    SharedInformer<String, String> informer = synced(topic(2).informer());
    ResourceVersion ahead = Topic.version(informer).with(1, 7);
    assertThatExceptionOfType(CacheBehindException.class)
        .isThrownBy(() -> informer.list(Freshness.atLeast(ahead), Duration.ofMillis(1)))
        .withMessageContaining("7 offsets behind")
        .satisfies(e -> assertThat(e.wanted()).isEqualTo(ahead));
    assertThatExceptionOfType(ExpiredException.class)
        .isThrownBy(
            () ->
                informer.list(Freshness.atLeast(ResourceVersion.of(Uuid.randomUuid(), 1)), LIMIT));
  }

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
    Topic topic =
        closeLater(
            new Topic(
                SharedKafka.bootstrapServers(), 1, Map.of("cleanup.policy", "compact,delete")));
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
    assertThatExceptionOfType(ExpiredException.class)
        .isThrownBy(() -> second.watch(WatchOptions.from(start.with(0, 4))))
        .withMessageContaining("begins after it");
  }

  @Test
  void aVersionFromBeforeTombstonesWereKeptExpires() throws Exception {
    Topic topic =
        closeLater(
            new Topic(
                SharedKafka.bootstrapServers(),
                1,
                Map.of("cleanup.policy", "compact", "delete.retention.ms", "3600000")));
    long longAgo = System.currentTimeMillis() - Duration.ofDays(2).toMillis();
    topic.put(0, longAgo, "a", "1");
    topic.put(0, longAgo, "b", "1");
    topic.put("a", "2");
    SharedInformer<String, String> informer = synced(topic.informer());
    ResourceVersion end = Topic.version(informer);
    assertThat(take(watch(informer, WatchOptions.from(end.with(0, 2))), 1))
        .containsExactly("MODIFIED a 2");
    assertThatExceptionOfType(ExpiredException.class)
        .isThrownBy(() -> informer.watch(WatchOptions.from(end.with(0, 1))))
        .withMessageContaining("deletions");
  }

  @Test
  void aTopicThatIsCreatedAgainIsLoadedAgain() throws Exception {
    Topic topic = topic(2);
    topic.put("a", "1");
    topic.put("b", "1");
    SharedInformer<String, String> informer = synced(topic.informer());
    HandlerTest.Recorder handler = new HandlerTest.Recorder();
    informer.addHandler(handler);
    assertThat(List.of(handler.next(), handler.next()))
        .containsExactlyInAnyOrder("initial a1", "initial b1");
    Watch<String, String> watch = watch(informer, WatchOptions.fromNow());
    ResourceVersion before = Topic.version(informer);

    topic.delete();
    topic.create(2, COMPACTED);
    topic.put("b", "2");

    List<String> told = new ArrayList<>();
    await()
        .atMost(LIMIT)
        .untilAsserted(
            () -> {
              handler.told.drainTo(told);
              assertThat(told).contains("vanished a1", "update b12");
            });
    assertThat(Topic.asMap(informer)).isEqualTo(Map.of("b", "2"));
    assertThat(catchThrowable(watch::take)).isInstanceOf(ExpiredException.class);
    assertThat(catchThrowable(() -> informer.watch(WatchOptions.from(before))))
        .isInstanceOf(ExpiredException.class);
    assertThat(catchThrowable(() -> informer.list(Freshness.atLeast(before), LIMIT)))
        .isInstanceOf(ExpiredException.class);
    assertThat(problems).anyMatch(problem -> problem instanceof Problem.StartedOver);
  }

  @Test
  void aTopicThatIsGoneIsLookedForLessAndLessOftenAndNotRead() throws Exception {
    Topic topic = topic(2);
    topic.put("a", "1");
    SharedInformer<String, String> informer = synced(topic.informer());
    // The consumer warns each time that it asks for records in vain: thousands of times a second.
    Logger fetching =
        (Logger) LoggerFactory.getLogger("org.apache.kafka.clients.consumer.internals");
    ListAppender<ILoggingEvent> warnings = new ListAppender<>();
    warnings.start();
    fetching.setLevel(Level.WARN);
    fetching.setAdditive(false);
    fetching.addAppender(warnings);
    try {
      topic.delete();
      awaitGone();
      int read = warnings.list.size();
      awaitGone();
      assertThat(warnings.list).hasSize(read);
    } finally {
      fetching.detachAppender(warnings);
      fetching.setAdditive(true);
      fetching.setLevel(null);
    }
    assertThat(Topic.asMap(informer)).isEqualTo(Map.of("a", "1"));
    topic.create(2, COMPACTED);
    topic.put("b", "1");
    await().atMost(LIMIT).until(() -> Topic.asMap(informer).equals(Map.of("b", "1")));
  }

  private void awaitGone() throws InterruptedException {
    Problem problem;
    do {
      problem = problems.poll(LIMIT.toSeconds(), TimeUnit.SECONDS);
      assertThat(problem).isNotNull();
    } while (!(problem instanceof Problem.Disconnected gone
        && gone.cause() instanceof UnknownTopicOrPartitionException));
  }

  @Test
  void partitionsAddedWhileRunningAreFollowed() throws Exception {
    Topic topic = topic(1);
    SharedInformer<String, String> informer = synced(topic.informer());
    ResourceVersion before = Topic.version(informer);
    topic.growTo(3);
    topic.put(2, System.currentTimeMillis(), "a", "1");
    assertThat(informer.list(Freshness.latest(), LIMIT).get("a")).isEqualTo("1");
    assertThat(take(watch(informer, WatchOptions.from(before)), 1)).containsExactly("ADDED a 1");
  }

  @Test
  void anUnreadableRecordIsReportedAndSkipped() throws Exception {
    Topic topic = topic(1);
    topic.put("a", "1");
    topic.put("a", "bad");
    topic.put("b", "1");
    Deserializer<String> picky =
        (name, data) -> {
          String text = new String(data, StandardCharsets.UTF_8);
          if (text.equals("bad")) {
            throw new IllegalArgumentException("cannot read this");
          }
          return text;
        };
    SharedInformer<String, String> informer =
        synced(
            SharedInformer.<String, String>builder(topic.name, new StringDeserializer(), picky)
                .bootstrapServers(SharedKafka.bootstrapServers()));
    assertThat(Topic.asMap(informer)).isEqualTo(Map.of("a", "1", "b", "1"));
    assertThat(informer.status().recordsUnreadable()).isOne();
    assertThat(problems.poll().describe())
        .contains("partition 0, offset 1")
        .contains("cannot read this");
  }

  @Test
  void whatCannotBeDecodedForTheMomentIsReadAgainAndNothingIsSkipped() throws Exception {
    Topic topic = topic(1);
    topic.put("a", "1");
    AtomicInteger failing = new AtomicInteger(2);
    Deserializer<String> moody =
        (name, data) -> {
          if (failing.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
            throw new IllegalStateException("no schema registry");
          }
          return new String(data, StandardCharsets.UTF_8);
        };
    SharedInformer<String, String> informer =
        synced(
            SharedInformer.<String, String>builder(topic.name, new StringDeserializer(), moody)
                .bootstrapServers(SharedKafka.bootstrapServers())
                .watchCacheCapacity(1)
                .retryDecodingWhen(thrown -> thrown instanceof IllegalStateException));
    ResourceVersion from = Topic.version(informer);
    HandlerTest.Recorder handler = new HandlerTest.Recorder();
    informer.addHandler(handler);
    failing.set(2);
    topic.put("a", "2");
    topic.put("a", "3");
    informer.list(Freshness.latest(), LIMIT);
    assertThat(List.of(handler.next(), handler.next(), handler.next()))
        .containsExactly("initial a1", "update a12", "update a23");
    failing.set(2);
    assertThat(take(watch(informer, WatchOptions.from(from)), 2))
        .containsExactly("MODIFIED a 2", "MODIFIED a 3");
    assertThat(informer.status().recordsUnreadable()).isZero();
    assertThat(problems)
        .isNotEmpty()
        .allSatisfy(problem -> assertThat(problem.describe()).contains("no schema registry"));
  }

  @Test
  void aMissingTopicIsAClearError() {
    Topic missing = closeLater(new Topic("not-there", SharedKafka.bootstrapServers()));
    SharedInformer<String, String> informer = closeLater(missing.informer().build()).start();
    assertThatExceptionOfType(InformerException.class)
        .isThrownBy(() -> informer.awaitSync(LIMIT))
        .withMessageStartingWith("Topic not-there does not exist: create it");
    assertThat(informer.status().state()).isEqualTo(InformerStatus.State.FAILED);
  }

  @Test
  void aMissingTopicCanBeWaitedFor() throws Exception {
    Topic later =
        closeLater(new Topic("later-" + Uuid.randomUuid(), SharedKafka.bootstrapServers()));
    SharedInformer<String, String> informer =
        closeLater(
                later
                    .informer()
                    .whenTopicMissing(WhenTopicMissing.WAIT)
                    .onProblem(problems::add)
                    .build())
            .start();
    assertThat(problems.poll(LIMIT.toSeconds(), TimeUnit.SECONDS))
        .isInstanceOf(Problem.Disconnected.class);
    later.create(1, COMPACTED);
    later.put("a", "1");
    assertThat(informer.awaitSync(LIMIT)).isTrue();
    assertThat(informer.list(Freshness.latest(), LIMIT).get("a")).isEqualTo("1");
  }

  @Test
  void closingReleasesEveryoneWhoWaits() throws Exception {
    Topic topic = topic(1);
    SharedInformer<String, String> informer = synced(topic.informer());
    Watch<String, String> watch = informer.watch(WatchOptions.fromNow());
    informer.addHandler(new HandlerTest.Recorder());
    informer.close();
    informer.close();
    assertThat(catchThrowable(watch::take)).hasMessageContaining("closed");
    assertThat(catchThrowable(() -> informer.list(Freshness.latest(), LIMIT)))
        .isInstanceOf(InformerException.class);
    assertThat(informer.status().state()).isEqualTo(InformerStatus.State.CLOSED);
    assertThat(Thread.getAllStackTraces().keySet())
        .noneMatch(thread -> thread.isAlive() && thread.getName().contains(topic.name));
  }

  @Test
  void pagesStayConsistentWhileTheCacheMovesOn() throws Exception {
    Topic topic = topic(2);
    for (int i = 0; i < 100; i++) {
      topic.put("k" + i, "1");
    }
    SharedInformer<String, String> informer = synced(topic.informer());
    Page<String, String> page = informer.page(30);
    Set<String> keys = new HashSet<>();
    ResourceVersion version = page.resourceVersion();
    int pages = 1;
    while (true) {
      assertThat(page.resourceVersion()).isEqualTo(version);
      page.entries().forEach(entry -> assertThat(keys.add(entry.getKey())).isTrue());
      assertThat(page.remaining()).isEqualTo(100 - keys.size());
      if (page.next().isEmpty()) {
        break;
      }
      topic.put("k" + pages, null);
      topic.put("new" + pages, "1");
      informer.list(Freshness.latest(), LIMIT);
      page = informer.page(30, page.next().get());
      pages++;
    }
    assertThat(pages).isEqualTo(4);
    assertThat(keys).hasSize(100);
    assertThatExceptionOfType(ExpiredException.class)
        .isThrownBy(() -> informer.page(1, version.with(0, 1).asText() + ".1"));
    assertThat(catchThrowable(() -> informer.page(1, "no token")))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void earlierStatesAreRebuiltFromTheTopic() throws Exception {
    Topic topic = topic(2);
    topic.put("a", "1");
    topic.put("b", "1");
    SharedInformer<String, String> informer =
        synced(topic.informer().index("value", (key, value) -> List.of(value)));
    ResourceVersion then = informer.list(Freshness.latest(), LIMIT).resourceVersion();
    long between = System.currentTimeMillis() + 1_000_000;
    topic.put(0, between + 5, "a", "2");
    topic.put(1, between + 5, "b", null);
    assertThat(informer.list(Freshness.latest(), LIMIT).size()).isPositive();
    Snapshot<String, String> past = informer.listAt(At.version(then), LIMIT);
    Map<String, String> state = new HashMap<>();
    past.forEach(state::put);
    assertThat(state).isEqualTo(Map.of("a", "1", "b", "1"));
    assertThat(past.resourceVersion()).isEqualTo(then);
    assertThat(past.byIndex("value", "1")).hasSize(2);
    At time = At.time(Instant.ofEpochMilli(between));
    assertThat(informer.getAt("a", time, LIMIT)).contains("1");
    assertThat(informer.getAt("c", time, LIMIT)).isEmpty();
    ResourceVersion other = ResourceVersion.of(Uuid.randomUuid(), 1);
    assertThatExceptionOfType(ExpiredException.class)
        .isThrownBy(() -> informer.getAt("a", At.version(other), LIMIT));
  }

  @Test
  void anIndexCanBeAddedLater() throws Exception {
    Topic topic = topic(2);
    topic.put("a", "1");
    SharedInformer<String, String> informer = synced(topic.informer());
    informer.addIndex("value", (key, value) -> List.of(value), LIMIT);
    assertThat(informer.indexer().indexKeys("value", "1")).containsExactly("a");
    topic.put("b", "1");
    informer.list(Freshness.latest(), LIMIT);
    assertThat(informer.indexer().indexKeys("value", "1")).containsExactlyInAnyOrder("a", "b");
    assertThat(catchThrowable(() -> informer.addIndex("value", (key, value) -> List.of(), LIMIT)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void whatIsKeptEncodedReadsTheSame() throws Exception {
    Topic topic = topic(3);
    for (int i = 0; i < 50; i++) {
      topic.put("k" + i % 20, String.valueOf(i));
    }
    SharedInformer<String, String> informer =
        synced(
            topic
                .informer()
                .keepEncoded(new StringSerializer())
                .index("value", (key, value) -> List.of(value)));
    assertThat(Topic.asMap(informer)).hasSize(20).containsEntry("k3", "43");
    HandlerTest.Recorder handler = new HandlerTest.Recorder();
    informer.addHandler(handler);
    for (int i = 0; i < 20; i++) {
      assertThat(handler.next()).startsWith("initial ");
    }
    Watch<String, String> watch = watch(informer, WatchOptions.fromNow());
    topic.put("k3", "new");
    assertThat(handler.next()).isEqualTo("update k343new");
    topic.put("k3", null);
    assertThat(handler.next()).isEqualTo("delete k3new");
    assertThat(take(watch, 2)).containsExactly("MODIFIED k3 new", "DELETED k3 new");
    assertThat(informer.indexer().byIndex("value", "44")).containsExactly("44");
    assertThat(informer.indexer().byIndex("value", "43")).isEmpty();
    assertThat(informer.indexer().get("k4")).isEqualTo("44");
  }

  @Test
  void whatIsKeptEncodedIsFilteredAndTransformedToo() throws Exception {
    Topic topic = topic(1);
    topic.put("a", "keep 1");
    topic.put("b", "drop 1");
    InformerBuilder<String, String> builder =
        topic
            .informer()
            .transform(value -> value.toUpperCase(Locale.ROOT))
            .filter((key, value) -> value.startsWith("KEEP"));
    assertThat(catchThrowable(() -> builder.keepEncoded(new StringSerializer()).build()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("serializer");
    SharedInformer<String, String> informer =
        synced(builder.keepEncoded(new StringSerializer(), new StringSerializer()));
    assertThat(Topic.asMap(informer)).isEqualTo(Map.of("a", "KEEP 1"));
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
  void whatIsFilteredAndTransformedIsNotKept() throws Exception {
    Topic topic = topic(1);
    topic.put("a", "keep 1");
    topic.put("b", "drop 1");
    SharedInformer<String, String> informer =
        synced(
            topic
                .informer()
                .transform(value -> value.toUpperCase(Locale.ROOT))
                .filter((key, value) -> value.startsWith("KEEP")));
    assertThat(Topic.asMap(informer)).isEqualTo(Map.of("a", "KEEP 1"));
    Watch<String, String> watch = watch(informer, WatchOptions.fromNow());
    topic.put("b", "keep 2");
    topic.put("a", "drop 2");
    assertThat(take(watch, 2)).containsExactly("ADDED b KEEP 2", "DELETED a KEEP 1");
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

  @Test
  void aHandlerThatChangesObjectsIsFoundOut() throws Exception {
    Topic topic = topic(1);
    topic.put("a", "1");
    SharedInformer<String, StringBuilder> informer =
        closeLater(
                SharedInformer.<String, StringBuilder>builder(
                        topic.name,
                        new StringDeserializer(),
                        (name, data) -> new StringBuilder(new String(data, StandardCharsets.UTF_8)))
                    .bootstrapServers(SharedKafka.bootstrapServers())
                    .detectMutations(StringBuilder::toString)
                    .onProblem(problems::add)
                    .build())
            .start();
    assertThat(informer.awaitSync(LIMIT)).isTrue();
    informer.indexer().get("a").append("!");
    Problem problem = problems.poll(LIMIT.toSeconds(), TimeUnit.SECONDS);
    assertThat(problem).isInstanceOf(Problem.ObjectMutated.class);
    assertThat(problem.describe()).contains("'a'").contains("it was 1, and is now 1!");
  }
}
