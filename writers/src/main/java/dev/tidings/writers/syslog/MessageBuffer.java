package dev.tidings.writers.syslog;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Bytes of syslog messages, UTF-8. No control character gets in: each octet of one is written as
 * {@code #} and three octal digits, as rsyslog shows it (line feed: {@code #012}). So no text can
 * begin a second line. Control characters are those of Unicode (C0, DEL, C1) and its line and
 * paragraph separators. An unpaired surrogate is written as U+FFFD. One thread.
 */
final class MessageBuffer {
  private static final int FIRST_BYTES = 64 * 1024;
  private static final int LONGEST_CHARACTER = 12;
  private static final char REPLACEMENT = '\uFFFD';

  private byte[] bytes = new byte[FIRST_BYTES];
  private int size;

  int size() {
    return size;
  }

  /** Takes back what is beyond. */
  void truncate(int newSize) {
    size = newSize;
  }

  MessageBuffer ascii(String text) {
    ensure(text.length());
    for (int i = 0; i < text.length(); i++) {
      bytes[size++] = (byte) text.charAt(i);
    }
    return this;
  }

  MessageBuffer ascii(char character) {
    ensure(1);
    bytes[size++] = (byte) character;
    return this;
  }

  MessageBuffer number(long value) {
    return ascii(Long.toString(value));
  }

  /** A header field: printable ASCII without blanks, anything else as {@code ?}. */
  MessageBuffer header(String text, int maxLength) {
    if (text.isEmpty()) {
      return ascii('-');
    }
    int length = Math.min(text.length(), maxLength);
    ensure(length);
    for (int i = 0; i < length; i++) {
      char c = text.charAt(i);
      bytes[size++] = (byte) (c > ' ' && c < 0x7f ? c : '?');
    }
    return this;
  }

  /** The HOSTNAME: what can be one, anything else as {@code _}; syslog-ng refuses other names. */
  MessageBuffer host(String text, int maxLength) {
    if (text.isEmpty()) {
      return ascii('-');
    }
    for (int i = 0; i < Math.min(text.length(), maxLength); i++) {
      char c = text.charAt(i);
      ascii(isPartOfHostName(c) ? c : '_');
    }
    return this;
  }

  private static boolean isPartOfHostName(char c) {
    return c >= 'a' && c <= 'z'
        || c >= 'A' && c <= 'Z'
        || c >= '0' && c <= '9'
        || ".-:_".indexOf(c) >= 0;
  }

  /** Text as a message holds it. */
  MessageBuffer text(String text, int maxBytes) {
    return append(text, maxBytes, false);
  }

  /** Text as a parameter value holds it: quotes, backslashes and closing brackets escaped. */
  MessageBuffer value(String text, int maxBytes) {
    return append(text, maxBytes, true);
  }

  /** At most so many bytes, whole characters. */
  private MessageBuffer append(String text, int maxBytes, boolean escaped) {
    int end = maxBytes > Integer.MAX_VALUE - size ? Integer.MAX_VALUE : size + maxBytes;
    for (int i = 0; i < text.length(); i++) {
      ensure(LONGEST_CHARACTER);
      int before = size;
      char c = text.charAt(i);
      if (c >= ' ' && c < 0x7f) {
        if (escaped && (c == '"' || c == '\\' || c == ']')) {
          bytes[size++] = '\\';
        }
        bytes[size++] = (byte) c;
      } else if (Character.isHighSurrogate(c)
          && i + 1 < text.length()
          && Character.isLowSurrogate(text.charAt(i + 1))) {
        utf8(Character.toCodePoint(c, text.charAt(++i)));
      } else {
        utf8(Character.isSurrogate(c) ? REPLACEMENT : c);
      }
      if (size > end) {
        size = before;
        break;
      }
    }
    return this;
  }

  private void utf8(int codePoint) {
    int start = size;
    if (codePoint < 0x80) {
      bytes[size++] = (byte) codePoint;
    } else if (codePoint < 0x800) {
      bytes[size++] = (byte) (0xc0 | codePoint >> 6);
      bytes[size++] = (byte) (0x80 | codePoint & 0x3f);
    } else if (codePoint < 0x10000) {
      bytes[size++] = (byte) (0xe0 | codePoint >> 12);
      bytes[size++] = (byte) (0x80 | codePoint >> 6 & 0x3f);
      bytes[size++] = (byte) (0x80 | codePoint & 0x3f);
    } else {
      bytes[size++] = (byte) (0xf0 | codePoint >> 18);
      bytes[size++] = (byte) (0x80 | codePoint >> 12 & 0x3f);
      bytes[size++] = (byte) (0x80 | codePoint >> 6 & 0x3f);
      bytes[size++] = (byte) (0x80 | codePoint & 0x3f);
    }
    if (isControl(codePoint)) {
      byte[] octets = Arrays.copyOfRange(bytes, start, size);
      size = start;
      for (byte octet : octets) {
        bytes[size++] = '#';
        bytes[size++] = (byte) ('0' + ((octet & 0xff) >> 6));
        bytes[size++] = (byte) ('0' + (octet >> 3 & 7));
        bytes[size++] = (byte) ('0' + (octet & 7));
      }
    }
  }

  private static boolean isControl(int codePoint) {
    return Character.isISOControl(codePoint) || codePoint == 0x2028 || codePoint == 0x2029;
  }

  private void ensure(int more) {
    if (bytes.length - size < more) {
      bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, size + more));
    }
  }

  /** Adds what another holds. */
  MessageBuffer append(MessageBuffer other) {
    ensure(other.size);
    System.arraycopy(other.bytes, 0, bytes, size, other.size);
    size += other.size;
    return this;
  }

  void writeTo(OutputStream out) throws IOException {
    out.write(bytes, 0, size);
  }

  byte[] toByteArray() {
    return Arrays.copyOf(bytes, size);
  }

  @Override
  public String toString() {
    return new String(bytes, 0, size, StandardCharsets.UTF_8);
  }
}
