package dev.tidings.benchmarks.e2e;

import dev.tidings.event.Event;
import dev.tidings.event.ObjectReference;
import dev.tidings.event.Severity;
import dev.tidings.event.Source;
import dev.tidings.event.identity.EventIds;
import dev.tidings.infra.stack.DemoEvent;
import dev.tidings.recorder.EventRecorder;
import dev.tidings.recorder.journal.JournalConfig;
import dev.tidings.recorder.journal.WhenFull;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;

/** What the end-to-end measurements use of the platform. */
final class Platform {
  private static final EventIds IDS = EventIds.of(Clock.systemUTC());
  private static final Source SOURCE = new Source("node-1", "benchmark");
  private static final Map<String, String> ATTRIBUTES =
      Map.of("zone", "eu-1", "pid", "4711", "request", "b7ad6b7169203331");

  private Platform() {}

  /** A recorder that makes its callers wait rather than drop anything. */
  static EventRecorder recorder(String bootstrapServers, String registry) {
    return EventRecorder.builder()
        .source(SOURCE.getNode(), SOURCE.getComponent())
        .catalogue(DemoEvent.class)
        .bootstrapServers(bootstrapServers)
        .registry(registry)
        .journal(JournalConfig.inMemory().withWhenFull(new WhenFull.Wait(Duration.ofMinutes(1))))
        .build();
  }

  /** About 300 bytes; those of the same series are repeats. */
  static Event event(long series) {
    Instant now = Instant.now().truncatedTo(ChronoUnit.MICROS);
    return new Event(
        IDS.next(),
        "demo.ContainerDied",
        Severity.WARN,
        SOURCE,
        new ObjectReference("Container", "prod", "web-" + series % 1_000, ""),
        "container of web-%d ended with exit code 137 after it used more memory than allowed"
            .formatted(series),
        ATTRIBUTES,
        now,
        now,
        1L);
  }
}
