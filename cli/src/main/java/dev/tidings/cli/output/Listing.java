package dev.tidings.cli.output;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/**
 * How a list of things is written: as a table for people, as documents for programs. Immutable.
 *
 * @param columns of the table
 * @param document writes one as a JSON value
 */
public record Listing<T>(List<Column<T>> columns, DocumentOf<T> document) {
  // By so many rows the columns are made wide enough; there may be a million.
  private static final int SAMPLE = 1_000;

  public Listing {
    columns = List.copyOf(columns);
  }

  /** Writes one thing as a JSON value. */
  @FunctionalInterface
  public interface DocumentOf<T> {
    void write(T thing, JsonGenerator json) throws IOException;
  }

  /** Writes all and flushes. */
  public void write(Terminal terminal, PrintWriter out, Format format, Iterable<T> things) {
    if (format == Format.table) {
      writeTable(terminal, out, things.iterator());
    } else {
      try (Documents documents = new Documents(out, format)) {
        for (T thing : things) {
          documents.write(json -> document.write(thing, json));
        }
      }
    }
    out.flush();
  }

  private void writeTable(Terminal terminal, PrintWriter out, Iterator<T> things) {
    List<List<String>> sample = new ArrayList<>();
    while (things.hasNext() && sample.size() < SAMPLE) {
      sample.add(cells(things.next()));
    }
    Table table = table(terminal, sample);
    out.println(table.header());
    sample.forEach(row -> out.println(table.row(row)));
    // Nobody may be reading it any more, as behind head(1).
    while (things.hasNext() && !out.checkError()) {
      out.println(table.row(cells(things.next())));
    }
  }

  /** A table whose columns are wide enough for these rows. */
  Table table(Terminal terminal, List<List<String>> sample) {
    return new Table(
        terminal,
        columns.stream().map(Column::title).toList(),
        columns.stream().map(Column::colour).toList(),
        sample);
  }

  List<String> cells(T thing) {
    return columns.stream().map(column -> column.visibleCell(thing)).toList();
  }
}
