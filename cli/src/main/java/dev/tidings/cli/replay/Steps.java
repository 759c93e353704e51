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
 * go on by itself, {@code q} to end. When nothing more will be typed, the records that were asked
 * for still come, then it ends. Thread-safe.
 */
final class Steps {
  private static final String HELP = "Enter: one record, N: so many, c: all the rest, q: end";
  private static final int MOST = 1_000_000;

  private final ReplayControl control;
  private final PrintWriter err;
  private long asked;
  private long taken;
  private boolean inputEnded;

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
    end();
  }

  private synchronized void take(String line) {
    if (line.isEmpty() || line.matches("[1-9]\\d{0,5}")) {
      int records = line.isEmpty() ? 1 : Math.min(MOST, Integer.parseInt(line));
      asked += records;
      control.step(records);
    } else if (line.equals("c")) {
      asked = Long.MAX_VALUE;
      control.resume();
    } else if (line.equals("q")) {
      control.stop();
    } else {
      err.println("tidings: " + HELP);
      err.flush();
    }
  }

  private synchronized void end() {
    inputEnded = true;
    stopWhenAllAreTaken();
  }

  /** A record was handled. */
  synchronized void taken() {
    taken++;
    stopWhenAllAreTaken();
  }

  private void stopWhenAllAreTaken() {
    if (inputEnded && taken >= asked) {
      control.stop();
    }
  }
}
