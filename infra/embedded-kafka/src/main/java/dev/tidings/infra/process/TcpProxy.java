package dev.tidings.infra.process;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Passes connections on to a port on loopback, until the line is cut; then none gets through: for
 * tests of what a network does. Safe for any thread.
 */
public final class TcpProxy implements Closeable {
  private final ServerSocket server;
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
  private volatile int target;
  private volatile boolean cut;

  /**
   * Listens on a free port of loopback.
   *
   * @throws IOException when there is none
   */
  public TcpProxy() throws IOException {
    this(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
  }

  /**
   * Listens there, which may be beyond loopback: for containers.
   *
   * @throws IOException when the address is taken or not one of this machine
   */
  public TcpProxy(InetSocketAddress address) throws IOException {
    server = new ServerSocket();
    server.bind(address);
    daemon(this::accept);
  }

  /** Where it listens. */
  public int port() {
    return server.getLocalPort();
  }

  /** Passes the connections that come from now on to this port. */
  public void passTo(int port) {
    target = port;
  }

  /** Closes all connections and lets no new ones through. */
  public void cut() {
    cut = true;
    sockets.forEach(TcpProxy::closeQuietly);
  }

  /** Lets connections through again. */
  public void mend() {
    cut = false;
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        Socket client = server.accept();
        Socket broker = cut ? null : connect();
        if (broker == null) {
          // Not left open: the client would wait for an answer until its request times out.
          client.close();
          continue;
        }
        sockets.add(client);
        sockets.add(broker);
        daemon(() -> copy(client, broker));
        daemon(() -> copy(broker, client));
        if (cut) {
          cut();
        }
      } catch (IOException e) {
        // This was closed, or the client has gone.
        continue;
      }
    }
  }

  /** Null if the broker is away. */
  private @Nullable Socket connect() {
    try {
      return new Socket(InetAddress.getLoopbackAddress(), target);
    } catch (IOException e) {
      return null;
    }
  }

  private void copy(Socket from, Socket to) {
    byte[] buffer = new byte[65_536];
    try (from;
        to) {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        out.write(buffer, 0, read);
      }
    } catch (IOException e) {
      // Cut, or one side has gone: so does the other.
      closeQuietly(to);
    } finally {
      sockets.remove(from);
      sockets.remove(to);
    }
  }

  private static void closeQuietly(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void daemon(Runnable work) {
    Thread thread = new Thread(work, "tcp-proxy");
    thread.setDaemon(true);
    thread.start();
  }

  @Override
  public void close() throws IOException {
    server.close();
    cut();
  }
}
