package dev.tidings.dedup;

import java.util.Arrays;
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

  private static String nearest(String name, Set<String> known) {
    return known.stream()
        .sorted()
        .max(Comparator.comparingInt(candidate -> commonStart(name, candidate)))
        .orElseThrow();
  }

  private static int commonStart(String one, String other) {
    int difference = Arrays.mismatch(one.toCharArray(), other.toCharArray());
    return difference < 0 ? one.length() : difference;
  }
}
