package dev.tidings.cli.output;

import dev.tidings.event.Event;
import dev.tidings.event.json.EventJson;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.List;

/** Writes a list of events. */
public final class EventList {
  private final Terminal terminal;
  private final PrintWriter out;

  /** To this writer, which goes to that terminal. */
  public EventList(Terminal terminal, PrintWriter out) {
    this.terminal = terminal;
    this.out = out;
  }

  /** Writes them all and flushes. */
  public void write(List<Event> events, Format format, Instant now) {
    new Listing<>(Row.columns(now), EventJson::write).write(terminal, out, format, events);
  }
}
