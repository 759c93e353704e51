package dev.tidings.informer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tidings.informer.rv.ResourceVersion;
import dev.tidings.informer.watch.Change;
import dev.tidings.informer.watch.ChangeType;
import dev.tidings.informer.watch.ExpiredException;
import dev.tidings.informer.watch.SlowWatcherException;
import dev.tidings.informer.watch.Watch;
import dev.tidings.informer.watch.WatchOptions;
import dev.tidings.informer.workqueue.WorkQueue;
import dev.tidings.infra.kafka.SharedKafka;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The examples of docs/informer.md, as they are there. */
@Timeout(150)
class ExamplesIT {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  private final Set<String> reconciled = ConcurrentHashMap.newKeySet();
  private final Set<String> seen = ConcurrentHashMap.newKeySet();

  private void reconcile(String key, @Nullable String object) {
    reconciled.add(key + "=" + object);
  }

  private void use(Change<String, String> change) {
    seen.add(change.type() + " " + change.key());
  }

  private void control(SharedInformer<String, String> informer, WorkQueue<String> queue)
      throws InterruptedException {
    informer.addHandler(
        new ResourceEventHandler<String, String>() {
          @Override
          public void onAdd(String key, String object, boolean isInInitialList) {
            queue.add(key);
          }

          @Override
          public void onUpdate(String key, String oldObject, String newObject) {
            queue.add(key);
          }

          @Override
          public void onDelete(String key, String object, boolean finalStateUnknown) {
            queue.add(key);
          }
        });
    while (!queue.isShutDown()) {
      Optional<String> next = queue.get(Duration.ofSeconds(1));
      if (next.isEmpty()) {
        continue;
      }
      String key = next.get();
      try {
        reconcile(key, informer.indexer().get(key));
        queue.forget(key);
      } catch (RuntimeException e) {
        queue.addRateLimited(key);
      } finally {
        queue.done(key);
      }
    }
  }

  private void follow(SharedInformer<String, String> informer, ResourceVersion from)
      throws InterruptedException {
    ResourceVersion last = from;
    while (true) {
      try (Watch<String, String> watch = informer.watch(WatchOptions.from(last))) {
        while (true) {
          Change<String, String> change = watch.take();
          if (change.type() != ChangeType.BOOKMARK) {
            use(change);
          }
          last = watch.resourceVersion();
        }
      } catch (SlowWatcherException e) {
        last = e.resumeFrom();
      } catch (ExpiredException e) {
        last = informer.list().resourceVersion(); // and begin from the objects of that list
      }
    }
  }

  @Test
  void aControllerReconcilesAndAWatchFollows() throws Exception {
    try (Topic topic =
            new Topic(SharedKafka.bootstrapServers(), 1, Map.of("cleanup.policy", "compact"));
        WorkQueue<String> queue = WorkQueue.create();
        SharedInformer<String, String> informer = topic.informer().build().start()) {
      topic.put("a", "1");
      assertThat(informer.awaitSync(LIMIT)).isTrue();
      ResourceVersion from = Topic.version(informer);
      Thread controller = started(() -> control(informer, queue));
      Thread follower = started(() -> follow(informer, from));
      topic.put("a", "2");
      topic.put("b", "1");
      await().atMost(LIMIT).until(() -> reconciled.contains("a=2") && reconciled.contains("b=1"));
      await().atMost(LIMIT).until(() -> seen.contains("ADDED b"));
      queue.shutDown();
      follower.interrupt();
      controller.join(LIMIT.toMillis());
      follower.join(LIMIT.toMillis());
      assertThat(controller.isAlive() || follower.isAlive()).isFalse();
    }
  }

  private interface Work {
    void run() throws InterruptedException;
  }

  private static Thread started(Work work) {
    Thread thread =
        new Thread(
            () -> {
              try {
                work.run();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            });
    thread.start();
    return thread;
  }
}
