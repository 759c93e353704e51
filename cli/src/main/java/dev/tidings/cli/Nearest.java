package dev.tidings.cli;

import dev.tidings.event.match.EditDistance;
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
        .filter(
            name -> EditDistance.between(given, name) <= Math.min(MOST_MISTAKES, name.length() / 2))
        .min(Comparator.comparingInt(name -> EditDistance.between(given, name)));
  }
}
