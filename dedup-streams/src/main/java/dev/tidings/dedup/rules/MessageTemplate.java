package dev.tidings.dedup.rules;

/**
 * A message without what changes from one occurrence to the next: two messages that differ in
 * numbers, hexadecimal, UUIDs, network addresses or quoted text only have the same template.
 *
 * <pre>
 *  "disk sda1 at 0x7fff failed after 3.5 s"   →  disk sda# at # failed after # s
 *  "refused 10.0.0.7:443 for 'alice'"         →  refused # for #
 * </pre>
 *
 * <p>Read once from left to right: a <em>word</em> is a run of letters, digits and the signs that
 * hold numbers and addresses together ({@code . : -}). A word of hexadecimal digits and such signs
 * that holds a decimal digit is masked whole (numbers, UUIDs, IPv4, IPv6 and MAC addresses, times);
 * so is one that begins with {@code 0x}. In any other word each run of decimal digits is masked,
 * with the hexadecimal around it if that is at least eight long. Text between two equal quotes is
 * masked with them; a quote inside a word ({@code don't}) is none. Linear in the message's length.
 */
public final class MessageTemplate {
  private static final char MASK = '#';
  private static final int LONGEST_QUOTED = 512;
  private static final int HEX_RUN = 8;

  private final String message;
  private final StringBuilder out;

  private MessageTemplate(String message) {
    this.message = message;
    this.out = new StringBuilder(message.length());
  }

  /** The template of a message. */
  public static String of(String message) {
    return new MessageTemplate(message).mask();
  }

  private String mask() {
    int at = 0;
    while (at < message.length()) {
      char c = message.charAt(at);
      if (isQuote(c)) {
        at = quoted(at);
      } else if (isLetterOrDigit(c)) {
        at = word(at);
      } else {
        out.append(c);
        at++;
      }
    }
    return out.toString();
  }

  /** An opening quote does not follow a word, and the closing one is not far: linear. */
  private int quoted(int open) {
    char quote = message.charAt(open);
    boolean insideWord = open > 0 && isLetterOrDigit(message.charAt(open - 1));
    int limit = Math.min(message.length(), open + LONGEST_QUOTED);
    for (int at = open + 1; !insideWord && at < limit; at++) {
      if (message.charAt(at) == quote) {
        mark();
        return at + 1;
      }
    }
    out.append(quote);
    return open + 1;
  }

  private int word(int start) {
    int end = start;
    boolean allHex = true;
    boolean digit = false;
    while (end < message.length() && isOfWord(message.charAt(end))) {
      char c = message.charAt(end);
      digit |= isDigit(c);
      allHex &= isHex(c) || isJoint(c);
      end++;
    }
    // What ends a sentence does not belong to its last word.
    while (isJoint(message.charAt(end - 1))) {
      end--;
    }
    if (digit && (allHex || isPrefixedHex(start, end))) {
      mark();
    } else if (digit) {
      maskRuns(start, end);
    } else {
      out.append(message, start, end);
    }
    return end;
  }

  private boolean isPrefixedHex(int start, int end) {
    if (end - start < 3
        || message.charAt(start) != '0'
        || (message.charAt(start + 1) | 0x20) != 'x') {
      return false;
    }
    for (int at = start + 2; at < end; at++) {
      if (!isHex(message.charAt(at)) && !isJoint(message.charAt(at))) {
        return false;
      }
    }
    return true;
  }

  /** Masks each run of digits in a word; a long hexadecimal run around them goes as one. */
  private void maskRuns(int start, int end) {
    int at = start;
    while (at < end) {
      int hexEnd = at;
      boolean digit = false;
      while (hexEnd < end && isHex(message.charAt(hexEnd))) {
        digit |= isDigit(message.charAt(hexEnd));
        hexEnd++;
      }
      if (digit && hexEnd - at >= HEX_RUN) {
        mark();
        at = hexEnd;
      } else {
        at = maskDigits(at, Math.max(hexEnd, at + 1));
      }
    }
  }

  private int maskDigits(int start, int end) {
    int at = start;
    while (at < end) {
      if (isDigit(message.charAt(at))) {
        mark();
        while (at < end && isDigit(message.charAt(at))) {
          at++;
        }
      } else {
        out.append(message.charAt(at++));
      }
    }
    return at;
  }

  /** Two marks side by side say no more than one. */
  private void mark() {
    if (out.length() == 0 || out.charAt(out.length() - 1) != MASK) {
      out.append(MASK);
    }
  }

  private static boolean isOfWord(char c) {
    return isLetterOrDigit(c) || isJoint(c);
  }

  private static boolean isJoint(char c) {
    return c == '.' || c == ':' || c == '-';
  }

  private static boolean isLetterOrDigit(char c) {
    return c < 128
        ? isDigit(c) || (c | 0x20) >= 'a' && (c | 0x20) <= 'z' || c == '_'
        : Character.isLetterOrDigit(c);
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  private static boolean isHex(char c) {
    return isDigit(c) || (c | 0x20) >= 'a' && (c | 0x20) <= 'f';
  }

  private static boolean isQuote(char c) {
    return c == '"' || c == '\'' || c == '`';
  }
}
