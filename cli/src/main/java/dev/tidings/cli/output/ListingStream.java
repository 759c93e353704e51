package dev.tidings.cli.output;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes things as they come: rows of a table, whose columns grow with what comes, or documents,
 * each by itself. For one thread, which closes it.
 */
public final class ListingStream<T> implements AutoCloseable {
  private final Listing<T> listing;
  private final Terminal terminal;
  private final PrintWriter out;
  private final Format format;
  private final int sample;
  private final List<List<String>> held = new ArrayList<>();
  private @Nullable Table table;

  /**
   * To this writer, which goes to that terminal.
   *
   * @param sample how many rows are held back, for columns that are wide enough from the beginning;
   *     1 where somebody waits for each
   */
  public ListingStream(
      Listing<T> listing, Terminal terminal, PrintWriter out, Format format, int sample) {
    this.listing = listing;
    this.terminal = terminal;
    this.out = out;
    this.format = format;
    this.sample = sample;
  }

  /**
   * Writes one.
   *
   * @return false if nobody reads it any more
   */
  public boolean write(T thing) {
    if (format == Format.table) {
      writeRow(listing.cells(thing));
    } else {
      String text = Documents.inStream(json -> listing.document().write(thing, json), format);
      if (format == Format.yaml) {
        out.print(text);
      } else {
        out.println(text);
      }
    }
    return !out.checkError();
  }

  private void writeRow(List<String> cells) {
    if (table != null) {
      out.println(table.row(cells));
      return;
    }
    held.add(cells);
    if (held.size() >= sample) {
      writeHeld();
    }
  }

  private void writeHeld() {
    Table begun = listing.table(terminal, held);
    table = begun;
    out.println(begun.header());
    held.forEach(row -> out.println(begun.row(row)));
    held.clear();
  }

  /** Writes what was held back. */
  @Override
  public void close() {
    if (!held.isEmpty()) {
      writeHeld();
    }
    out.flush();
  }
}
