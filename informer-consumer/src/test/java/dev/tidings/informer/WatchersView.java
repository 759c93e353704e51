package dev.tidings.informer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.informer.rv.ResourceVersion;
import dev.tidings.informer.store.Snapshot;
import dev.tidings.informer.watch.Change;
import dev.tidings.informer.watch.ExpiredException;
import dev.tidings.informer.watch.Watch;
import dev.tidings.informer.watch.WatchOptions;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/** What a list and a watch have shown, beginning again where they must. For one thread. */
final class WatchersView {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  private final Map<String, String> view = new HashMap<>();
  private final SharedInformer<String, String> informer;
  private Watch<String, String> watch;
  private ResourceVersion last;
  private int relists;

  WatchersView(SharedInformer<String, String> informer) throws InterruptedException {
    this.informer = informer;
    begin();
  }

  private void begin() throws InterruptedException {
    while (true) {
      assertThat(informer.awaitSync(LIMIT)).isTrue();
      Snapshot<String, String> list = informer.list();
      view.clear();
      list.forEach(view::put);
      last = list.resourceVersion();
      try {
        watch = informer.watch(WatchOptions.from(last));
        return;
      } catch (ExpiredException e) {
        // Loaded again in between.
        relists++;
      }
    }
  }

  /** How often it has begun again. */
  int relists() {
    return relists;
  }

  /** Takes what there is. */
  void follow() throws InterruptedException {
    try {
      for (Change<String, String> next = watch.poll(Duration.ofMillis(20));
          next != null;
          next = watch.poll(Duration.ZERO)) {
        see(next);
      }
    } catch (ExpiredException e) {
      relists++;
      begin();
    }
  }

  private void see(Change<String, String> next) {
    assertThat(next.resourceVersion().isAtLeast(last)).isTrue();
    last = next.resourceVersion();
    switch (next.type()) {
      case ADDED -> assertThat(view.put(next.key(), next.object())).isNull();
      case MODIFIED -> assertThat(view.put(next.key(), next.object())).isEqualTo(next.previous());
      case DELETED -> assertThat(view.remove(next.key())).isEqualTo(next.previous());
      case BOOKMARK -> {}
    }
  }

  boolean becomes(Map<String, String> expected) throws InterruptedException {
    follow();
    return view.equals(expected);
  }
}
