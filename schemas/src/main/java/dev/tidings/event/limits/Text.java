package dev.tidings.event.limits;

/** Lengths and cuts of text in UTF-8. */
final class Text {
  private static final char REPLACEMENT = '\uFFFD';
  private static final int SHOWN = 40;

  private Text() {}

  /** Bytes in UTF-8; an unpaired surrogate counts as its replacement. */
  static int utf8Length(String text) {
    int bytes = 0;
    int at = 0;
    while (at < text.length()) {
      int codePoint = text.codePointAt(at);
      bytes += utf8Length(codePoint);
      at += Character.charCount(codePoint);
    }
    return bytes;
  }

  /** The longest beginning of whole characters that has at most {@code maxBytes} in UTF-8. */
  static String cutToUtf8(String text, int maxBytes) {
    int bytes = 0;
    int at = 0;
    while (at < text.length()) {
      int codePoint = text.codePointAt(at);
      bytes += utf8Length(codePoint);
      if (bytes > maxBytes) {
        return text.substring(0, at);
      }
      at += Character.charCount(codePoint);
    }
    return text;
  }

  /** Whether every surrogate has its other half. */
  static boolean isWellFormed(String text) {
    return text.codePoints().noneMatch(Text::isSurrogate);
  }

  /** The same text, with U+FFFD for each unpaired surrogate. */
  static String repaired(String text) {
    if (isWellFormed(text)) {
      return text;
    }
    StringBuilder out = new StringBuilder(text.length());
    text.codePoints().map(c -> isSurrogate(c) ? REPLACEMENT : c).forEach(out::appendCodePoint);
    return out.toString();
  }

  /** In quotes and short enough for a message. */
  static String quoted(String text) {
    return text.codePointCount(0, text.length()) <= SHOWN
        ? "'" + text + "'"
        : "'" + text.substring(0, text.offsetByCodePoints(0, SHOWN)) + "…'";
  }

  private static boolean isSurrogate(int codePoint) {
    return codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE;
  }

  private static int utf8Length(int codePoint) {
    if (codePoint < 0x80) {
      return 1;
    }
    if (codePoint < 0x800) {
      return 2;
    }
    return codePoint < 0x10000 ? 3 : 4;
  }
}
