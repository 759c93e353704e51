package dev.tidings.benchmarks.informer;

import dev.tidings.informer.ResourceEventHandler;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A handler that keeps what it was told, and counts what does not follow from that. */
final class HandlerView implements ResourceEventHandler<String, Item> {
  private final Map<String, Long> view = new ConcurrentHashMap<>();
  private final AtomicInteger errors = new AtomicInteger();

  @Override
  public void onAdd(String key, Item object, boolean isInInitialList) {
    check(view.put(key, object.number()), null);
  }

  @Override
  public void onUpdate(String key, Item oldObject, Item newObject) {
    check(view.put(key, newObject.number()), oldObject);
  }

  @Override
  public void onDelete(String key, Item object, boolean finalStateUnknown) {
    check(view.remove(key), object);
  }

  private void check(@Nullable Long known, @Nullable Item told) {
    if (told == null ? known != null : known == null || known != told.number()) {
      errors.incrementAndGet();
    }
  }

  Map<String, Long> view() {
    return Map.copyOf(view);
  }

  int errors() {
    return errors.get();
  }
}
