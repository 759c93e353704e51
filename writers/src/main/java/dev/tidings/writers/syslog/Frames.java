package dev.tidings.writers.syslog;

import dev.tidings.writers.encoded.TextBuffer;
import java.util.Arrays;

/**
 * Messages one after the other, each with its length before it (octet counting, RFC 6587). One
 * thread at a time.
 */
final class Frames extends TextBuffer {
  private static final int FIRST_MESSAGES = 512;

  /** Where each message begins, and ends, in turn. */
  private int[] places = new int[2 * FIRST_MESSAGES];

  private int count;

  void add(MessageBuffer message) {
    number(message.size());
    ascii(' ');
    if (2 * count == places.length) {
      places = Arrays.copyOf(places, 2 * places.length);
    }
    places[2 * count] = size();
    copy(message);
    places[2 * count + 1] = size();
    count++;
  }

  @Override
  public void clear() {
    super.clear();
    count = 0;
  }

  int count() {
    return count;
  }

  /** One message without its length. */
  byte[] message(int index) {
    return Arrays.copyOfRange(bytes, places[2 * index], places[2 * index + 1]);
  }
}
