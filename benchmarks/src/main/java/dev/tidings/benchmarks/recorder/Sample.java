package dev.tidings.benchmarks.recorder;

import dev.tidings.event.Event;
import dev.tidings.event.ObjectReference;
import dev.tidings.event.Severity;
import dev.tidings.event.Source;
import dev.tidings.event.identity.EventIds;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;

/**
 * What a service knows when something happens: texts that it has at hand. About 300 bytes as an
 * event.
 */
record Sample(String object, String message, String zone, String pid, String request) {
  static final Source SOURCE = new Source("node-1", "benchmark");
  static final String KIND = "Container";
  static final String NAMESPACE = "prod";
  static final String TYPE = "demo.ContainerDied";
  private static final EventIds IDS = EventIds.of(Clock.systemUTC());
  private static final int SAMPLES = 4_096;

  static Sample[] samples() {
    Sample[] samples = new Sample[SAMPLES];
    for (int i = 0; i < SAMPLES; i++) {
      samples[i] =
          new Sample(
              "web-" + i % 1_000,
              "container of web-%d ended with exit code 137 after it used more memory than allowed"
                  .formatted(i),
              "eu-" + i % 3,
              Integer.toString(4_711 + i),
              "%016x".formatted(i * 0x9E3779B97F4A7C15L));
    }
    return samples;
  }

  /** The event that a careful user would build of it. */
  Event event() {
    Instant now = Instant.now().truncatedTo(ChronoUnit.MICROS);
    return new Event(
        IDS.next(),
        TYPE,
        Severity.WARN,
        SOURCE,
        new ObjectReference(KIND, NAMESPACE, object, ""),
        message,
        Map.of("zone", zone, "pid", pid, "request", request),
        now,
        now,
        1L);
  }
}
