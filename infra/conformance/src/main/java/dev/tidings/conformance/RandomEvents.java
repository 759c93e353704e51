package dev.tidings.conformance;

import dev.tidings.event.Event;
import dev.tidings.event.ObjectReference;
import dev.tidings.event.Severity;
import dev.tidings.event.Source;
import dev.tidings.event.identity.EventIds;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;

/**
 * Events with repeats within and beyond the interval, in and out of order, years ago: the same for
 * the same seed, but for their ids. Of the types in the catalogue {@code demo}. One thread.
 */
public final class RandomEvents {
  private static final EventIds IDS = EventIds.of(Clock.systemUTC());
  private static final List<String> TYPES =
      List.of("demo.DiskFailed", "demo.LeaderElected", "demo.ContainerDied");

  private final Random random;
  private Instant time = Instant.parse("2008-11-09T20:36:15Z");

  /** The sequence of this seed. */
  public RandomEvents(long seed) {
    this.random = new Random(seed);
  }

  /** The next ones. */
  public List<Event> next(int count) {
    return Stream.generate(this::next).limit(count).toList();
  }

  /** The next one. */
  public Event next() {
    time = time.plus(Duration.ofMillis(random.nextInt(200)));
    Instant at =
        random.nextInt(10) == 0 ? time.minus(Duration.ofSeconds(random.nextInt(900))) : time;
    String name = "object-" + random.nextInt(20);
    return Event.newBuilder()
        .setId(IDS.next())
        .setType(TYPES.get(random.nextInt(TYPES.size())))
        .setSeverity(Severity.WARN)
        .setSource(new Source("node-" + random.nextInt(2), "test"))
        .setObject(random.nextInt(5) == 0 ? null : new ObjectReference("Thing", "test", name, ""))
        .setMessage("message " + random.nextInt(2))
        .setAttributes(Map.of("n", Integer.toString(random.nextInt(1_000))))
        .setFirstTimestamp(at)
        .setLastTimestamp(at)
        .build();
  }
}
