package dev.tidings.cli.replay;

import dev.tidings.informer.replay.ReplayControl;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;

/**
 * Lets a replay go on as somebody types: Enter for one record, a number for so many, {@code c} to
 * go on by itself, {@code q} to end. What was typed ahead counts: the records that were asked for
 * still come before it ends, whether by {@code q} or because nothing more will be typed. Only after
 * {@code c}, which asks for all, {@code q} ends it at once. Thread-safe.
 */
final class Steps {
  private static final String HELP = "Enter: one record, N: so many, c: all the rest, q: end";
  private static final long ALL = Long.MAX_VALUE;

  private final ReplayControl control;
  private final PrintWriter err;
  private long asked;
  private long taken;
  private boolean nothingMoreIsAsked;

  Steps(ReplayControl control, PrintWriter err) {
    this.control = control;
    this.err = err;
    control.pause();
  }

  /** Begins to listen, by a thread of its own that ends with the input or the process. */
  void listen(InputStream in) {
    err.println("tidings: " + HELP);
    err.flush();
    Thread thread = new Thread(() -> read(in), "tidings-steps");
    thread.setDaemon(true);
    thread.start();
  }

  private void read(InputStream in) {
    try {
      BufferedReader lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        take(line.strip());
      }
    } catch (IOException e) {
      err.println("tidings: nothing more can be typed: " + e.getMessage());
    }
    endAfterThose();
  }

  private synchronized void take(String line) {
    if (line.equals("q")) {
      if (asked == ALL) {
        control.stop();
      }
      endAfterThose();
    } else if (nothingMoreIsAsked || asked == ALL) {
      return;
    } else if (line.isEmpty() || line.matches("[1-9]\\d{0,5}")) {
      int records = line.isEmpty() ? 1 : Integer.parseInt(line);
      asked += records;
      control.step(records);
    } else if (line.equals("c")) {
      asked = ALL;
      control.resume();
    } else {
      err.println("tidings: " + HELP);
      err.flush();
    }
  }

  /** The records that were asked for still come. */
  private synchronized void endAfterThose() {
    nothingMoreIsAsked = true;
    stopWhenAllAreTaken();
  }

  /** A record was handled. */
  synchronized void taken() {
    taken++;
    stopWhenAllAreTaken();
  }

  private void stopWhenAllAreTaken() {
    if (nothingMoreIsAsked && taken >= asked) {
      control.stop();
    }
  }
}
