package dev.tidings.writers.syslog;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import org.apache.kafka.common.config.ConfigException;

/**
 * A syslog receiver.
 *
 * @param transport how to reach it
 * @param host its name or address
 * @param port its port
 */
record SyslogTarget(Transport transport, String host, int port) {

  /** The port that each has if none is given is that of its RFC. */
  enum Transport {
    UDP(514),
    TCP(601),
    TLS(6514);

    private final int port;

    Transport(int port) {
      this.port = port;
    }
  }

  /**
   * Reads {@code udp|tcp|tls://host[:port]}.
   *
   * @throws ConfigException saying what is wrong
   */
  static SyslogTarget parse(String text) {
    try {
      URI uri = new URI(text.strip());
      String scheme = String.valueOf(uri.getScheme()).toUpperCase(Locale.ROOT);
      Transport transport = Transport.valueOf(scheme);
      String host = uri.getHost();
      boolean onlyHostAndPort =
          host != null
              && uri.getUserInfo() == null
              && (uri.getPath().isEmpty() || uri.getPath().equals("/"))
              && uri.getQuery() == null;
      int port = uri.getPort() == -1 ? transport.port : uri.getPort();
      if (onlyHostAndPort && port > 0 && port <= 0xffff) {
        // In brackets if it is an IPv6 address.
        return new SyslogTarget(transport, host.replaceAll("[\\[\\]]", ""), port);
      }
    } catch (URISyntaxException | IllegalArgumentException e) {
      // Said below, with what would be right.
    }
    throw new ConfigException(
        "'%s' is no syslog target: write tcp://host:port, tls://host:port or udp://host:port"
            .formatted(text));
  }

  @Override
  public String toString() {
    return "%s://%s:%d".formatted(transport.name().toLowerCase(Locale.ROOT), host, port);
  }
}
