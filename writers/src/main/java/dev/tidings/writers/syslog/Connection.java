package dev.tidings.writers.syslog;

import java.io.IOException;

/** One way to a syslog receiver, open. One thread; every call returns within a limit. */
interface Connection extends AutoCloseable {

  /** Adds a message to what {@link #flush} sends. */
  void add(MessageBuffer message) throws IOException;

  /** Sends what was added since, in one write if the transport can. */
  void flush() throws IOException;

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
