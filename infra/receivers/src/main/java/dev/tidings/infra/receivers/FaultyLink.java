package dev.tidings.infra.receivers;

import dev.tidings.infra.process.LoopbackPorts;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.channels.ServerSocketChannel;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A way to a port on loopback that can be cut, also in the middle of what goes over it, be slow,
 * and be closed. Thread-safe.
 */
public final class FaultyLink implements AutoCloseable {
  private static final int BUFFER_BYTES = 16 * 1024;

  private final int target;
  private final ServerSocketChannel server = LoopbackPorts.listen(0);
  private final ExecutorService threads =
      Executors.newCachedThreadPool(
          task -> {
            Thread daemon = new Thread(task, "faulty-link");
            daemon.setDaemon(true);
            return daemon;
          });
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();

  /** What goes to the target before a connection is closed. */
  private final AtomicLong left = new AtomicLong(Long.MAX_VALUE);

  private volatile boolean refusing;
  private volatile long pauseMillis;

  private FaultyLink(int target) {
    this.target = target;
    threads.execute(this::accept);
  }

  /** One to this port. */
  public static FaultyLink to(int port) {
    return new FaultyLink(port);
  }

  /** The port on loopback to connect to. */
  public int port() {
    return LoopbackPorts.of(server);
  }

  private void accept() {
    while (server.isOpen()) {
      try {
        Socket near = server.accept().socket();
        if (refusing) {
          reset(near);
        } else {
          connect(near);
        }
      } catch (IOException e) {
        // Closed: the loop ends.
      }
    }
  }

  private void connect(Socket near) throws IOException {
    Socket far = new Socket();
    try {
      far.connect(new InetSocketAddress(LoopbackPorts.HOST, target));
    } catch (IOException e) {
      // Nobody there, and who came here is told.
      far.close();
      reset(near);
      return;
    }
    open.add(near);
    threads.execute(() -> copy(near, far));
    threads.execute(() -> copyBack(near, far));
  }

  private void copy(Socket near, Socket far) {
    try {
      pump(near.getInputStream(), far.getOutputStream(), left);
      if (left.get() <= 0) {
        left.set(Long.MAX_VALUE);
        open.remove(near);
        // What was not read is lost, as the sender can see.
        near.close();
      }
      far.shutdownOutput();
    } catch (IOException e) {
      cut(near, far);
    }
  }

  private void copyBack(Socket near, Socket far) {
    try {
      pump(far.getInputStream(), near.getOutputStream(), new AtomicLong(Long.MAX_VALUE));
      near.shutdownOutput();
    } catch (IOException e) {
      cut(near, far);
    }
  }

  /** Copies to the end, or until nothing is left of what may be copied. */
  private void pump(InputStream in, OutputStream out, AtomicLong mayCopy) throws IOException {
    byte[] buffer = new byte[BUFFER_BYTES];
    while (true) {
      int most = (int) Math.min(BUFFER_BYTES, mayCopy.get());
      int read = most <= 0 ? -1 : in.read(buffer, 0, most);
      if (read < 0) {
        return;
      }
      if (mayCopy.get() != Long.MAX_VALUE) {
        mayCopy.addAndGet(-read);
      }
      if (pauseMillis > 0) {
        try {
          TimeUnit.MILLISECONDS.sleep(pauseMillis);
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          throw new IOException(e);
        }
      }
      out.write(buffer, 0, read);
      out.flush();
    }
  }

  private void cut(Socket near, Socket far) {
    try {
      open.remove(near);
      far.close();
      reset(near);
    } catch (IOException e) {
      // It is closed.
    }
  }

  private static void reset(Socket socket) throws IOException {
    if (!socket.isClosed()) {
      socket.setSoLinger(true, 0);
      socket.close();
    }
  }

  /** Cuts all connections, whatever is on its way. */
  public void cutAll() {
    for (Socket near : open) {
      open.remove(near);
      try {
        // The far side is cut by whoever copies, who finds this one closed.
        reset(near);
      } catch (IOException e) {
        // It is closed.
      }
    }
  }

  /** Whether new connections are reset. */
  public void refuse(boolean newRefusing) {
    refusing = newRefusing;
  }

  /**
   * Closes the connection that brings it to so many bytes from now on, without reading further: as
   * a receiver does that ends in the middle of something.
   */
  public void closeAfter(long bytes) {
    left.set(bytes);
  }

  /** How long it waits after every 16 KiB. */
  public void slow(long newPauseMillis) {
    pauseMillis = newPauseMillis;
  }

  @Override
  public void close() throws IOException {
    server.close();
    cutAll();
    threads.shutdownNow();
  }
}
