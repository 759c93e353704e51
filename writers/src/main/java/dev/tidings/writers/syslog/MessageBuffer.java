package dev.tidings.writers.syslog;

import dev.tidings.writers.encoded.Text;
import dev.tidings.writers.encoded.TextBuffer;
import java.util.Arrays;

/**
 * Bytes of syslog messages, UTF-8. No control character gets in: each octet of one is written as
 * {@code #} and three octal digits, as rsyslog shows it (line feed: {@code #012}). So no text can
 * begin a second line. Control characters are those of Unicode (C0, DEL, C1) and its line and
 * paragraph separators. An unpaired surrogate is written as U+FFFD. One thread.
 */
final class MessageBuffer extends TextBuffer {
  private static final int LONGEST_CHARACTER = 12;
  private static final char REPLACEMENT = '\uFFFD';

  /** A header field: printable ASCII without blanks, anything else as {@code ?}. */
  void header(String text, int maxLength) {
    if (text.isEmpty()) {
      ascii('-');
      return;
    }
    int length = Math.min(text.length(), maxLength);
    ensure(length);
    for (int i = 0; i < length; i++) {
      char c = text.charAt(i);
      bytes[size++] = (byte) (c > ' ' && c < 0x7f ? c : '?');
    }
  }

  /** The HOSTNAME: what can be one, anything else as {@code _}; syslog-ng refuses other names. */
  void host(String text, int maxLength) {
    if (text.isEmpty()) {
      ascii('-');
      return;
    }
    for (int i = 0; i < Math.min(text.length(), maxLength); i++) {
      char c = text.charAt(i);
      ascii(isPartOfHostName(c) ? c : '_');
    }
  }

  private static boolean isPartOfHostName(char c) {
    return c >= 'a' && c <= 'z'
        || c >= 'A' && c <= 'Z'
        || c >= '0' && c <= '9'
        || ".-:_".indexOf(c) >= 0;
  }

  /** Text as a message holds it. */
  void text(String text, int maxBytes) {
    append(text, maxBytes, false);
  }

  /** Text as a message holds it. */
  void text(Text text, int maxBytes) {
    append(text, maxBytes, false);
  }

  /** Text as a parameter value holds it: quotes, backslashes and closing brackets escaped. */
  void value(String text, int maxBytes) {
    append(text, maxBytes, true);
  }

  /** Text as a parameter value holds it. */
  void value(Text text, int maxBytes) {
    append(text, maxBytes, true);
  }

  /** Printable ASCII, which is most of all, needs no look at characters. */
  private void append(Text text, int maxBytes, boolean escaped) {
    int length = text.length();
    if (length * 2L > maxBytes) {
      append(text.toString(), maxBytes, escaped);
      return;
    }
    ensure(length * 2);
    byte[] from = text.bytes();
    int end = text.start() + length;
    int before = size;
    for (int i = text.start(); i < end; i++) {
      byte c = from[i];
      if (c < ' ' || c == 0x7f) {
        size = before;
        append(text.toString(), maxBytes, escaped);
        return;
      }
      if (escaped && (c == '"' || c == '\\' || c == ']')) {
        bytes[size++] = '\\';
      }
      bytes[size++] = c;
    }
  }

  /** At most so many bytes, whole characters. */
  private void append(String text, int maxBytes, boolean escaped) {
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
}
