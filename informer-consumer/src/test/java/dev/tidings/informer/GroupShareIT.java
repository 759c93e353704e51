package dev.tidings.informer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import dev.tidings.informer.rv.ResourceVersion;
import dev.tidings.informer.watch.Change;
import dev.tidings.informer.watch.ExpiredException;
import dev.tidings.informer.watch.Watch;
import dev.tidings.informer.watch.WatchOptions;
import dev.tidings.infra.kafka.SharedKafka;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.common.Uuid;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Informers that share a topic's partitions by a consumer group. */
@Timeout(240)
class GroupShareIT {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final int KEYS = 40;

  private final String group = "group-" + Uuid.randomUuid();
  private final List<SharedInformer<String, String>> informers = new ArrayList<>();
  private Topic topic;

  @BeforeEach
  void fill() throws Exception {
    topic = new Topic(SharedKafka.bootstrapServers(), 4, Map.of("cleanup.policy", "compact"));
    for (int i = 0; i < KEYS; i++) {
      topic.put("k" + i, "1");
    }
  }

  @AfterEach
  void close() {
    informers.forEach(SharedInformer::close);
    topic.close();
  }

  // Members that hear of each other at once.
  private SharedInformer<String, String> member() throws InterruptedException {
    SharedInformer<String, String> informer =
        topic
            .informer()
            .shareWithGroup(group)
            .consumerProperties(Map.of(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG, 100))
            .build()
            .start();
    informers.add(informer);
    assertThat(informer.awaitSync(LIMIT)).isTrue();
    return informer;
  }

  private static void awaitSize(SharedInformer<?, ?> informer, int size) {
    await().atMost(LIMIT).until(() -> informer.hasSynced() && informer.list().size() == size);
  }

  private void awaitShares(SharedInformer<String, String> one, SharedInformer<String, String> two) {
    await()
        .atMost(LIMIT)
        .untilAsserted(
            () -> {
              assertThat(one.list().size() + two.list().size()).isEqualTo(KEYS);
              assertThat(one.list().size()).isBetween(1, KEYS - 1);
              assertThat(one.hasSynced() && two.hasSynced()).isTrue();
            });
  }

  @Test
  void theShareMovesToWhoeverIsThere() throws Exception {
    SharedInformer<String, String> first = member();
    assertThat(first.list().size()).isEqualTo(KEYS);
    HandlerTest.Recorder handler = new HandlerTest.Recorder();
    BlockingQueue<String> partitions = new LinkedBlockingQueue<>();
    first.addHandler(
        new ResourceEventHandler<String, String>() {
          @Override
          public void onAdd(String key, String object, boolean initial) {
            handler.onAdd(key, object, initial);
          }

          @Override
          public void onUpdate(String key, String before, String object) {
            handler.onUpdate(key, before, object);
          }

          @Override
          public void onDelete(String key, String object, boolean unknown) {
            handler.onDelete(key, object, unknown);
          }

          @Override
          public void onPartitions(Set<Integer> gained, Set<Integer> lost) {
            partitions.add(gained + " " + lost);
          }
        });
    Watch<String, String> watch = first.watch(WatchOptions.fromNow());
    SharedInformer<String, String> second = member();
    awaitShares(first, second);
    Map<String, String> both = Topic.asMap(first);
    both.putAll(Topic.asMap(second));
    assertThat(both).hasSize(KEYS);
    assertThat(partitions.poll(LIMIT.toSeconds(), TimeUnit.SECONDS)).startsWith("[] [");
    assertThat(catchThrowable(watch::take)).isInstanceOf(ExpiredException.class);
    int lost = second.list().size();
    await()
        .atMost(LIMIT)
        .until(
            () -> handler.told.stream().filter(one -> one.startsWith("vanished")).count() == lost);
    second.close();
    awaitSize(first, KEYS);
    assertThat(partitions.poll(LIMIT.toSeconds(), TimeUnit.SECONDS)).endsWith("] []");
  }

  @Test
  void whatIsGainedIsLoadedAndNotShownAsChanges() throws Exception {
    SharedInformer<String, String> first = member();
    ResourceVersion whole = Topic.version(first);
    SharedInformer<String, String> second = member();
    awaitShares(first, second);
    assertThatExceptionOfType(ExpiredException.class)
        .isThrownBy(() -> first.watch(WatchOptions.from(whole)))
        .withMessageContaining("this member of the group");
    ResourceVersion some = Topic.version(first);
    assertThatExceptionOfType(ExpiredException.class)
        .isThrownBy(() -> second.watch(WatchOptions.from(some)));
    Watch<String, String> watch = first.watch(WatchOptions.from(some));

    second.close();
    assertThat(catchThrowable(watch::take)).isInstanceOf(ExpiredException.class);
    // Waits until what it gained is there.
    try (Watch<String, String> again = first.watch(WatchOptions.fromNow())) {
      assertThat(first.list().size()).isEqualTo(KEYS);
      assertThatExceptionOfType(ExpiredException.class)
          .isThrownBy(() -> first.watch(WatchOptions.from(some)));
      topic.put("new", "1");
      assertThat(again.poll(LIMIT).key()).isEqualTo("new");
    }
  }

  @Test
  void freshListsAndEarlierStatesAreAboutTheShare() throws Exception {
    SharedInformer<String, String> first = member();
    ResourceVersion whole = Topic.version(first);
    SharedInformer<String, String> second = member();
    awaitShares(first, second);
    topic.put("new", "1");
    assertThat(first.list(Freshness.latest(), LIMIT).size())
        .isEqualTo(KEYS + 1 - second.list(Freshness.latest(), LIMIT).size());
    assertThat(first.list(Freshness.atLeast(whole), LIMIT).size()).isPositive();
    ResourceVersion now = Topic.version(first);
    assertThat(first.listAt(At.version(now), LIMIT).size()).isEqualTo(first.list().size());
  }

  /** Lists and watches for ever, as the documentation has it. */
  private static final class Follower {
    final SharedInformer<String, String> informer;
    final FaultIT.HandlersView handler = new FaultIT.HandlersView();
    private final Map<String, String> view = new HashMap<>();
    private Watch<String, String> watch;

    Follower(SharedInformer<String, String> informer) throws InterruptedException {
      this.informer = informer;
      informer.addHandler(handler);
      begin();
    }

    private void begin() throws InterruptedException {
      while (true) {
        assertThat(informer.awaitSync(LIMIT)).isTrue();
        view.clear();
        var list = informer.list();
        list.forEach(view::put);
        try {
          watch = informer.watch(WatchOptions.from(list.resourceVersion()));
          return;
        } catch (ExpiredException e) {
          // The share has changed in between.
          continue;
        }
      }
    }

    void follow() throws InterruptedException {
      try {
        for (Change<String, String> next = watch.poll(Duration.ofMillis(5));
            next != null;
            next = watch.poll(Duration.ZERO)) {
          switch (next.type()) {
            case ADDED -> assertThat(view.put(next.key(), next.object())).isNull();
            case MODIFIED ->
                assertThat(view.put(next.key(), next.object())).isEqualTo(next.previous());
            case DELETED -> assertThat(view.remove(next.key())).isEqualTo(next.previous());
            case BOOKMARK -> {}
          }
        }
      } catch (ExpiredException e) {
        begin();
      }
    }

    boolean isSettled() throws InterruptedException {
      follow();
      Map<String, String> state = Topic.asMap(informer);
      return informer.hasSynced() && view.equals(state) && handler.view.equals(state);
    }
  }

  /** The model is what was written: together the members have it, each object once. */
  @Test
  void membersComeAndGoAndTogetherHaveEverything() throws Exception {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    Map<String, String> model = new HashMap<>();
    for (int i = 0; i < KEYS; i++) {
      model.put("k" + i, "1");
    }
    List<Follower> followers = new ArrayList<>(List.of(new Follower(member())));
    for (int round = 0; round < 60; round++) {
      String key = "k" + random.nextInt(KEYS);
      String value = random.nextInt(4) == 0 ? null : "r" + round;
      topic.put(key, value);
      if (value == null) {
        model.remove(key);
      } else {
        model.put(key, value);
      }
      if (round % 12 == 6) {
        if (followers.size() < 2 || (followers.size() < 4 && random.nextBoolean())) {
          followers.add(new Follower(member()));
        } else {
          followers.remove(random.nextInt(followers.size())).informer.close();
        }
      }
      followers.get(random.nextInt(followers.size())).follow();
    }
    await("seed " + seed)
        .atMost(LIMIT)
        .until(
            () -> {
              Map<String, String> all = new HashMap<>();
              int objects = 0;
              for (Follower follower : followers) {
                if (!follower.isSettled()) {
                  return false;
                }
                all.putAll(Topic.asMap(follower.informer));
                objects += follower.informer.list().size();
              }
              return all.equals(model) && objects == model.size();
            });
    followers.forEach(one -> assertThat(one.handler.errors).as("seed %s", seed).isEmpty());
  }
}
