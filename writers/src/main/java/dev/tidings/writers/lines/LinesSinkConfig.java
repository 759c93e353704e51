package dev.tidings.writers.lines;

import dev.tidings.writers.delivery.DeliveryConfig;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Type;
import org.apache.kafka.common.config.ConfigDef.Width;
import org.apache.kafka.common.config.ConfigException;

/** The settings of the lines sink. */
final class LinesSinkConfig {
  static final String FILE = "file";
  static final String STANDARD_OUTPUT = "-";
  static final ConfigDef DEFINITION = DeliveryConfig.define(definition());

  private LinesSinkConfig() {}

  private static ConfigDef definition() {
    return new ConfigDef()
        .define(
            FILE,
            Type.STRING,
            ConfigDef.NO_DEFAULT_VALUE,
            ConfigDef.LambdaValidator.with(
                (name, value) -> requireWritable(name, String.valueOf(value)),
                () -> "a file that can be written"),
            Importance.HIGH,
            "The file that lines are appended to; made, for its owner only, if it is not there."
                + " - is the worker's standard output.",
            "Target",
            1,
            Width.LONG,
            "File");
  }

  private static void requireWritable(String name, String value) {
    if (value.equals(STANDARD_OUTPUT)) {
      return;
    }
    Path file;
    try {
      file = Path.of(value).toAbsolutePath();
    } catch (InvalidPathException e) {
      throw new ConfigException(name, value, e.getMessage());
    }
    Path folder = file.getParent();
    if (value.isBlank() || folder == null || !Files.isDirectory(folder)) {
      throw new ConfigException(name, value, "its folder does not exist on this worker");
    }
    if (Files.isDirectory(file)) {
      throw new ConfigException(name, value, "it is a directory: name a file");
    }
    if (Files.exists(file) && !Files.isWritable(file)) {
      throw new ConfigException(name, value, "it cannot be written");
    }
  }
}
