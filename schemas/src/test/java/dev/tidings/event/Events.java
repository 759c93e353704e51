package dev.tidings.event;

import dev.tidings.event.identity.EventIds;
import dev.tidings.wire.Micros;
import java.time.Clock;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;

/** Events for tests. */
public final class Events {
  private static final EventIds IDS = EventIds.of(Clock.systemUTC());

  private Events() {}

  /** A plain one. */
  public static Event.Builder event() {
    return Event.newBuilder()
        .setId(IDS.next())
        .setType("cluster.LeaderElected")
        .setSeverity(Severity.WARN)
        .setSource(new Source("node-1", "controller"))
        .setObject(new ObjectReference("Cluster", "prod", "orders", ""))
        .setMessage("node-3 leads")
        .setAttributes(Map.of("term", "7"))
        .setFirstTimestamp(Instant.parse("2026-01-31T12:00:00.123456Z"))
        .setLastTimestamp(Instant.parse("2026-01-31T12:00:00.123456Z"));
  }

  /** One to be changed. */
  public static Event.Builder copy(Event event) {
    return Event.newBuilder()
        .setId(event.getId())
        .setType(event.getType())
        .setSeverity(event.getSeverity())
        .setSource(event.getSource())
        .setObject(event.getObject())
        .setMessage(event.getMessage())
        .setAttributes(event.getAttributes())
        .setFirstTimestamp(event.getFirstTimestamp())
        .setLastTimestamp(event.getLastTimestamp())
        .setCount(event.getCount());
  }

  /** Any that is within the limits. */
  public static Arbitrary<Event> any() {
    Arbitrary<String> name = text(1, 20);
    Arbitrary<Source> source = Combinators.combine(name, name).as(Source::new);
    Arbitrary<ObjectReference> object =
        Combinators.combine(name, text(0, 9), name, text(0, 9)).as(ObjectReference::new);
    Arbitrary<Instant> time =
        Arbitraries.longs()
            .between(-62_000_000_000_000_000L, 253_000_000_000_000_000L)
            .map(Micros::toInstant);
    return Combinators.combine(
            Arbitraries.of(Severity.class),
            source,
            object.injectNull(0.3),
            text(0, 200),
            Arbitraries.maps(name, text(0, 50)).ofMaxSize(8),
            time,
            Arbitraries.longs().between(0, 1_000_000_000_000L),
            Arbitraries.longs().between(1, Long.MAX_VALUE))
        .as(
            (severity, from, about, message, attributes, first, length, count) ->
                event()
                    .setSeverity(severity)
                    .setSource(from)
                    .setObject(about)
                    .setMessage(message)
                    .setAttributes(new HashMap<>(attributes))
                    .setFirstTimestamp(first)
                    .setLastTimestamp(first.plusNanos(length * 1_000))
                    .setCount(count)
                    .build());
  }

  /** Text of all planes, without NUL and without unpaired surrogates. */
  public static Arbitrary<String> text(int min, int max) {
    return Arbitraries.frequencyOf(
            net.jqwik.api.Tuple.of(8, Arbitraries.integers().between(' ', 0x7e)),
            net.jqwik.api.Tuple.of(1, Arbitraries.integers().between(1, 0xd7ff)),
            net.jqwik.api.Tuple.of(1, Arbitraries.integers().between(0xe000, 0x10ffff)))
        .list()
        .ofMinSize(min)
        .ofMaxSize(max)
        .map(
            points -> {
              StringBuilder out = new StringBuilder();
              points.forEach(out::appendCodePoint);
              return out.toString();
            });
  }
}
