package dev.tidings.cli.events;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.tidings.cli.output.Column;
import dev.tidings.cli.output.Listing;
import dev.tidings.event.Event;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Something that happened to an object or an event, or to the record of it.
 *
 * @param time when it happened; for what the platform did, when it did it
 * @param event what it is about; null if it could not be read
 * @param occurrences how many this adds
 * @param message for people
 */
record TimelineEntry(
    Instant time, What what, @Nullable Event event, long occurrences, String message) {

  /** What happened. */
  enum What {
    /** An occurrence was recorded. */
    OCCURRED,
    /** The platform counted occurrences: the event is in this state now. */
    COUNTED,
    /** A record about it could not be read. */
    REJECTED
  }

  static final Listing<TimelineEntry> LISTING =
      new Listing<>(
          List.of(
              new Column<>("TIME", entry -> entry.time().toString()),
              new Column<>("WHAT", entry -> entry.what().name()),
              new Column<>("COUNT", TimelineEntry::count),
              Column.severity(
                  entry -> entry.event() == null ? "-" : entry.event().getSeverity().name()),
              new Column<>("TYPE", entry -> entry.event() == null ? "-" : entry.event().getType()),
              new Column<>("SOURCE", TimelineEntry::source),
              new Column<>("MESSAGE", TimelineEntry::message)),
          TimelineEntry::write);

  static TimelineEntry occurred(Event event) {
    return new TimelineEntry(
        event.getLastTimestamp(), What.OCCURRED, event, event.getCount(), event.getMessage());
  }

  static TimelineEntry counted(Instant time, Event state, long occurrences) {
    return new TimelineEntry(time, What.COUNTED, state, occurrences, "event " + state.getId());
  }

  static TimelineEntry rejected(Instant time, String reason) {
    return new TimelineEntry(time, What.REJECTED, null, 0, reason);
  }

  private static String count(TimelineEntry entry) {
    Event event = entry.event();
    return entry.what() == What.COUNTED && event != null
        ? "+" + entry.occurrences() + " = " + event.getCount()
        : entry.occurrences() == 0 ? "-" : "+" + entry.occurrences();
  }

  private static String source(TimelineEntry entry) {
    Event event = entry.event();
    return event == null
        ? "-"
        : event.getSource().getNode() + "/" + event.getSource().getComponent();
  }

  static void write(TimelineEntry entry, JsonGenerator json) throws IOException {
    json.writeStartObject();
    json.writeStringField("time", entry.time().toString());
    json.writeStringField("what", entry.what().name());
    json.writeNumberField("occurrences", entry.occurrences());
    Event event = entry.event();
    if (event != null) {
      json.writeStringField("eventId", event.getId().toString());
      json.writeNumberField("count", event.getCount());
      json.writeStringField("severity", event.getSeverity().name());
      json.writeStringField("type", event.getType());
      json.writeStringField("node", event.getSource().getNode());
      json.writeStringField("component", event.getSource().getComponent());
    }
    json.writeStringField("message", entry.message());
    json.writeEndObject();
  }
}
