package dev.tidings.event.match;

import java.util.stream.IntStream;

/** How far apart two texts are: Levenshtein's distance. Stateless. */
public final class EditDistance {
  private EditDistance() {}

  /** How many characters must be added, left out or replaced to make one of the other. */
  public static int between(String one, String other) {
    int[] row = IntStream.rangeClosed(0, other.length()).toArray();
    for (int i = 1; i <= one.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= other.length(); j++) {
        int replaced = diagonal + (one.charAt(i - 1) == other.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[other.length()];
  }
}
