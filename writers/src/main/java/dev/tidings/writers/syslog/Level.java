package dev.tidings.writers.syslog;

import dev.tidings.event.Severity;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.kafka.common.config.ConfigException;

/** The severities of RFC 5424, in the order of their numbers. */
enum Level {
  EMERG,
  ALERT,
  CRIT,
  ERR,
  WARNING,
  NOTICE,
  INFO,
  DEBUG;

  private static Map<Severity, Level> usual() {
    Map<Severity, Level> levels = new EnumMap<>(Severity.class);
    levels.put(Severity.DEBUG, DEBUG);
    levels.put(Severity.INFO, INFO);
    levels.put(Severity.WARN, WARNING);
    levels.put(Severity.ERROR, ERR);
    levels.put(Severity.CRITICAL, CRIT);
    return levels;
  }

  /**
   * The usual levels of our severities, but for these.
   *
   * @param changes such as {@code CRITICAL:alert}
   */
  static Map<Severity, Level> of(List<String> changes) {
    Map<Severity, Level> levels = usual();
    for (String change : changes) {
      String[] parts = change.split(":", -1);
      try {
        if (parts.length == 2) {
          levels.put(
              Severity.valueOf(parts[0].strip().toUpperCase(Locale.ROOT)),
              valueOf(parts[1].strip().toUpperCase(Locale.ROOT)));
          continue;
        }
      } catch (IllegalArgumentException e) {
        // Said below, with what would be right.
      }
      throw new ConfigException(
          "'%s' is no mapping: write SEVERITY:level, such as CRITICAL:alert".formatted(change));
    }
    return levels;
  }
}
