package dev.tidings.recorder.source;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.URLDecoder;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Speaks the Engine API's {@code /events} on a socket as Docker does: what is remembered and not
 * older than {@code since} first, then what comes, each a JSON line in a chunk of its own.
 */
final class ScriptedEngine implements Closeable {
  private static final Pattern SINCE = Pattern.compile("since=(\\d+)\\.(\\d{9})");
  private static final Pattern UNTIL = Pattern.compile("until=(\\d+)\\.(\\d{9})");

  private record Line(long nanos, String json) {}

  private final Path socket;
  private final List<Line> remembered = new ArrayList<>();
  private final List<SocketChannel> watching = new ArrayList<>();
  private final List<SocketChannel> connected = new ArrayList<>();
  private final List<String> requests = new ArrayList<>();
  private ServerSocketChannel server;
  private int refusals;
  private int remembers = Integer.MAX_VALUE;

  ScriptedEngine(Path socket) throws IOException {
    this.socket = socket;
    listen();
  }

  String address() {
    return "unix://" + socket;
  }

  /** The engine is gone, with all that it remembered. */
  synchronized void stop() throws IOException {
    close();
    remembered.clear();
  }

  /** The engine is back. */
  synchronized void listen() throws IOException {
    ServerSocketChannel channel = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    channel.bind(UnixDomainSocketAddress.of(socket));
    server = channel;
    Thread acceptor = new Thread(() -> accept(channel), "scripted-engine");
    acceptor.setDaemon(true);
    acceptor.start();
  }

  /** Something happened to a container. */
  synchronized void emit(long nanos, String action, String name, String... attributes)
      throws IOException {
    StringBuilder all = new StringBuilder("\"name\":\"" + name + "\"");
    for (int i = 0; i < attributes.length; i += 2) {
      all.append(",\"%s\":\"%s\"".formatted(attributes[i], attributes[i + 1]));
    }
    String json =
        """
        {"status":"%s","id":"id-%s","Type":"container","Action":"%s","Actor":{"ID":"id-%s",\
        "Attributes":{%s}},"scope":"local","time":%d,"timeNano":%d}"""
            .formatted(action, name, action, name, all, nanos / 1_000_000_000L, nanos);
    remembered.add(new Line(nanos, json));
    while (remembered.size() > remembers) {
      remembered.remove(0);
    }
    sendRaw(json + "\n");
  }

  /** Sends this as it is to all who watch. */
  synchronized void sendRaw(String text) throws IOException {
    for (SocketChannel channel : List.copyOf(watching)) {
      try {
        chunk(channel, text);
      } catch (IOException e) {
        watching.remove(channel);
      }
    }
  }

  /** All connections break, in the middle of whatever they are in. */
  synchronized void disconnect() throws IOException {
    for (SocketChannel channel : connected) {
      channel.close();
    }
    connected.clear();
    watching.clear();
  }

  synchronized void forgetAll() {
    remembered.clear();
  }

  synchronized void remembers(int events) {
    remembers = events;
  }

  /** The next so many requests are answered with an error. */
  synchronized void refuse(int times) {
    refusals = times;
  }

  synchronized int watchers() {
    return watching.size();
  }

  synchronized List<String> requests() {
    return List.copyOf(requests);
  }

  @Override
  public synchronized void close() throws IOException {
    server.close();
    disconnect();
    Files.deleteIfExists(socket);
  }

  private void accept(ServerSocketChannel from) {
    try {
      while (true) {
        SocketChannel channel = from.accept();
        synchronized (this) {
          connected.add(channel);
        }
        Thread thread = new Thread(() -> serve(channel), "scripted-engine-connection");
        thread.setDaemon(true);
        thread.start();
      }
    } catch (IOException e) {
      // Closed.
    }
  }

  private void serve(SocketChannel channel) {
    try {
      StringBuilder head = new StringBuilder();
      ByteBuffer buffer = ByteBuffer.allocate(4_096);
      // Not through the streams of Channels: there a read keeps a write from going on.
      for (; channel.read(buffer) >= 0; buffer.clear()) {
        head.append(StandardCharsets.UTF_8.decode(buffer.flip()));
        int end = head.indexOf("\r\n\r\n");
        if (end >= 0) {
          String request = head.substring(0, head.indexOf("\r\n"));
          head.delete(0, end + 4);
          answer(channel, URLDecoder.decode(request, StandardCharsets.UTF_8));
        }
      }
    } catch (IOException e) {
      // The client went away.
    } catch (RuntimeException e) {
      throw new UncheckedIOException(new IOException(e));
    } finally {
      forget(channel);
    }
  }

  private synchronized void forget(SocketChannel channel) {
    watching.remove(channel);
    connected.remove(channel);
    try {
      channel.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private synchronized void answer(SocketChannel channel, String request) throws IOException {
    requests.add(request);
    SocketChannel out = channel;
    if (refusals > 0) {
      refusals--;
      String body = "{\"message\":\"starting\"}\n";
      write(
          out,
          "HTTP/1.1 503 Service Unavailable\r\nContent-Length: %d\r\n\r\n%s"
              .formatted(body.length(), body));
      return;
    }
    write(
        out,
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n");
    long since = time(SINCE, request, Long.MAX_VALUE);
    long until = time(UNTIL, request, Long.MAX_VALUE);
    for (Line line : remembered) {
      if (line.nanos >= since && line.nanos <= until) {
        chunk(out, line.json + "\n");
      }
    }
    if (until == Long.MAX_VALUE) {
      watching.add(channel);
    } else {
      write(out, "0\r\n\r\n");
    }
  }

  private static long time(Pattern pattern, String request, long otherwise) {
    Matcher matcher = pattern.matcher(request);
    return matcher.find()
        ? Long.parseLong(matcher.group(1)) * 1_000_000_000L + Long.parseLong(matcher.group(2))
        : otherwise;
  }

  private static void chunk(SocketChannel out, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    write(out, Integer.toHexString(bytes.length) + "\r\n" + text + "\r\n");
  }

  private static void write(SocketChannel out, String text) throws IOException {
    ByteBuffer bytes = StandardCharsets.UTF_8.encode(text);
    while (bytes.hasRemaining()) {
      out.write(bytes);
    }
  }
}
