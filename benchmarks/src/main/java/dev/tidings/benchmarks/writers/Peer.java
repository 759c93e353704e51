package dev.tidings.benchmarks.writers;

import dev.tidings.event.Event;
import java.io.IOException;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;

/** A receiver, the sink that writes to it, and a bare loop that writes the same. One thread. */
interface Peer extends AutoCloseable {
  /** The name in targets. */
  String name();

  /** What it is, for people. */
  String description();

  /** The settings of our sink. */
  Map<String, String> settings();

  /** Told before a sink of ours starts: the connector's name, and what it reads. */
  default void sinkStarts(String connector, String topic) {}

  /** Gets ready for a run: nothing is there. */
  void clear() throws Exception;

  /** How much is there: bytes, rows. Only ever compared with itself. */
  long arrived() throws Exception;

  /** How long to wait between two looks, so that looking costs nothing. */
  default long lookMillis() {
    return 2;
  }

  /** How many runs are forgotten after the first. */
  default int warmUps() {
    return 2;
  }

  /** How many times to write all events, so that a run takes long enough to be measured. */
  default int repeats() {
    return 1;
  }

  /** Writes all of it as plainly as can be, ready-made, so many events at a time. */
  Bare prepare(List<List<Event>> batches) throws Exception;

  @Override
  void close() throws IOException, SQLException;

  /** A prepared bare loop. */
  interface Bare {
    void run() throws Exception;
  }
}
