package dev.tidings.writers.encoded;

import java.nio.charset.StandardCharsets;

/**
 * A text where it lies in a value. The bytes are not copied and must not change. They should be
 * UTF-8, but nobody has looked.
 *
 * @param bytes the value
 * @param start where the text begins
 * @param length its bytes
 */
public record Text(byte[] bytes, int start, int length) {
  /** No characters. */
  public static final Text EMPTY = new Text(new byte[0], 0, 0);

  /** A copy of these characters. */
  public static Text of(String characters) {
    byte[] bytes = characters.getBytes(StandardCharsets.UTF_8);
    return new Text(bytes, 0, bytes.length);
  }

  public boolean isEmpty() {
    return length == 0;
  }

  /** Whether each byte is a character, with nothing to decode. */
  public boolean isAscii() {
    for (int i = start; i < start + length; i++) {
      if (bytes[i] < 0) {
        return false;
      }
    }
    return true;
  }

  /** The same in bytes that are UTF-8 for certain: U+FFFD stands for what was not. */
  Text asValidUtf8() {
    return isAscii() ? this : of(toString());
  }

  /** The characters; U+FFFD for what is not UTF-8. */
  @Override
  public String toString() {
    return new String(bytes, start, length, StandardCharsets.UTF_8);
  }
}
