package dev.tidings.cli.top;

import dev.tidings.cli.output.Terminal;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Supplier;

/**
 * A terminal on which one frame takes the place of the one before, without flicker, as large as the
 * terminal is then; elsewhere the frames follow each other. For one thread.
 */
final class Screen implements AutoCloseable {
  private static final String OTHER_SCREEN = "\u001b[?1049h\u001b[?25l";
  private static final String FORMER_SCREEN = "\u001b[?25h\u001b[?1049l";
  private static final String HOME = "\u001b[H";
  private static final String REST_OF_LINE = "\u001b[K";
  private static final String REST_OF_SCREEN = "\u001b[J";

  private final PrintWriter out;
  private final boolean live;
  private final Supplier<Optional<int[]>> size;
  private Terminal terminal;
  private int rows;
  private boolean opened;

  /**
   * @param wanted whether frames are shown at all
   * @param size rows and columns as they are now, if that can be told
   */
  Screen(Terminal terminal, PrintWriter out, boolean wanted, Supplier<Optional<int[]>> size) {
    this.out = out;
    this.live = wanted && terminal.isTerminal();
    this.size = size;
    this.terminal = terminal;
    this.rows = Terminal.rows();
  }

  /** Whether a person looks at it. */
  boolean isLive() {
    return live;
  }

  void open() {
    if (live) {
      out.print(OTHER_SCREEN);
      out.flush();
      opened = true;
    }
  }

  /** Shows what is written for a terminal of that size. */
  void show(BiConsumer<Terminal, PrintWriter> writer) {
    if (live) {
      size.get().ifPresent(now -> resize(now[0], now[1]));
    }
    StringWriter text = new StringWriter();
    PrintWriter frame = new PrintWriter(text);
    writer.accept(terminal, frame);
    frame.flush();
    if (!live) {
      out.println(text);
      out.flush();
      return;
    }
    List<String> lines = text.toString().lines().limit(rows - 1L).toList();
    out.print(HOME);
    lines.forEach(line -> out.print(line + REST_OF_LINE + "\r\n"));
    out.print(REST_OF_SCREEN);
    out.flush();
  }

  private void resize(int rowsNow, int columnsNow) {
    rows = rowsNow;
    terminal = new Terminal(true, columnsNow, terminal.colours());
  }

  /** The terminal is as it was before. */
  @Override
  public void close() {
    if (opened) {
      out.print(FORMER_SCREEN);
      out.flush();
      opened = false;
    }
  }
}
