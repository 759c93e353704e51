package dev.tidings.event.identity;

import dev.tidings.event.Event;
import dev.tidings.event.ObjectReference;
import dev.tidings.event.Source;
import org.jspecify.annotations.Nullable;

/**
 * The key of a record on the recorded topic, and so its partition: the object that the event is
 * about or, without one, its source. All that happens to an object keeps its order.
 */
public final class RecordKey {
  private RecordKey() {}

  /** {@code kind/namespace/name} or {@code node/component}. */
  public static String of(Event event) {
    return of(event.getSource(), event.getObject());
  }

  /** {@code kind/namespace/name} or {@code node/component}. */
  public static String of(Source source, @Nullable ObjectReference object) {
    return object == null
        ? source.getNode() + "/" + source.getComponent()
        : object.getKind() + "/" + object.getNamespace() + "/" + object.getName();
  }
}
