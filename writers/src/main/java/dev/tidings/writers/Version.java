package dev.tidings.writers;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/** The version of this plugin, from the build. */
public final class Version {
  private static final String RESOURCE = "version.properties";

  private Version() {}

  /** As Kafka Connect shows it. */
  public static String get() {
    Properties properties = new Properties();
    try (InputStream in = Version.class.getResourceAsStream(RESOURCE)) {
      if (in == null) {
        throw new IllegalStateException("The plugin was built without " + RESOURCE);
      }
      properties.load(in);
    } catch (IOException e) {
      throw new UncheckedIOException("The plugin's " + RESOURCE + " cannot be read", e);
    }
    return properties.getProperty("version");
  }
}
