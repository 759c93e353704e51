package dev.tidings.writers.encoded;

/**
 * Goes over Avro binary from its start to its end. One thread.
 *
 * <p>It takes what every encoder writes; anything else is {@link NotPlainException}, and to be read
 * by a full decoder, which knows what can be wrong and how to say it.
 */
final class AvroCursor {
  private static final int MAX_SHIFT = 63;

  private final byte[] bytes;
  private int at;

  AvroCursor(byte[] bytes, int start) {
    this.bytes = bytes;
    this.at = start;
  }

  /** Not what is read here. Has no stack trace: it is caught where it begins. */
  static final class NotPlainException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    NotPlainException() {
      super(null, null, false, false);
    }
  }

  int position() {
    return at;
  }

  void requireEnd() {
    if (at != bytes.length) {
      throw new NotPlainException();
    }
  }

  long number() {
    long raw = 0;
    for (int shift = 0; shift <= MAX_SHIFT; shift += 7) {
      if (at >= bytes.length) {
        throw new NotPlainException();
      }
      byte b = bytes[at++];
      raw |= (long) (b & 0x7f) << shift;
      if (b >= 0) {
        return raw >>> 1 ^ -(raw & 1);
      }
    }
    throw new NotPlainException();
  }

  /** A number of at least 0 and below the limit. */
  int below(int limit) {
    long value = number();
    if (value < 0 || value >= limit) {
      throw new NotPlainException();
    }
    return (int) value;
  }

  Text text() {
    int length = below(bytes.length - at + 1);
    if (length > bytes.length - at) {
      throw new NotPlainException();
    }
    Text text = new Text(bytes, at, length);
    at += length;
    return text;
  }

  /** How many elements the next block of an array or map has; after the last block comes 0. */
  int block() {
    long count = number();
    if (count < 0) {
      // Then the block's size follows.
      count = -count;
      number();
    }
    if (count < 0 || count > bytes.length - at) {
      throw new NotPlainException();
    }
    return (int) count;
  }
}
