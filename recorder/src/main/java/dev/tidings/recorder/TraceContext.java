package dev.tidings.recorder;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** The caller's place in a distributed trace, as W3C Trace Context writes it. Thread-safe. */
interface TraceContext {
  /** The header's name in HTTP, and on our records. */
  String HEADER = "traceparent";

  /** The current one, as the value of {@value #HEADER}; null if the caller is in no trace. */
  byte @Nullable [] current();

  /** OpenTelemetry's, if its API is there; else there is never a trace. */
  static TraceContext detect() {
    try {
      Class.forName("io.opentelemetry.api.trace.Span", false, TraceContext.class.getClassLoader());
      return new OpenTelemetryContext();
    } catch (ClassNotFoundException e) {
      return () -> null;
    }
  }

  /** Loaded only when OpenTelemetry's API is there. */
  final class OpenTelemetryContext implements TraceContext {
    @Override
    public byte @Nullable [] current() {
      SpanContext span = Span.current().getSpanContext();
      if (!span.isValid()) {
        return null;
      }
      return ("00-"
              + span.getTraceId()
              + "-"
              + span.getSpanId()
              + "-"
              + span.getTraceFlags().asHex())
          .getBytes(StandardCharsets.US_ASCII);
    }
  }
}
