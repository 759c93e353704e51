package dev.tidings.cli.output;

import java.util.List;
import java.util.function.Function;

/**
 * Rows in columns that fit the terminal; the last column takes what is left. A column grows when
 * something wider comes. For one thread.
 */
final class Table {
  private static final String GAP = "  ";
  private static final String PLAIN = "\u001b[0m";
  private static final int WIDEST_CELL = 40;
  private static final int NARROWEST_MESSAGE = 20;
  private static final int NARROWEST_CELL = 8;
  private static final int LEFT_OUT = -1;

  private final Terminal terminal;
  private final List<String> titles;
  private final List<Function<String, String>> colours;
  // What the cells so far would take, and what they get.
  private final int[] wanted;
  private int[] widths;

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
    this.wanted = new int[titles.size()];
    grow(titles);
    sample.forEach(this::grow);
    this.widths = fitted();
  }

  /** Returns whether any column did. */
  private boolean grow(List<String> row) {
    boolean grown = false;
    // The last one takes what is left.
    for (int column = 0; column < wanted.length - 1; column++) {
      int width = Cells.width(row.get(column));
      if (terminal.isTerminal()) {
        width = Math.min(width, WIDEST_CELL);
      }
      if (width > wanted[column]) {
        wanted[column] = width;
        grown = true;
      }
    }
    return grown;
  }

  private int[] fitted() {
    int[] fitted = wanted.clone();
    if (terminal.isTerminal()) {
      shrink(fitted, terminal.columns());
    }
    return fitted;
  }

  /** Takes from the widest column until there is room for a message. */
  private static void shrink(int[] widths, int columns) {
    leaveOut(widths, columns);
    int last = widths.length - 1;
    while (true) {
      int used = used(widths);
      int widest = 0;
      for (int column = 0; column < last; column++) {
        widest = widths[column] > widths[widest] ? column : widest;
      }
      if (columns - used >= NARROWEST_MESSAGE || widths[widest] <= NARROWEST_CELL) {
        widths[last] = Math.max(1, columns - used);
        return;
      }
      widths[widest]--;
    }
  }

  /** On a narrow terminal those to the right, which only say more of what the others say. */
  private static void leaveOut(int[] widths, int columns) {
    for (int column = widths.length - 2; column > 0; column--) {
      int[] narrowest = widths.clone();
      for (int i = 0; i < narrowest.length - 1; i++) {
        narrowest[i] = Math.min(narrowest[i], NARROWEST_CELL);
      }
      if (used(narrowest) + NARROWEST_CELL <= columns) {
        return;
      }
      widths[column] = LEFT_OUT;
    }
  }

  /** By all columns but the last, with the gaps. */
  private static int used(int[] widths) {
    int used = 0;
    for (int column = 0; column < widths.length - 1; column++) {
      used += widths[column] == LEFT_OUT ? 0 : widths[column] + GAP.length();
    }
    return used;
  }

  String header() {
    return line(titles, false);
  }

  String row(List<String> cells) {
    if (grow(cells)) {
      widths = fitted();
    }
    return line(cells, terminal.colours());
  }

  private String line(List<String> cells, boolean coloured) {
    StringBuilder line = new StringBuilder();
    int last = cells.size() - 1;
    for (int column = 0; column <= last; column++) {
      if (widths[column] == LEFT_OUT) {
        continue;
      }
      String cell = cells.get(column);
      String fitted = terminal.isTerminal() ? Cells.fit(cell, widths[column]) : cell;
      String padded = column == last ? fitted : Cells.pad(fitted, widths[column]) + GAP;
      String colour = coloured ? colours.get(column).apply(cell) : "";
      line.append(colour).append(padded).append(colour.isEmpty() ? "" : PLAIN);
    }
    return line.toString();
  }
}
