package dev.tidings.infra.receivers;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.tidings.infra.process.LoopbackPorts;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;

/** A real HTTP server on loopback that keeps what it takes. Thread-safe. */
public final class HttpReceiver implements AutoCloseable {
  private static final int THREADS = 4;

  private final HttpServer server;
  private final ExecutorService threads = Executors.newFixedThreadPool(THREADS);
  private final List<Request> taken = new CopyOnWriteArrayList<>();
  private volatile Function<Request, Answer> behaviour = request -> Answer.OK;

  /**
   * A request.
   *
   * @param path where to
   * @param headers by name in lower case
   * @param body all of it
   */
  public record Request(String path, Map<String, String> headers, String body) {}

  /**
   * An answer.
   *
   * @param status the code; 0 closes the connection without one
   * @param headers what goes with it
   */
  public record Answer(int status, Map<String, String> headers) {
    /** Taken, and kept. */
    public static final Answer OK = new Answer(204, Map.of());

    /** One without headers. */
    public static Answer of(int status) {
      return new Answer(status, Map.of());
    }
  }

  private HttpReceiver(HttpServer server) {
    this.server = server;
    server.setExecutor(threads);
    server.createContext("/", this::handle);
    server.start();
  }

  /** Starts one on this port; 0 takes a free one. */
  public static HttpReceiver start(int port) throws IOException {
    return new HttpReceiver(
        HttpServer.create(
            new InetSocketAddress(InetAddress.getByName(LoopbackPorts.HOST), port), 0));
  }

  private void handle(HttpExchange exchange) throws IOException {
    String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    Map<String, String> headers = new HashMap<>();
    exchange
        .getRequestHeaders()
        .forEach((name, values) -> headers.put(name.toLowerCase(Locale.ROOT), values.get(0)));
    Request request = new Request(exchange.getRequestURI().getPath(), headers, body);
    Answer answer = behaviour.apply(request);
    if (answer.status() == Answer.OK.status()) {
      taken.add(request);
    }
    if (answer.status() != 0) {
      answer.headers().forEach((name, value) -> exchange.getResponseHeaders().set(name, value));
      exchange.sendResponseHeaders(answer.status(), -1);
    }
    exchange.close();
  }

  /** What it answers from now on; what it answers with {@link Answer#OK} is kept. */
  public void behave(Function<Request, Answer> newBehaviour) {
    behaviour = newBehaviour;
  }

  /** What it took. */
  public List<Request> taken() {
    return List.copyOf(taken);
  }

  /** Where it is. */
  public String url() {
    return "http://%s:%d/events".formatted(LoopbackPorts.HOST, port());
  }

  /** Its port. */
  public int port() {
    return server.getAddress().getPort();
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
