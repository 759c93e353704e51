package dev.tidings.registry;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * An HTTP server on loopback that gives the answers it was told, in order, and the last of them for
 * ever; it keeps what it was asked.
 */
final class ScriptedServer implements AutoCloseable {

  /** What was asked. */
  record Asked(String method, String path, Headers headers, String body) {
    String header(String name) {
      return String.valueOf(headers.getFirst(name));
    }
  }

  /** How to answer. */
  interface Answer {
    void to(HttpExchange exchange) throws IOException, InterruptedException;
  }

  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final CountDownLatch closing = new CountDownLatch(1);
  private final List<Asked> asked = new CopyOnWriteArrayList<>();
  private final Deque<Answer> answers = new ConcurrentLinkedDeque<>();
  private final String scheme;

  private ScriptedServer(HttpServer server, String scheme) {
    this.server = server;
    this.scheme = scheme;
    server.setExecutor(threads);
    server.createContext("/", this::handle);
    server.start();
  }

  static ScriptedServer start(Answer... answers) {
    try {
      return new ScriptedServer(HttpServer.create(loopback(), 0), "http").then(answers);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static ScriptedServer startTls(HttpsConfigurator tls, Answer... answers) {
    try {
      HttpsServer server = HttpsServer.create(loopback(), 0);
      server.setHttpsConfigurator(tls);
      return new ScriptedServer(server, "https").then(answers);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Answer json(int status, String body) {
    return text(status, "application/vnd.schemaregistry.v1+json", body, Map.of());
  }

  static Answer json(int status, String body, Map<String, String> headers) {
    return text(status, "application/vnd.schemaregistry.v1+json", body, headers);
  }

  static Answer error(int status, int errorCode, String message) {
    return json(status, "{\"error_code\":%d,\"message\":\"%s\"}".formatted(errorCode, message));
  }

  static Answer text(int status, String type, String body, Map<String, String> headers) {
    return exchange -> {
      byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
      exchange.getResponseHeaders().set("Content-Type", type);
      headers.forEach(exchange.getResponseHeaders()::set);
      exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
      exchange.getResponseBody().write(bytes);
    };
  }

  /** Says nothing until the server closes. */
  Answer silence() {
    return exchange -> closing.await();
  }

  /** Sends the head and the first part of the body, then nothing until the server closes. */
  Answer half(String body) {
    return exchange -> {
      exchange.sendResponseHeaders(200, body.length() * 2L);
      exchange.getResponseBody().write(body.getBytes(StandardCharsets.UTF_8));
      exchange.getResponseBody().flush();
      closing.await();
    };
  }

  /** Closes the connection without an answer. */
  static Answer hangUp() {
    return HttpExchange::close;
  }

  ScriptedServer then(Answer... more) {
    answers.addAll(List.of(more));
    return this;
  }

  String url() {
    return scheme + "://localhost:" + port();
  }

  int port() {
    return server.getAddress().getPort();
  }

  List<Asked> asked() {
    return asked;
  }

  private void handle(HttpExchange exchange) {
    try (exchange) {
      asked.add(
          new Asked(
              exchange.getRequestMethod(),
              exchange.getRequestURI().getRawPath(),
              exchange.getRequestHeaders(),
              new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8)));
      Answer answer;
      synchronized (answers) {
        answer = answers.size() > 1 ? answers.poll() : answers.peek();
      }
      answer.to(exchange);
    } catch (IOException e) {
      // The client has gone: that is what some of the tests are about.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static InetSocketAddress loopback() {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
  }

  @Override
  public void close() {
    closing.countDown();
    server.stop(0);
    threads.shutdownNow();
  }
}
