package dev.tidings.cli.output;

/**
 * Text as a terminal shows it: what would move its cursor, change its colours or turn its direction
 * is made visible instead.
 */
final class Cells {
  private static final String CUT = "…";

  private Cells() {}

  /** The same text without anything that a terminal would act upon. */
  static String visible(String text) {
    if (text.codePoints().noneMatch(Cells::isActive)) {
      return text;
    }
    StringBuilder out = new StringBuilder();
    text.codePoints()
        .forEach(
            c -> {
              switch (c) {
                case '\n' -> out.append("\\n");
                case '\r' -> out.append("\\r");
                case '\t' -> out.append("\\t");
                default -> {
                  if (isActive(c)) {
                    out.append("\\u{%x}".formatted(c));
                  } else {
                    out.appendCodePoint(c);
                  }
                }
              }
            });
    return out.toString();
  }

  private static boolean isActive(int codePoint) {
    int type = Character.getType(codePoint);
    return type == Character.CONTROL
        || type == Character.LINE_SEPARATOR
        || type == Character.PARAGRAPH_SEPARATOR
        || type == Character.SURROGATE
        || (codePoint >= 0x202a && codePoint <= 0x202e)
        || (codePoint >= 0x2066 && codePoint <= 0x2069);
  }

  /** How many columns a text takes. */
  static int width(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) >= 0x7f) {
        return text.codePoints().map(Cells::width).sum();
      }
    }
    // Nearly always.
    return text.length();
  }

  /** The text, cut with an ellipsis if it is wider. */
  static String fit(String text, int columns) {
    if (width(text) <= columns) {
      return text;
    }
    StringBuilder out = new StringBuilder();
    int left = columns - 1;
    for (int at = 0; at < text.length(); ) {
      int codePoint = text.codePointAt(at);
      left -= width(codePoint);
      if (left < 0) {
        break;
      }
      out.appendCodePoint(codePoint);
      at += Character.charCount(codePoint);
    }
    return out + CUT;
  }

  /** The text with spaces behind it up to a width. */
  static String pad(String text, int columns) {
    return text + " ".repeat(Math.max(0, columns - width(text)));
  }

  /**
   * Combining marks take none, East Asian wide characters and emoji two (Unicode TR 11, roughly).
   */
  private static int width(int c) {
    int type = Character.getType(c);
    if (type == Character.NON_SPACING_MARK
        || type == Character.ENCLOSING_MARK
        || type == Character.FORMAT) {
      return 0;
    }
    boolean wide =
        (c >= 0x1100 && c <= 0x115f)
            || (c >= 0x2e80 && c <= 0xa4cf)
            || (c >= 0xac00 && c <= 0xd7a3)
            || (c >= 0xf900 && c <= 0xfaff)
            || (c >= 0xfe30 && c <= 0xfe6f)
            || (c >= 0xff00 && c <= 0xff60)
            || (c >= 0xffe0 && c <= 0xffe6)
            || (c >= 0x1f300 && c <= 0x1f64f)
            || (c >= 0x1f900 && c <= 0x1f9ff)
            || (c >= 0x20000 && c <= 0x3fffd);
    return wide ? 2 : 1;
  }
}
