package dev.tidings.writers;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.common.config.ConfigDef;

/** The values that a setting can have, for those who fill in forms. */
public record Choices(List<Object> values) implements ConfigDef.Recommender {

  /** These, in this order. */
  public static Choices of(String... values) {
    return new Choices(Stream.of(values).<Object>map(value -> value).toList());
  }

  @Override
  public List<Object> validValues(String name, Map<String, Object> parsedConfig) {
    return values;
  }

  @Override
  public boolean visible(String name, Map<String, Object> parsedConfig) {
    return true;
  }
}
