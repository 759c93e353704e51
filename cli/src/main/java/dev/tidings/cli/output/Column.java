package dev.tidings.cli.output;

import java.util.function.Function;

/**
 * A column of a table.
 *
 * @param title above it
 * @param cell what a row has in it; may hold anything, and is made visible
 * @param colour the escape sequence before a cell, by its text; empty for none
 */
public record Column<T>(
    String title, Function<? super T, String> cell, Function<String, String> colour) {

  /** Without colours. */
  public Column(String title, Function<? super T, String> cell) {
    this(title, cell, text -> "");
  }

  /** A severity, coloured as one. */
  public static <T> Column<T> severity(Function<? super T, String> cell) {
    return new Column<>("SEVERITY", cell, Row::colour);
  }

  String visibleCell(T row) {
    return Cells.visible(cell.apply(row));
  }
}
