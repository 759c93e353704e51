package dev.tidings.writers.syslog;

import java.io.IOException;

/** One way to a syslog receiver, open. One thread at a time; every call returns within a limit. */
interface Connection extends AutoCloseable {

  /** Sends all of these, in one write if the transport can. */
  void write(Frames frames) throws IOException;

  /**
   * Ends the connection and returns when the receiver has read all of it, as far as the transport
   * can tell.
   *
   * @throws IOException if it may not have
   */
  void finish() throws IOException;

  @Override
  void close();
}
