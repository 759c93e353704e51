package dev.tidings.writers.delivery;

import java.io.IOException;
import java.util.List;

/**
 * Where deliveries go: one open connection, file or session. The contract:
 *
 * <ol>
 *   <li>One thread calls it, the task's, and every call returns within a limit.
 *   <li>{@link #write} is called with deliveries in order, then {@link #confirm} from time to time.
 *   <li>After an {@link IOException} nothing is called any more but {@link #close}. Everything
 *       written since the last {@link #confirm} that returned is written again to a new receiver.
 * </ol>
 */
public interface Receiver extends AutoCloseable {

  /**
   * Writes all of these, one after the other.
   *
   * @param deliveries at least one
   * @param rejections told about each that the receiver will never take; the others are written
   * @throws IOException if it cannot now; trying again later may help
   * @throws org.apache.kafka.connect.errors.ConnectException if it never will, whatever is written
   */
  void write(List<Delivery> deliveries, Rejections rejections) throws IOException;

  /**
   * Returns when the receiver has what was written, as far as its protocol can tell.
   *
   * @throws IOException if it may not have it
   */
  void confirm() throws IOException;

  /**
   * Whether the receiver has what was written when {@link #write} returns, so that a later failure
   * is no reason to write it again.
   */
  default boolean confirmsEachWrite() {
    return false;
  }

  /** Frees everything, without waiting for the receiver. Throws nothing. */
  @Override
  void close();

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
