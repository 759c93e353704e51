package dev.tidings.dedup.topology;

import dev.tidings.event.Event;
import dev.tidings.event.ObjectReference;
import dev.tidings.event.Severity;
import dev.tidings.event.Source;
import dev.tidings.event.identity.EventIds;
import java.time.Clock;
import java.time.Instant;
import java.util.Map;

/** Events for tests. */
final class TestEvents {
  private static final EventIds IDS = EventIds.of(Clock.systemUTC());

  private TestEvents() {}

  static Event.Builder event(String message, Instant time) {
    return Event.newBuilder()
        .setId(IDS.next())
        .setType("disk.Failed")
        .setSeverity(Severity.ERROR)
        .setSource(new Source("node-1", "smartd"))
        .setObject(new ObjectReference("Disk", "node-1", "sda", ""))
        .setMessage(message)
        .setAttributes(Map.of("sector", "7"))
        .setFirstTimestamp(time)
        .setLastTimestamp(time);
  }
}
