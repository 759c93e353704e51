package dev.tidings.dedup;

import dev.tidings.dedup.rules.RuleBook;
import dev.tidings.dedup.rules.TypePattern;
import dev.tidings.dedup.rules.TypeRules;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Type;
import org.apache.kafka.common.config.ConfigException;

/** The settings of one rule for some types. */
final class TypeRulesConfig {
  private static final String MATCH = "match";
  private static final String INTERVAL_MS = "interval.ms";
  private static final String FIELDS = "fields";

  private TypeRulesConfig() {}

  /** The names of the settings of a rule. */
  static Stream<String> names(String rule) {
    return Stream.of(MATCH, INTERVAL_MS, FIELDS).map(name -> prefix(rule) + name);
  }

  private static String prefix(String rule) {
    return DedupConfig.TYPES + "." + rule + ".";
  }

  /**
   * @param name the rule's
   * @param all all settings
   * @param usual what the rule does not say
   * @throws ConfigException that names the setting
   */
  static RuleBook.Entry of(String name, Map<String, ?> all, TypeRules usual) {
    String prefix = prefix(name);
    AbstractConfig values = new AbstractConfig(definition(prefix, usual), all, false);
    List<String> fields = values.getList(prefix + FIELDS);
    return new RuleBook.Entry(
        pattern(prefix + MATCH, values.getString(prefix + MATCH)),
        new TypeRules(
            Duration.ofMillis(values.getLong(prefix + INTERVAL_MS)),
            fields.isEmpty() ? usual.fields() : DedupConfig.fields(prefix + FIELDS, fields)));
  }

  private static ConfigDef definition(String prefix, TypeRules usual) {
    return new ConfigDef()
        .define(prefix + MATCH, Type.STRING, Importance.MEDIUM, "Which types.")
        .define(
            prefix + INTERVAL_MS,
            Type.LONG,
            usual.interval().toMillis(),
            ConfigDef.Range.between(1, Duration.ofDays(365).toMillis()),
            Importance.MEDIUM,
            "How long after its first occurrence an event takes repeats.")
        .define(
            prefix + FIELDS, Type.LIST, List.of(), Importance.MEDIUM, "What makes their series.");
  }

  private static TypePattern pattern(String name, String text) {
    try {
      return new TypePattern(text);
    } catch (IllegalArgumentException e) {
      throw new ConfigException(name, text, e.getMessage());
    }
  }
}
