package dev.tidings.recorder;

import dev.tidings.event.Event;
import dev.tidings.event.ObjectReference;
import dev.tidings.event.Severity;
import dev.tidings.event.Source;
import dev.tidings.event.limits.EventLimits;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * An event while it is described. One thread at a time; used once.
 *
 * <pre>{@code
 * recorder.event("cluster.LeaderElected")
 *     .object("Cluster", "prod", "orders")
 *     .attribute("term", "7")
 *     .message("node-3 leads")
 *     .record();
 * }</pre>
 */
public final class EventDraft {
  private final String type;
  private final UUID id;
  private final Source source;
  private final EventLimits limits;
  private final Function<Event, CompletableFuture<RecordResult>> sink;
  private final Map<String, String> attributes = new HashMap<>();
  private Instant time;
  private Severity severity = Severity.INFO;
  private String message = "";
  private @Nullable ObjectReference object;

  EventDraft(
      String type,
      UUID id,
      Source source,
      EventLimits limits,
      Instant now,
      Function<Event, CompletableFuture<RecordResult>> sink) {
    this.type = type;
    this.id = id;
    this.source = source;
    this.limits = limits;
    this.time = now;
    this.sink = sink;
  }

  /** How much it matters; INFO if not said. */
  public EventDraft severity(Severity severity) {
    this.severity = severity;
    return this;
  }

  /** What it is about. */
  public EventDraft object(String kind, String namespace, String name) {
    return object(kind, namespace, name, "");
  }

  /** What it is about, down to this very incarnation. */
  public EventDraft object(String kind, String namespace, String name, String uid) {
    this.object = new ObjectReference(kind, namespace, name, uid);
    return this;
  }

  /** For programs; repeats may differ in it. */
  public EventDraft attribute(String name, String value) {
    attributes.put(name, value);
    return this;
  }

  /** When it happened; now if not said. Kept to the microsecond. */
  public EventDraft time(Instant time) {
    this.time = time;
    return this;
  }

  /**
   * The exception behind it, as attributes with OpenTelemetry's names: {@code exception.type},
   * {@code exception.message} and {@code exception.stacktrace}, the last as far as an attribute can
   * hold it.
   */
  public EventDraft cause(Throwable cause) {
    attribute("exception.type", cause.getClass().getName());
    if (cause.getMessage() != null) {
      attribute("exception.message", cause.getMessage());
    }
    StringWriter trace = new StringWriter();
    cause.printStackTrace(new PrintWriter(trace));
    return attribute("exception.stacktrace", limits.cutToAttribute(trace.toString()));
  }

  /** For people. */
  public EventDraft message(String message) {
    this.message = message;
    return this;
  }

  /** Records it. */
  public void record() {
    // The sink counts and reports what goes wrong, for callers who do not ask.
    var unused = submit();
  }

  /**
   * Records it, for callers who want to know.
   *
   * @return what becomes of it; never completed exceptionally
   */
  public CompletableFuture<RecordResult> submit() {
    Instant micros = time.truncatedTo(ChronoUnit.MICROS);
    return sink.apply(
        new Event(
            id,
            type,
            severity,
            source,
            object,
            message,
            Map.copyOf(attributes),
            micros,
            micros,
            1L));
  }
}
