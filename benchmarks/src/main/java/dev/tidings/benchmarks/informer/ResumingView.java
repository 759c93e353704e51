package dev.tidings.benchmarks.informer;

import dev.tidings.informer.SharedInformer;
import dev.tidings.informer.rv.ResourceVersion;
import dev.tidings.informer.store.Snapshot;
import dev.tidings.informer.watch.Change;
import dev.tidings.informer.watch.ChangeType;
import dev.tidings.informer.watch.ExpiredException;
import dev.tidings.informer.watch.Watch;
import dev.tidings.informer.watch.WatchEndedException;
import dev.tidings.informer.watch.WatchOptions;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * A watcher that goes to another informer every now and then, with the resource version that it has
 * reached. The numbers of a key's items rise: it must never see one twice, or an earlier one. For
 * one thread.
 */
final class ResumingView {
  private static final Duration POLL = Duration.ofMillis(100);

  private final List<SharedInformer<String, Item>> informers;
  private final Random random;
  private final Map<String, Long> view = new HashMap<>();
  private final Map<String, Long> newest = new HashMap<>();
  private Watch<String, Item> watch;
  private ResourceVersion last;
  private int errors;
  private int resumes;
  private int relists;

  ResumingView(List<SharedInformer<String, Item>> informers, Random random) {
    this.informers = informers;
    this.random = random;
    SharedInformer<String, Item> on = informers.get(0);
    Snapshot<String, Item> state = on.list();
    state.forEach((key, item) -> view.put(key, item.number()));
    last = state.resourceVersion();
    watch = on.watch(WatchOptions.from(last));
  }

  /** Takes what there is, and maybe goes elsewhere. */
  void step() throws InterruptedException {
    try {
      for (Change<String, Item> next = watch.poll(POLL);
          next != null;
          next = watch.poll(Duration.ZERO)) {
        see(next);
      }
      if (random.nextInt(10) == 0) {
        watch.close();
        resume();
      }
    } catch (ExpiredException e) {
      relist();
    } catch (WatchEndedException e) {
      resume();
    }
  }

  private SharedInformer<String, Item> any() {
    return informers.get(random.nextInt(informers.size()));
  }

  private void resume() {
    try {
      watch = any().watch(WatchOptions.from(last));
      resumes++;
    } catch (ExpiredException e) {
      relist();
    } catch (WatchEndedException e) {
      // Kafka is away: the ended watch says so again at the next step, and this is tried again.
      return;
    }
  }

  private void relist() {
    SharedInformer<String, Item> on = any();
    Snapshot<String, Item> state = on.list();
    view.clear();
    state.forEach((key, item) -> view.put(key, item.number()));
    // That may be an informer which has not come as far yet.
    newest.clear();
    newest.putAll(view);
    last = state.resourceVersion();
    relists++;
    try {
      watch = on.watch(WatchOptions.from(last));
    } catch (WatchEndedException e) {
      // The informer is about to start over: the ended watch says so again at the next step.
      return;
    }
  }

  private void see(Change<String, Item> change) {
    if (!change.resourceVersion().isAtLeast(last)) {
      errors++;
    }
    last = change.resourceVersion();
    String key = change.key();
    Item item = change.object();
    if (key == null) {
      return;
    }
    if (change.type() == ChangeType.DELETED) {
      errors += view.remove(key) == null ? 1 : 0;
      return;
    }
    if (item != null) {
      Long before = newest.put(key, item.number());
      errors += before != null && before >= item.number() ? 1 : 0;
      boolean known = view.put(key, item.number()) != null;
      errors += known == (change.type() == ChangeType.ADDED) ? 1 : 0;
    }
  }

  Map<String, Long> view() {
    return view;
  }

  int errors() {
    return errors;
  }

  int resumes() {
    return resumes;
  }

  int relists() {
    return relists;
  }
}
