package dev.tidings.writers.syslog;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.time.Duration;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;

/**
 * TCP or TLS, messages framed by their length (octet counting), so that a message can hold
 * anything.
 *
 * <p>Syslog receivers never answer. What they do is close their side when they have read to the end
 * of ours: {@link #finish} ends ours and waits for that. A receiver that dies with bytes unread
 * resets the connection instead, and one that closed before we did has not read everything: both
 * are errors.
 */
final class StreamConnection implements Connection {
  private static final int WRITE_BYTES = 256 * 1024;
  private static final int LOOK_MILLIS = 1;

  private final Socket plain;
  private final Socket socket;
  private final Duration limit;
  private final Watchdog watchdog;

  private StreamConnection(Socket plain, Socket socket, Duration limit, Watchdog watchdog) {
    this.plain = plain;
    this.socket = socket;
    this.limit = limit;
    this.watchdog = watchdog;
  }

  /**
   * Connects.
   *
   * @param tls for TLS, null for none
   * @param limit how long this and any later call may take
   */
  static StreamConnection open(
      SyslogTarget target, @Nullable SSLSocketFactory tls, Duration limit, Watchdog watchdog)
      throws IOException {
    InetSocketAddress address = new InetSocketAddress(target.host(), target.port());
    if (address.isUnresolved()) {
      throw new UnknownHostException("unknown host " + target.host());
    }
    Socket plain = new Socket();
    try {
      plain.setTcpNoDelay(true);
      plain.setKeepAlive(true);
      plain.connect(address, (int) limit.toMillis());
      Socket socket = tls == null ? plain : secured(plain, target, tls, limit);
      return new StreamConnection(plain, socket, limit, watchdog);
    } catch (IOException | RuntimeException e) {
      Closing.quietly(plain);
      throw e;
    }
  }

  private static Socket secured(
      Socket plain, SyslogTarget target, SSLSocketFactory tls, Duration limit) throws IOException {
    SSLSocket socket = (SSLSocket) tls.createSocket(plain, target.host(), target.port(), true);
    SSLParameters parameters = socket.getSSLParameters();
    // The certificate must be for the name that was asked for.
    parameters.setEndpointIdentificationAlgorithm("HTTPS");
    socket.setSSLParameters(parameters);
    socket.setSoTimeout((int) limit.toMillis());
    socket.startHandshake();
    return socket;
  }

  @Override
  public void write(Frames frames) throws IOException {
    requireOpen();
    OutputStream out = socket.getOutputStream();
    for (int from = 0; from < frames.size(); from += WRITE_BYTES) {
      // A blocked write can only be ended by closing the socket.
      try (Watchdog.Watch ignored = watchdog.closing(plain, limit)) {
        frames.writeTo(out, from, Math.min(WRITE_BYTES, frames.size() - from));
      }
    }
  }

  /**
   * What is written to a connection that the receiver has closed seems to be sent, and is lost.
   *
   * @throws IOException if it has
   */
  void requireOpen() throws IOException {
    socket.setSoTimeout(LOOK_MILLIS);
    try {
      drain();
    } catch (SocketTimeoutException e) {
      return;
    }
    throw new IOException("the receiver closed the connection");
  }

  @Override
  public void finish() throws IOException {
    requireOpen();
    try (Watchdog.Watch ignored = watchdog.closing(plain, limit)) {
      socket.shutdownOutput();
      if (!plain.isOutputShutdown()) {
        // TLS has ended; now its connection.
        plain.shutdownOutput();
      }
      socket.setSoTimeout((int) limit.toMillis());
      drain();
    } catch (SocketTimeoutException e) {
      throw new IOException(
          "the receiver did not read everything within %d ms".formatted(limit.toMillis()), e);
    }
    close();
  }

  /** Reads to the end. What a receiver says is of no meaning in syslog. */
  private void drain() throws IOException {
    byte[] ignored = new byte[1024];
    int read;
    do {
      read = socket.getInputStream().read(ignored);
    } while (read >= 0);
  }

  @Override
  public void close() {
    // The plain one: closing a TLS socket waits for a write that is under way.
    Closing.quietly(plain);
  }
}
