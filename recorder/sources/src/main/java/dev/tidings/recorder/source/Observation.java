package dev.tidings.recorder.source;

import dev.tidings.event.ObjectReference;
import dev.tidings.event.Severity;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a source saw, ready to be recorded. */
record Observation(
    String type,
    Severity severity,
    @Nullable ObjectReference object,
    String message,
    Map<String, String> attributes,
    Instant time) {}
