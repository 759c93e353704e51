package dev.tidings.informer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.tidings.informer.problem.Problem;
import dev.tidings.informer.reflector.WhenTopicMissing;
import dev.tidings.informer.rv.ResourceVersion;
import dev.tidings.informer.watch.ExpiredException;
import dev.tidings.informer.watch.Watch;
import dev.tidings.informer.watch.WatchOptions;
import dev.tidings.infra.kafka.SharedKafka;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.LoggerFactory;

/** What becomes of a cache when its topic is made, grows, goes and comes again. */
@Timeout(150)
class TopicChangesIT extends InformersOnKafka {
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
}
