package dev.tidings.dedup;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * Answers whoever watches over the process: {@code /health/started}, {@code /health/ready} and
 * {@code /health/live} with 200 or 503, {@code /metrics} in Prometheus' text format. One request at
 * a time; no encryption and no passwords: it is for loopback or a pod's own network.
 */
final class StatusServer implements AutoCloseable {
  private static final int BACKLOG = 16;

  private final HttpServer server;
  private final ExecutorService worker;

  private StatusServer(HttpServer server, ExecutorService worker) {
    this.server = server;
    this.worker = worker;
  }

  /** What it asks. */
  record Health(BooleanSupplier started, BooleanSupplier ready, BooleanSupplier live) {}

  /**
   * @param port 0 takes a free one
   * @throws DedupStartException if nothing can listen there
   */
  static StatusServer start(String host, int port, Health health, Supplier<String> metrics) {
    try {
      HttpServer server = HttpServer.create(new InetSocketAddress(host, port), BACKLOG);
      ExecutorService worker =
          Executors.newSingleThreadExecutor(
              work -> {
                Thread thread = new Thread(work, "tidings-dedup-status");
                thread.setDaemon(true);
                return thread;
              });
      server.setExecutor(worker);
      server.createContext("/health/started", exchange -> answer(exchange, health.started()));
      server.createContext("/health/ready", exchange -> answer(exchange, health.ready()));
      server.createContext("/health/live", exchange -> answer(exchange, health.live()));
      server.createContext(
          "/metrics",
          exchange ->
              send(exchange, 200, "text/plain; version=0.0.4; charset=utf-8", metrics.get()));
      server.start();
      return new StatusServer(server, worker);
    } catch (IOException | IllegalArgumentException e) {
      throw new DedupStartException(
          "Cannot listen on %s:%d: set %s and %s (%s)"
              .formatted(host, port, DedupConfig.HTTP_HOST, DedupConfig.HTTP_PORT, e.getMessage()),
          e);
    }
  }

  int port() {
    return server.getAddress().getPort();
  }

  private static void answer(HttpExchange exchange, BooleanSupplier question) throws IOException {
    boolean yes = question.getAsBoolean();
    send(exchange, yes ? 200 : 503, "text/plain; charset=utf-8", yes ? "yes\n" : "no\n");
  }

  private static void send(HttpExchange exchange, int code, String type, String body)
      throws IOException {
    try (exchange) {
      byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
      exchange.getResponseHeaders().set("Content-Type", type);
      exchange.sendResponseHeaders(code, bytes.length);
      try (OutputStream out = exchange.getResponseBody()) {
        out.write(bytes);
      }
    }
  }

  @Override
  public void close() {
    server.stop(0);
    worker.shutdownNow();
  }
}
