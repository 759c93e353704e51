package dev.tidings.cli.output;

import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Shows on a terminal what is longer than it through {@code $PAGER} ({@code less} if that is not
 * set), and everything else as it is. For one thread.
 */
public final class Pager extends Writer {
  private static final String USUAL = "less";

  private final PrintWriter terminal;
  private final String command;
  private final int rows;
  private final StringBuilder held = new StringBuilder();
  private int lines;
  private volatile @Nullable Process process;
  private @Nullable Writer toProcess;
  private boolean plain;
  // Ctrl-C is for the pager, which may only stop what it does: while a person looks, this waits.
  private final Thread hook = new Thread(this::awaitProcess, "tidings-pager");

  private Pager(PrintWriter terminal, String command, int rows) {
    this.terminal = terminal;
    this.command = command;
    this.rows = rows;
  }

  /**
   * A writer through a pager; the same writer where no person looks at it, or none is wanted
   * ({@code PAGER=cat}, or empty).
   */
  public static PrintWriter over(PrintWriter out, Map<String, String> environment) {
    String given = environment.getOrDefault("PAGER", usual(environment)).strip();
    boolean none = given.isEmpty() || given.equals("cat") || !Terminal.ofProcess().isTerminal();
    return none ? out : new PrintWriter(new Pager(out, given, Terminal.rows()));
  }

  /** None where it is not installed. */
  private static String usual(Map<String, String> environment) {
    String path = environment.getOrDefault("PATH", "");
    return Stream.of(path.split(File.pathSeparator))
            .anyMatch(directory -> new File(directory, USUAL).canExecute())
        ? USUAL
        : "";
  }

  @Override
  public void write(char[] text, int from, int length) throws IOException {
    if (toProcess != null) {
      toProcess.write(text, from, length);
      return;
    }
    if (plain) {
      terminal.write(text, from, length);
      return;
    }
    held.append(text, from, length);
    for (int i = from; i < from + length; i++) {
      lines += text[i] == '\n' ? 1 : 0;
    }
    if (lines >= rows) {
      start();
    }
  }

  private void start() throws IOException {
    try {
      ProcessBuilder builder = new ProcessBuilder("/bin/sh", "-c", command);
      // As git does it: quits if it fits, keeps colours, leaves the screen as it is.
      builder.environment().putIfAbsent("LESS", "FRX");
      Process started =
          builder.redirectOutput(Redirect.INHERIT).redirectError(Redirect.INHERIT).start();
      process = started;
      Runtime.getRuntime().addShutdownHook(hook);
      toProcess = started.outputWriter(StandardCharsets.UTF_8);
      toProcess.write(held.toString());
    } catch (IOException e) {
      plain = true;
      terminal.write(held.toString());
    }
    held.setLength(0);
  }

  /** What is held back waits until it is known whether it fits. */
  @Override
  public void flush() throws IOException {
    if (toProcess != null) {
      toProcess.flush();
    }
  }

  /** Returns when the person has seen enough. */
  @Override
  public void close() throws IOException {
    if (process == null || toProcess == null) {
      terminal.write(held.toString());
      terminal.flush();
      return;
    }
    try {
      toProcess.close();
    } catch (IOException e) {
      // It was left before its end.
      terminal.flush();
    }
    awaitProcess();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The process ends already, by Ctrl-C.
      terminal.flush();
    }
  }

  private void awaitProcess() {
    Process started = process;
    if (started == null) {
      return;
    }
    try {
      started.waitFor();
    } catch (InterruptedException e) {
      started.destroy();
      Thread.currentThread().interrupt();
    }
  }
}
