package dev.tidings.cli.top;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The keys of a terminal, each as it is pressed and without its echo; the line discipline is set by
 * stty(1), and set back by {@link #close}. For one thread.
 */
final class Keyboard implements AutoCloseable {
  private static final File TERMINAL = new File("/dev/tty");
  private static final long STTY_LIMIT_SECONDS = 5;

  // As stty(1) takes it back; null if nothing was changed.
  private @Nullable String before;

  private Keyboard() {}

  /**
   * Calls back when a key is pressed. Where there is no terminal to be set, nothing happens.
   *
   * @param key in lower case
   * @param pressed called by another thread, each time
   */
  static Keyboard listen(InputStream in, char key, Runnable pressed) {
    Keyboard keyboard = new Keyboard();
    Optional<String> before = stty("-g");
    if (before.isPresent() && stty("-icanon", "-echo", "min", "1").isPresent()) {
      keyboard.before = before.get();
      Thread thread = new Thread(() -> read(in, key, pressed), "tidings-keyboard");
      thread.setDaemon(true);
      thread.start();
    }
    return keyboard;
  }

  private static void read(InputStream in, char key, Runnable pressed) {
    try {
      for (int read = in.read(); read >= 0; read = in.read()) {
        if (Character.toLowerCase(read) == key) {
          pressed.run();
        }
      }
    } catch (IOException e) {
      // Nothing more can be pressed; Ctrl-C is still there.
      return;
    }
  }

  /** Rows and columns of the terminal as it is now; empty if it does not say. */
  static Optional<int[]> size() {
    return stty("size")
        .filter(size -> size.matches("[1-9]\\d{0,4} [1-9]\\d{0,4}"))
        .map(size -> size.split(" "))
        .map(size -> new int[] {Integer.parseInt(size[0]), Integer.parseInt(size[1])});
  }

  @Override
  public void close() {
    if (before != null) {
      stty(before);
      before = null;
    }
  }

  /** What it says; empty if it failed. */
  private static Optional<String> stty(String... arguments) {
    List<String> command = new ArrayList<>(List.of("stty"));
    command.addAll(List.of(arguments));
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectInput(TERMINAL)
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      boolean done = process.waitFor(STTY_LIMIT_SECONDS, TimeUnit.SECONDS);
      return done && process.exitValue() == 0 ? Optional.of(said.strip()) : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
  }
}
