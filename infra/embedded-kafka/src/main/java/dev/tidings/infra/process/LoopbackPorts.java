package dev.tidings.infra.process;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.channels.ServerSocketChannel;

/** Ports on 127.0.0.1, the only address that embedded servers listen on. */
public final class LoopbackPorts {

  /** The one address that anything here binds. */
  public static final String HOST = "127.0.0.1";

  private static final int BACKLOG = 128;

  private LoopbackPorts() {}

  /**
   * Opens a port and keeps it. Who holds the channel has the port: there is no gap in which
   * somebody else could take it.
   *
   * @param port the port, or 0 for a free one
   * @return the open channel, which the caller closes
   * @throws PortInUseException when somebody else listens there
   * @throws StartException when the port cannot be opened for another reason
   */
  public static ServerSocketChannel listen(int port) {
    try {
      ServerSocketChannel channel = ServerSocketChannel.open();
      try {
        return channel.bind(address(port), BACKLOG);
      } catch (IOException e) {
        channel.close();
        throw e;
      }
    } catch (BindException e) {
      if (e.getMessage() != null && e.getMessage().contains("Permission denied")) {
        throw new StartException(
            "Port %d on 127.0.0.1 may not be opened by this user: choose one above 1023."
                .formatted(port),
            e);
      }
      throw new PortInUseException(port, e);
    } catch (IOException e) {
      throw new StartException(
          "Port %d on 127.0.0.1 cannot be opened: %s.".formatted(port, StartException.reason(e)),
          e);
    }
  }

  /**
   * A port that nobody listens on at the time of the call. Somebody else can take it before it is
   * used, so its user must be ready to try again.
   *
   * @return a free port
   * @throws StartException when there is none
   */
  public static int free() {
    try (ServerSocketChannel channel = listen(0)) {
      return of(channel);
    } catch (IOException e) {
      throw new StartException("No free port: %s.".formatted(StartException.reason(e)), e);
    }
  }

  /**
   * The port a channel is bound to.
   *
   * @param channel an open, bound channel
   * @return its port
   * @throws StartException when the channel is closed
   */
  public static int of(ServerSocketChannel channel) {
    try {
      return ((InetSocketAddress) channel.getLocalAddress()).getPort();
    } catch (IOException e) {
      throw new StartException(
          "A port was closed while starting: %s.".formatted(StartException.reason(e)), e);
    }
  }

  private static InetSocketAddress address(int port) throws UnknownHostException {
    return new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), port);
  }
}
