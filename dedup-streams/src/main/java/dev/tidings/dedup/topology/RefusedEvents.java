package dev.tidings.dedup.topology;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Which events Kafka would not take, and why. A transaction of which the broker refused a part can
 * only be given up; so what it refused is noted here, the records are processed again, and the one
 * that made this event is then rejected instead. Thread-safe: producers note, processors ask.
 */
public final class RefusedEvents {
  private static final int MOST = 10_000;

  private final Map<String, String> reasons =
      new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, String> eldest) {
          return size() > MOST;
        }
      };

  private volatile boolean any;

  /**
   * Notes one.
   *
   * @param key as it was sent: the event's id as text
   */
  synchronized void add(byte[] key, String reason) {
    reasons.put(new String(key, StandardCharsets.UTF_8), reason);
    any = true;
  }

  /** Why Kafka refused an event, if it did. */
  @Nullable String reason(UUID id) {
    return any ? noted(id) : null;
  }

  private synchronized @Nullable String noted(UUID id) {
    return reasons.get(id.toString());
  }
}
