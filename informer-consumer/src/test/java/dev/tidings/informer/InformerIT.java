package dev.tidings.informer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.tidings.informer.problem.Problem;
import dev.tidings.informer.rv.ResourceVersion;
import dev.tidings.informer.store.Snapshot;
import dev.tidings.informer.watch.ExpiredException;
import dev.tidings.informer.watch.Watch;
import dev.tidings.informer.watch.WatchOptions;
import dev.tidings.infra.kafka.SharedKafka;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Loads, lists and what else is read of a cache. */
@Timeout(150)
class InformerIT extends InformersOnKafka {
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
