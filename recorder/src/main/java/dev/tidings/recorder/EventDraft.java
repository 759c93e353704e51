package dev.tidings.recorder;

import dev.tidings.event.Severity;
import dev.tidings.event.limits.EventLimits;
import dev.tidings.wire.Micros;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * An event while it is described. One thread at a time; used once: after {@link #record} or {@link
 * #submit} every method throws {@link IllegalStateException}.
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
  /** Takes what was described. */
  interface Sink {
    /** Records it and takes the fields back. */
    void record(DraftFields fields);

    /** As {@link #record}, and says what becomes of it. */
    CompletableFuture<RecordResult> submit(DraftFields fields);

    /** What events may be. */
    EventLimits limits();
  }

  private final Sink sink;

  /** Null once it was recorded. */
  private @Nullable DraftFields fields;

  EventDraft(Sink sink, DraftFields fields) {
    this.sink = sink;
    this.fields = fields;
  }

  /** How much it matters; INFO if not said. */
  public EventDraft severity(Severity severity) {
    fields().severity = given("severity", severity, Severity.INFO);
    return this;
  }

  /** What it is about. */
  public EventDraft object(String kind, String namespace, String name) {
    return object(kind, namespace, name, "");
  }

  /** What it is about, down to this very incarnation. */
  public EventDraft object(String kind, String namespace, String name, String uid) {
    DraftFields draft = fields();
    draft.kind = given("object.kind", kind, "");
    draft.namespace = given("object.namespace", namespace, "");
    draft.name = given("object.name", name, "");
    draft.uid = given("object.uid", uid, "");
    return this;
  }

  /** For programs; repeats may differ in it. A later value for a name replaces the one before. */
  public EventDraft attribute(String name, String value) {
    fields().attribute(given("attribute name", name, ""), given("attribute value", value, ""));
    return this;
  }

  /** When it happened; when the draft was made if not said. Kept to the microsecond. */
  public EventDraft time(Instant time) {
    try {
      fields().timeMicros = Micros.of(given("time", time, Instant.EPOCH));
    } catch (ArithmeticException e) {
      fields().flaw = "time " + time + " is too far away: microseconds since 1970 must fit 64 bits";
    }
    return this;
  }

  /**
   * The exception behind it, if there is one, as attributes with OpenTelemetry's names: {@code
   * exception.type}, {@code exception.message} and {@code exception.stacktrace}, the last as far as
   * an attribute can hold it.
   */
  public EventDraft cause(@Nullable Throwable cause) {
    if (cause == null) {
      return this;
    }
    attribute("exception.type", cause.getClass().getName());
    try {
      if (cause.getMessage() != null) {
        attribute("exception.message", cause.getMessage());
      }
      StringWriter trace = new StringWriter();
      cause.printStackTrace(new PrintWriter(trace));
      attribute("exception.stacktrace", sink.limits().cutToAttribute(trace.toString()));
    } catch (RuntimeException e) {
      // An exception that cannot even be shown is still the cause.
      attribute("exception.message", "cannot be shown: " + e.getClass().getName());
    }
    return this;
  }

  /** For people. */
  public EventDraft message(String message) {
    fields().message = given("message", message, "");
    return this;
  }

  /** Records it. */
  public void record() {
    sink.record(finish());
  }

  /**
   * Records it, for callers who want to know.
   *
   * @return what becomes of it; never completed exceptionally. What depends on it should not hold
   *     the completing thread up: that is the one that sends.
   */
  public CompletableFuture<RecordResult> submit() {
    return sink.submit(finish());
  }

  /** Callers whose compilers do not check for null must not be thrown at either. */
  private <T> T given(String field, @Nullable T value, T instead) {
    if (value == null) {
      fields().flaw = field + " is null";
      return instead;
    }
    return value;
  }

  private DraftFields finish() {
    DraftFields draft = fields();
    fields = null;
    return draft;
  }

  private DraftFields fields() {
    DraftFields draft = fields;
    if (draft == null) {
      throw new IllegalStateException("This event was recorded already; start another one");
    }
    return draft;
  }
}
