package dev.tidings.cli;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/** Guesses what somebody meant who mistyped a name. */
final class Nearest {
  private static final int MOST_MISTAKES = 2;

  private Nearest() {}

  /** The name with the fewest letters to be changed, if they are few: less than half of them. */
  static Optional<String> to(String given, Collection<String> names) {
    return names.stream()
        .filter(name -> mistakes(given, name) <= Math.min(MOST_MISTAKES, name.length() / 2))
        .min(Comparator.comparingInt(name -> mistakes(given, name)));
  }

  /** How many letters must be added, left out or replaced: Levenshtein's distance. */
  static int mistakes(String one, String other) {
    int[] before = new int[other.length() + 1];
    for (int j = 0; j < before.length; j++) {
      before[j] = j;
    }
    for (int i = 1; i <= one.length(); i++) {
      int[] row = new int[before.length];
      row[0] = i;
      for (int j = 1; j < row.length; j++) {
        int replaced = before[j - 1] + (one.charAt(i - 1) == other.charAt(j - 1) ? 0 : 1);
        row[j] = Math.min(replaced, 1 + Math.min(row[j - 1], before[j]));
      }
      before = row;
    }
    return before[other.length()];
  }
}
