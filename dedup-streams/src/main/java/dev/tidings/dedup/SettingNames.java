package dev.tidings.dedup;

import dev.tidings.event.match.EditDistance;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.kafka.common.config.ConfigException;

/**
 * Finds settings of ours that do not exist: a misspelt one would silently be its default. Kafka's
 * clients warn about theirs.
 */
final class SettingNames {
  private static final String OURS = "tidings.";

  /** A letter more, less, or another one, twice. */
  private static final int MOST_SLIPS = 2;

  private SettingNames() {}

  /**
   * @param rules names of rules for some types, which have settings of their own
   * @throws ConfigException that names one that does not exist, and those it may mean
   */
  static void check(Collection<String> given, List<String> rules) {
    Set<String> known = new HashSet<>(DedupConfig.definition().names());
    rules.stream().flatMap(TypeRulesConfig::names).forEach(known::add);
    given.stream()
        .filter(name -> name.startsWith(OURS) && !known.contains(name))
        .sorted()
        .findFirst()
        .ifPresent(
            name -> {
              throw new ConfigException(
                  "Unknown setting %s: did you mean %s?".formatted(name, nearest(name, known)));
            });
  }

  /** Whether a name is not known, but nearly one that is. */
  static boolean isMisspelt(String name, Set<String> known) {
    return !known.contains(name)
        && known.stream()
            .anyMatch(candidate -> EditDistance.between(name, candidate) <= MOST_SLIPS);
  }

  private static String nearest(String name, Set<String> known) {
    return known.stream()
        .sorted()
        .min(Comparator.comparingInt(candidate -> EditDistance.between(name, candidate)))
        .orElseThrow();
  }
}
