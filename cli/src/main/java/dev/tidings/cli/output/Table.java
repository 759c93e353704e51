package dev.tidings.cli.output;

import java.util.List;
import java.util.function.Function;

/** Rows in columns that fit the terminal; the last column takes what is left. */
final class Table {
  private static final String GAP = "  ";
  private static final String PLAIN = "\u001b[0m";
  private static final int WIDEST_CELL = 40;
  private static final int NARROWEST_MESSAGE = 20;
  private static final int NARROWEST_CELL = 8;

  private final Terminal terminal;
  private final List<String> titles;
  private final List<Function<String, String>> colours;
  private final int[] widths;

  /**
   * @param titles of the columns
   * @param colours of their cells: the escape sequence before a text, or nothing
   * @param sample rows by which the columns are made wide enough
   */
  Table(
      Terminal terminal,
      List<String> titles,
      List<Function<String, String>> colours,
      List<List<String>> sample) {
    this.terminal = terminal;
    this.titles = titles;
    this.colours = colours;
    this.widths = widths(terminal, titles, sample);
  }

  private static int[] widths(Terminal terminal, List<String> titles, List<List<String>> sample) {
    int columns = titles.size();
    int[] widths = new int[columns];
    for (int column = 0; column < columns; column++) {
      widths[column] = Cells.width(titles.get(column));
      for (List<String> row : sample) {
        widths[column] = Math.max(widths[column], Cells.width(row.get(column)));
      }
      if (terminal.isTerminal() && column < columns - 1) {
        widths[column] = Math.min(widths[column], WIDEST_CELL);
      }
    }
    if (terminal.isTerminal()) {
      shrink(widths, terminal.columns());
    }
    return widths;
  }

  /** Takes from the widest column until there is room for a message. */
  private static void shrink(int[] widths, int columns) {
    int last = widths.length - 1;
    int gaps = GAP.length() * last;
    while (true) {
      int used = gaps;
      int widest = 0;
      for (int column = 0; column < last; column++) {
        used += widths[column];
        widest = widths[column] > widths[widest] ? column : widest;
      }
      if (columns - used >= NARROWEST_MESSAGE || widths[widest] <= NARROWEST_CELL) {
        widths[last] = Math.max(1, columns - used);
        return;
      }
      widths[widest]--;
    }
  }

  String header() {
    return line(titles, false);
  }

  String row(List<String> cells) {
    return line(cells, terminal.colours());
  }

  private String line(List<String> cells, boolean coloured) {
    StringBuilder line = new StringBuilder();
    int last = cells.size() - 1;
    for (int column = 0; column <= last; column++) {
      String cell = cells.get(column);
      String fitted = terminal.isTerminal() ? Cells.fit(cell, widths[column]) : cell;
      String padded = column == last ? fitted : Cells.pad(fitted, widths[column]) + GAP;
      String colour = coloured ? colours.get(column).apply(cell) : "";
      line.append(colour).append(padded).append(colour.isEmpty() ? "" : PLAIN);
    }
    return line.toString();
  }
}
