package dev.tidings.connect;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.prometheus.jmx.JmxCollector;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;
import javax.management.MalformedObjectNameException;
import org.apache.kafka.common.config.ConfigException;
import org.jspecify.annotations.Nullable;

/**
 * What Kafka Connect and the JVM measure, for Prometheus: {@code /metrics} at {@code
 * TIDINGS_METRICS_HOST}, which is loopback, and {@code TIDINGS_METRICS_PORT}, without which nothing
 * is served. In the process itself, since an agent that is named in the environment would be
 * started by each health check too.
 */
final class WorkerMetrics {
  private static final String HOST = "TIDINGS_METRICS_HOST";
  private static final String PORT = "TIDINGS_METRICS_PORT";
  private static final String LOOPBACK = "127.0.0.1";
  private static final int OFF = -1;
  private static final int BACKLOG = 16;
  private static final String RULES = "metrics.yaml";
  private static final String FORMAT = "text/plain; version=0.0.4; charset=utf-8";

  private WorkerMetrics() {}

  /**
   * Serves them until the JVM ends, one request at a time.
   *
   * @throws ConfigException if the port is no port
   * @throws IOException if nothing can listen there
   */
  static void serve(Map<String, String> environment) throws IOException {
    int port = port(environment.get(PORT));
    if (port == OFF) {
      return;
    }
    PrometheusMeterRegistry meters = meters();
    String host = environment.getOrDefault(HOST, LOOPBACK);
    try {
      HttpServer server = HttpServer.create(new InetSocketAddress(host, port), BACKLOG);
      server.createContext("/metrics", exchange -> send(exchange, meters.scrape()));
      server.start();
    } catch (IOException e) {
      throw new IOException(
          "Cannot listen on %s:%d: set %s and %s (%s)"
              .formatted(host, port, HOST, PORT, e.getMessage()),
          e);
    }
  }

  private static PrometheusMeterRegistry meters() throws IOException {
    // Exemplars need a library that Micrometer leaves out.
    System.setProperty("io.prometheus.metrics.exemplars_enabled", "false");
    PrometheusMeterRegistry meters = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    new JvmMemoryMetrics().bindTo(meters);
    new JvmThreadMetrics().bindTo(meters);
    new ProcessorMetrics().bindTo(meters);
    try (InputStream rules =
        Objects.requireNonNull(WorkerMetrics.class.getResourceAsStream(RULES), RULES)) {
      new JmxCollector(rules).register(meters.getPrometheusRegistry());
    } catch (MalformedObjectNameException e) {
      throw new IllegalStateException(RULES, e);
    }
    return meters;
  }

  private static void send(HttpExchange exchange, String metrics) throws IOException {
    try (exchange) {
      byte[] body = metrics.getBytes(StandardCharsets.UTF_8);
      exchange.getResponseHeaders().set("Content-Type", FORMAT);
      exchange.sendResponseHeaders(200, body.length);
      try (OutputStream out = exchange.getResponseBody()) {
        out.write(body);
      }
    }
  }

  private static int port(@Nullable String given) {
    if (given == null || given.isBlank()) {
      return OFF;
    }
    try {
      int port = Integer.parseInt(given.strip());
      if (port >= OFF && port <= 65_535) {
        return port;
      }
    } catch (NumberFormatException e) {
      // As any other text that is no port.
    }
    throw new ConfigException(PORT, given, "must be a port, or -1 for none");
  }
}
