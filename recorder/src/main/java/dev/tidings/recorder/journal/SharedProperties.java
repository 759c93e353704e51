package dev.tidings.recorder.journal;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import java.util.Properties;
import java.util.UUID;

/**
 * Small facts that the recorders of one directory share, in a properties file. It is replaced as a
 * whole: of two that write at once, one wins. Thread-safe.
 *
 * @param file mode 0600
 */
public record SharedProperties(Path file) {
  /**
   * @throws IOException if the file is there but cannot be read
   */
  public Optional<String> get(String key) throws IOException {
    return Optional.ofNullable(load().getProperty(key));
  }

  /**
   * Sets a value; writes nothing if it is the same already.
   *
   * @throws IOException if the file cannot be written
   */
  public void put(String key, String value) throws IOException {
    Properties known = load();
    if (value.equals(known.setProperty(key, value))) {
      return;
    }
    Path next = file.resolveSibling(file.getFileName() + "." + UUID.randomUUID());
    try (OutputStream out = Channels.newOutputStream(OwnerOnly.createNew(next))) {
      known.store(out, null);
    }
    Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  private Properties load() throws IOException {
    Properties known = new Properties();
    if (Files.exists(file)) {
      try (InputStream in = Files.newInputStream(file)) {
        known.load(in);
      } catch (IllegalArgumentException e) {
        throw new IOException(file + " is no properties file: " + e.getMessage(), e);
      }
    }
    return known;
  }
}
