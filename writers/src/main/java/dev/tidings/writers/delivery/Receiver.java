package dev.tidings.writers.delivery;

import java.io.IOException;
import java.util.List;

/**
 * Where deliveries go: one open connection, file or session. The contract:
 *
 * <ol>
 *   <li>{@link #prepare} is called by the task's thread, maybe while a write is under way.
 *   <li>One thread at a time calls all the rest, and every call returns within a limit.
 *   <li>Writes are run in the order in which they were prepared, or not at all; {@link #confirm} is
 *       called from time to time, between them.
 *   <li>After an {@link IOException} nothing is called any more but {@link #close}. Everything
 *       written since the last {@link #confirm} that returned is written again to a new receiver.
 * </ol>
 */
public interface Receiver extends AutoCloseable {

  /**
   * Makes of these what the receiver takes, without asking it anything.
   *
   * @param deliveries at least one
   * @return writes all of them, one after the other
   */
  Write prepare(List<Delivery> deliveries);

  /**
   * Returns when the receiver has what was written, as far as its protocol can tell.
   *
   * @throws IOException if it may not have it
   */
  void confirm() throws IOException;

  /**
   * Whether the receiver has what was written when a {@link Write} returns, so that a later failure
   * is no reason to write it again.
   */
  default boolean confirmsEachWrite() {
    return false;
  }

  /** Frees everything, without waiting for the receiver. Throws nothing. */
  @Override
  void close();

  /** Deliveries, ready to be written. */
  interface Write {
    /**
     * Writes them. Run once.
     *
     * @param rejections told about each that the receiver will never take; the others are written
     * @throws IOException if it cannot now; trying again later may help
     * @throws org.apache.kafka.connect.errors.ConnectException if it never will, whatever is
     *     written
     */
    void run(Rejections rejections) throws IOException;
  }

  /** Takes what a receiver will never take. */
  interface Rejections {
    /**
     * Reports one delivery.
     *
     * @param reason one line for people
     */
    void reject(Delivery delivery, String reason);
  }
}
