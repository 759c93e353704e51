package dev.tidings.cli.output;

import dev.tidings.event.Event;
import dev.tidings.event.json.EventJson;
import dev.tidings.informer.watch.Change;
import dev.tidings.informer.watch.ChangeType;
import java.io.PrintWriter;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes changes as they come, each flushed at once. Bookmarks are for programs: the table leaves
 * them out. As {@code json} and {@code yaml} each change is a document of its own.
 */
public final class ChangeStream {
  private static final int CHANGE_WIDTH = 10;

  private final Terminal terminal;
  private final PrintWriter out;
  private final Format format;
  private final InstantSource clock;
  private @Nullable Table table;

  /** To this writer, which goes to that terminal. */
  public ChangeStream(Terminal terminal, PrintWriter out, Format format, InstantSource clock) {
    this.terminal = terminal;
    this.out = out;
    this.format = format;
    this.clock = clock;
  }

  /**
   * Writes one.
   *
   * @return false if nobody reads it any more
   */
  public boolean write(Change<String, Event> change) {
    switch (format) {
      case table -> writeRow(change);
      case json, jsonl -> out.println(document(change));
      case yaml -> out.print(document(change));
    }
    return !out.checkError();
  }

  private void writeRow(Change<String, Event> change) {
    Event event = change.object();
    if (event == null) {
      if (change.type() == ChangeType.DELETED) {
        out.println(Cells.pad(change.type().name(), CHANGE_WIDTH) + change.key());
      }
      return;
    }
    Instant now = clock.instant();
    Listing<Event> listing = new Listing<>(Row.columns(now), EventJson::write);
    List<String> row = listing.cells(event);
    if (table == null) {
      table = listing.table(narrower(), List.of(row));
      out.println(Cells.pad("CHANGE", CHANGE_WIDTH) + table.header());
    }
    out.println(Cells.pad(change.type().name(), CHANGE_WIDTH) + table.row(row));
  }

  private Terminal narrower() {
    return terminal.isTerminal()
        ? new Terminal(true, terminal.columns() - CHANGE_WIDTH, terminal.colours())
        : terminal;
  }

  private String document(Change<String, Event> change) {
    return Documents.inStream(
        json -> {
          json.writeStartObject();
          json.writeStringField("change", change.type().name());
          Event event = change.object();
          if (event == null) {
            json.writeNullField("event");
          } else {
            json.writeFieldName("event");
            EventJson.write(event, json);
          }
          json.writeStringField("resourceVersion", change.resourceVersion().asText());
          json.writeEndObject();
        },
        format);
  }
}
