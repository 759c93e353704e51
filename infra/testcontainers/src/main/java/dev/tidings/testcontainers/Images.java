package dev.tidings.testcontainers;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Objects;
import java.util.Properties;
import org.testcontainers.utility.DockerImageName;

/** The images of the version that this library has. */
final class Images {
  static final DockerImageName PLATFORM = image("platform");
  static final DockerImageName DEDUP = image("dedup");
  static final DockerImageName CONNECT = image("connect-worker");

  private Images() {}

  /**
   * The image, if it is the one expected, whatever its registry, folder and tag.
   *
   * @throws IllegalStateException if it is another and not declared to be a substitute
   */
  static DockerImageName checked(DockerImageName image, DockerImageName expected) {
    if (!lastOf(image).equals(lastOf(expected))) {
      image.assertCompatibleWith(expected);
    }
    return image;
  }

  private static String lastOf(DockerImageName image) {
    String name = image.getRepository();
    return name.substring(name.lastIndexOf('/') + 1);
  }

  private static DockerImageName image(String name) {
    return DockerImageName.parse("tidings/tidings-" + name + ":" + version());
  }

  private static String version() {
    Properties properties = new Properties();
    try (InputStream in = Images.class.getResourceAsStream("images.properties")) {
      properties.load(Objects.requireNonNull(in, "images.properties is not in the jar"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return Objects.requireNonNull(properties.getProperty("version"));
  }
}
