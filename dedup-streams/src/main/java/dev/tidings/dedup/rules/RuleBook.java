package dev.tidings.dedup.rules;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The rules of every type: those of the first pattern that it matches, or the usual ones. */
public final class RuleBook {
  /** Types are few; more than this are the work of somebody who makes them up. */
  private static final int MOST_CACHED = 10_000;

  private final List<Entry> entries;
  private final TypeRules usual;
  private final Map<String, TypeRules> cache = new ConcurrentHashMap<>();

  /**
   * Rules for some types.
   *
   * @param pattern which types
   * @param rules theirs
   */
  public record Entry(TypePattern pattern, TypeRules rules) {}

  /**
   * @param entries the first that matches wins
   * @param usual of all other types
   */
  public RuleBook(List<Entry> entries, TypeRules usual) {
    this.entries = List.copyOf(entries);
    this.usual = usual;
  }

  /** The rules of a type. Thread-safe. */
  public TypeRules of(String type) {
    if (entries.isEmpty()) {
      return usual;
    }
    TypeRules known = cache.get(type);
    return known != null ? known : find(type);
  }

  private TypeRules find(String type) {
    TypeRules found =
        entries.stream()
            .filter(entry -> entry.pattern().matches(type))
            .findFirst()
            .map(Entry::rules)
            .orElse(usual);
    if (cache.size() < MOST_CACHED) {
      cache.put(type, found);
    }
    return found;
  }

  /** The rules of the types that no pattern matches. */
  public TypeRules usual() {
    return usual;
  }

  /** Whether some type's series is not the one that the recorder's header says. */
  public boolean hasOwnSeries() {
    return !usual.fields().equals(SeriesFields.ALL)
        || entries.stream().anyMatch(e -> !e.rules().fields().equals(SeriesFields.ALL));
  }
}
