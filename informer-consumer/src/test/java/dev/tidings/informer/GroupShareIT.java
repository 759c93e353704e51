package dev.tidings.informer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import dev.tidings.informer.rv.ResourceVersion;
import dev.tidings.informer.watch.ExpiredException;
import dev.tidings.informer.watch.Watch;
import dev.tidings.informer.watch.WatchOptions;
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
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Informers that share a topic's partitions by a consumer group. */
@Timeout(240)
class GroupShareIT extends InformersOnKafka {
  private static final int KEYS = 40;

  private final String group = "group-" + Uuid.randomUuid();
  private Topic topic;

  @BeforeEach
  void fill() throws Exception {
    topic = topic(4);
    for (int i = 0; i < KEYS; i++) {
      topic.put("k" + i, "1");
    }
  }

  // Members that hear of each other at once.
  private SharedInformer<String, String> member() throws Exception {
    return synced(
        topic
            .informer()
            .shareWithGroup(group)
            .consumerProperties(Map.of(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG, 100)));
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
    assertExpired(first, whole, "this member of the group");
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

  /** A member, what its handler was told and what a watch of it has shown. */
  private static final class Follower {
    final SharedInformer<String, String> informer;
    final FaultIT.HandlersView handler = new FaultIT.HandlersView();
    final WatchersView watcher;

    Follower(SharedInformer<String, String> informer) throws InterruptedException {
      this.informer = informer;
      informer.addHandler(handler);
      watcher = new WatchersView(informer);
    }

    boolean isSettled() throws InterruptedException {
      Map<String, String> state = Topic.asMap(informer);
      return watcher.becomes(state) && handler.view.equals(state) && informer.hasSynced();
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
      followers.get(random.nextInt(followers.size())).watcher.follow();
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
