package dev.tidings.cli;

import dev.tidings.infra.process.LoopbackPorts;
import dev.tidings.infra.process.StartException;
import java.io.IOException;
import java.io.Reader;
import java.io.Writer;
import java.net.URI;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/**
 * The ports that {@code tidings up} had last with a data directory. It takes them again if they are
 * free, so that clients that wait for it find it where it was.
 *
 * @param kafka the broker's; 0 if not known or taken
 * @param registry the registry's; likewise
 * @param connect that of Connect's REST API; likewise
 */
record LastPorts(int kafka, int registry, int connect) {
  private static final String FILE = "ports.properties";
  private static final String KAFKA = "kafka";
  private static final String REGISTRY = "registry";
  private static final String CONNECT = "connect";

  /** Those that are free now. A file that cannot be read is none. */
  static LastPorts freeOf(Path dataDirectory) {
    Properties ports = new Properties();
    Path file = dataDirectory.resolve(FILE);
    if (Files.isReadable(file)) {
      try (Reader in = Files.newBufferedReader(file)) {
        ports.load(in);
      } catch (IOException | IllegalArgumentException e) {
        return new LastPorts(0, 0, 0);
      }
    }
    return new LastPorts(
        free(ports.getProperty(KAFKA)),
        free(ports.getProperty(REGISTRY)),
        free(ports.getProperty(CONNECT)));
  }

  private static int free(@Nullable String text) {
    if (text == null || !text.matches("[1-9]\\d{0,4}")) {
      return 0;
    }
    int port = Integer.parseInt(text);
    try (ServerSocketChannel probe = LoopbackPorts.listen(port)) {
      return LoopbackPorts.of(probe);
    } catch (IOException | StartException | IllegalArgumentException e) {
      // Somebody else has it now: any other will do.
      return 0;
    }
  }

  /** Remembers where the servers are. */
  static void write(
      Path dataDirectory, String bootstrapServers, String registryUrl, String connectUrl)
      throws IOException {
    Properties ports = new Properties();
    ports.setProperty(KAFKA, bootstrapServers.substring(bootstrapServers.lastIndexOf(':') + 1));
    ports.setProperty(REGISTRY, Integer.toString(URI.create(registryUrl).getPort()));
    ports.setProperty(CONNECT, Integer.toString(URI.create(connectUrl).getPort()));
    try (Writer out = Files.newBufferedWriter(dataDirectory.resolve(FILE))) {
      ports.store(out, null);
    }
  }
}
