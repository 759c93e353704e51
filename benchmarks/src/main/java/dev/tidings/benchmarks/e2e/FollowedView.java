package dev.tidings.benchmarks.e2e;

import dev.tidings.event.Event;
import dev.tidings.informer.SharedInformer;
import dev.tidings.informer.events.EventInformers;
import dev.tidings.informer.rv.ResourceVersion;
import dev.tidings.informer.watch.Change;
import dev.tidings.informer.watch.ChangeType;
import dev.tidings.informer.watch.Watch;
import dev.tidings.informer.watch.WatchEndedException;
import dev.tidings.informer.watch.WatchOptions;
import dev.tidings.registry.SchemaRegistry;
import dev.tidings.wire.Topics;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * What a reader sees who watches all the while: each change must follow from the one before, and
 * the resource version must never go back.
 */
final class FollowedView implements AutoCloseable {
  private static final Duration SYNC_LIMIT = Duration.ofSeconds(60);
  private static final Duration POLL = Duration.ofMillis(200);

  private final SchemaRegistry registry;
  private final SharedInformer<String, Event> informer;
  private final Map<UUID, Event> seen = new ConcurrentHashMap<>();
  private final List<String> errors = new CopyOnWriteArrayList<>();
  private final Thread watcher;
  private volatile boolean closing;

  FollowedView(Map<String, String> clients) throws InterruptedException {
    registry = SchemaRegistry.forConfig(clients);
    informer =
        EventInformers.builder(Topics.DEFAULT, registry)
            .consumerProperties(clients)
            .build()
            .start();
    if (!informer.awaitSync(SYNC_LIMIT)) {
      throw new IllegalStateException("The informer does not sync");
    }
    ResourceVersion start = informer.list().resourceVersion();
    watcher = new Thread(() -> follow(start), "follower");
    watcher.start();
  }

  private void follow(ResourceVersion start) {
    ResourceVersion position = start;
    try (Watch<String, Event> watch = informer.watch(WatchOptions.from(start))) {
      while (!closing) {
        Change<String, Event> change = watch.poll(POLL);
        if (change == null) {
          continue;
        }
        if (!change.resourceVersion().isAtLeast(position)) {
          errors.add("resource version went back at " + change);
        }
        position = change.resourceVersion();
        apply(change);
      }
    } catch (WatchEndedException e) {
      if (!closing) {
        errors.add("the watch ended: " + e.getMessage());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void apply(Change<String, Event> change) {
    Event event = change.object();
    if (event == null) {
      return;
    }
    Event before = seen.put(event.getId(), event);
    boolean follows =
        change.type() == ChangeType.ADDED
            ? before == null
            : before != null && event.getCount() > before.getCount();
    if (!follows) {
      errors.add(
          "%s: count %d after %s"
              .formatted(
                  change.type(), event.getCount(), before == null ? "nothing" : before.getCount()));
    }
  }

  /** How many events are seen otherwise than they are, once everything had time to come. */
  int differences(Map<UUID, Event> events, Duration limit) throws InterruptedException {
    long deadline = System.nanoTime() + limit.toNanos();
    while (!seen.equals(events) && System.nanoTime() < deadline) {
      Thread.sleep(POLL.toMillis());
    }
    int differences = 0;
    for (Map.Entry<UUID, Event> event : events.entrySet()) {
      if (!event.getValue().equals(seen.get(event.getKey()))) {
        differences++;
      }
    }
    return differences + Math.max(0, seen.size() - events.size());
  }

  List<String> errors() {
    return errors;
  }

  @Override
  public void close() {
    closing = true;
    try {
      watcher.join(SYNC_LIMIT.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    informer.close();
    registry.close();
  }
}
