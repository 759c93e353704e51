package dev.tidings.cli.output;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import dev.tidings.event.Event;
import dev.tidings.event.json.EventJson;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
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
    switch (format) {
      case table -> writeTable(events, now);
      case json -> writeTree(events, new JsonFactory(), true);
      case jsonl -> events.forEach(event -> out.println(EventJson.format(event)));
      case yaml ->
          writeTree(
              events,
              YAMLFactory.builder().disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER).build(),
              false);
    }
    out.flush();
  }

  private void writeTable(List<Event> events, Instant now) {
    List<List<String>> rows = events.stream().map(event -> Row.of(event, now)).toList();
    Table table = new Table(terminal, rows);
    out.println(table.header());
    rows.forEach(row -> out.println(table.row(row)));
  }

  private void writeTree(List<Event> events, JsonFactory factory, boolean pretty) {
    try {
      JsonGenerator tree = factory.createGenerator(out);
      tree.disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
      if (pretty) {
        tree.setPrettyPrinter(new DefaultPrettyPrinter());
      }
      tree.writeStartArray();
      for (Event event : events) {
        EventJson.write(event, tree);
      }
      tree.writeEndArray();
      tree.close();
      if (pretty) {
        out.println();
      }
    } catch (IOException e) {
      throw new UncheckedIOException("Events cannot be written", e);
    }
  }
}
