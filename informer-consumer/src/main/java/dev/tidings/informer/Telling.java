package dev.tidings.informer;

import dev.tidings.informer.fifo.Delta;
import dev.tidings.informer.store.Snapshot;
import dev.tidings.informer.watch.LogChange;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.errors.InterruptException;
import org.jspecify.annotations.Nullable;

/** Tells handlers how one state became another. It may wait for a slow one. */
final class Telling<K, V> {
  private static final int BATCH = 1_000;

  private final List<HandlerThread<K, V>> handlers;

  Telling(List<HandlerThread<K, V>> handlers) {
    this.handlers = handlers;
  }

  /** By these changes, one after the other. */
  void changes(List<LogChange<K, V>> changes) {
    if (!changes.isEmpty() && !handlers.isEmpty()) {
      offer(changes.stream().map(Telling::delta).toList());
    }
  }

  private static <K, V> Delta<K, V> delta(LogChange<K, V> change) {
    return Delta.change(change.key(), change.object(), change.previous(), false);
  }

  /** Nobody knows how: what is different now, as changes; what vanished was not seen going. */
  void replacement(Snapshot<K, V> before, Snapshot<K, V> now) {
    if (handlers.isEmpty()) {
      return;
    }
    List<Delta<K, V>> batch = new ArrayList<>();
    for (Map.Entry<K, V> entry : before.entries()) {
      if (now.get(entry.getKey()) == null) {
        batch = addAndOffer(batch, entry.getKey(), null, entry.getValue());
      }
    }
    for (Map.Entry<K, V> entry : now.entries()) {
      V previous = before.get(entry.getKey());
      if (!entry.getValue().equals(previous)) {
        batch = addAndOffer(batch, entry.getKey(), entry.getValue(), previous);
      }
    }
    offer(batch);
  }

  private List<Delta<K, V>> addAndOffer(
      List<Delta<K, V>> batch, K key, @Nullable V object, @Nullable V previous) {
    batch.add(Delta.change(key, object, previous, true));
    if (batch.size() < BATCH) {
      return batch;
    }
    offer(batch);
    return new ArrayList<>();
  }

  private void offer(List<Delta<K, V>> batch) {
    try {
      for (HandlerThread<K, V> handler : handlers) {
        handler.offer(batch);
      }
    } catch (InterruptedException e) {
      throw new InterruptException(e);
    }
  }
}
