package dev.tidings.writers.routing;

import dev.tidings.event.match.Glob;
import java.util.List;

/**
 * Several {@link Glob}s, each of which can be preceded by {@code !} to exclude what it fits. A text
 * fits if no exclusion fits it, and one of the others does or there are none.
 */
record Patterns(List<Glob> included, List<Glob> excluded) {
  private static final String NOT = "!";

  static Patterns of(List<String> texts) {
    return new Patterns(
        texts.stream().filter(text -> !text.startsWith(NOT)).map(Glob::new).toList(),
        texts.stream()
            .filter(text -> text.startsWith(NOT))
            .map(text -> new Glob(text.substring(NOT.length())))
            .toList());
  }

  /** As {@link #of}; a pattern without a slash fits the first part, whatever follows. */
  static Patterns ofPaths(List<String> texts) {
    return of(texts.stream().map(text -> text.contains("/") ? text : text + "/*").toList());
  }

  boolean isEmpty() {
    return included.isEmpty() && excluded.isEmpty();
  }

  boolean matches(String text) {
    return excluded.stream().noneMatch(glob -> glob.matches(text))
        && (included.isEmpty() || included.stream().anyMatch(glob -> glob.matches(text)));
  }

  /** What has no such text is never included by name. */
  boolean matchesNothing() {
    return included.isEmpty();
  }
}
