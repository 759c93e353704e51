package dev.tidings.dedup.rules;

/**
 * Event types by name, where {@code *} stands for any characters: {@code disk.*}, {@code
 * *.Started}.
 *
 * @param text the pattern
 */
public record TypePattern(String text) {

  /**
   * @throws IllegalArgumentException if it is empty or holds white space
   */
  public TypePattern {
    if (text.isEmpty() || text.chars().anyMatch(Character::isWhitespace)) {
      throw new IllegalArgumentException(
          "Type pattern '%s' is not usable: write a type, with * for any characters"
              .formatted(text));
    }
  }

  /** Whether a type is meant; in time proportional to both lengths at worst. */
  public boolean matches(String type) {
    int inType = 0;
    int inPattern = 0;
    int star = -1;
    int starMatched = 0;
    while (inType < type.length()) {
      if (inPattern < text.length() && text.charAt(inPattern) == '*') {
        star = inPattern++;
        starMatched = inType;
      } else if (inPattern < text.length() && text.charAt(inPattern) == type.charAt(inType)) {
        inPattern++;
        inType++;
      } else if (star >= 0) {
        // The newest star takes one character more.
        inPattern = star + 1;
        inType = ++starMatched;
      } else {
        return false;
      }
    }
    while (inPattern < text.length() && text.charAt(inPattern) == '*') {
      inPattern++;
    }
    return inPattern == text.length();
  }
}
