package dev.tidings.cli.output;

import java.io.PrintWriter;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes things as they come, each flushed at once: rows of a table whose columns the first one
 * makes wide enough, or documents, each by itself. For one thread.
 */
public final class ListingStream<T> {
  private final Listing<T> listing;
  private final Terminal terminal;
  private final PrintWriter out;
  private final Format format;
  private @Nullable Table table;

  /** To this writer, which goes to that terminal. */
  public ListingStream(Listing<T> listing, Terminal terminal, PrintWriter out, Format format) {
    this.listing = listing;
    this.terminal = terminal;
    this.out = out;
    this.format = format;
  }

  /**
   * Writes one.
   *
   * @return false if nobody reads it any more
   */
  public boolean write(T thing) {
    if (format == Format.table) {
      List<String> cells = listing.cells(thing);
      if (table == null) {
        table = listing.table(terminal, List.of(cells));
        out.println(table.header());
      }
      out.println(table.row(cells));
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
}
