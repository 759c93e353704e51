package dev.tidings.connect;

import io.prometheus.jmx.JmxCollector;
import io.prometheus.metrics.exporter.httpserver.HTTPServer;
import io.prometheus.metrics.instrumentation.jvm.JvmMetrics;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.io.InputStream;
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
  private static final String RULES = "metrics.yaml";

  private WorkerMetrics() {}

  /**
   * Serves them until the JVM ends.
   *
   * @throws ConfigException if the port is no port
   * @throws IOException if nothing can listen there
   */
  static void serve(Map<String, String> environment) throws IOException {
    int port = port(environment.get(PORT));
    if (port == OFF) {
      return;
    }
    PrometheusRegistry registry = new PrometheusRegistry();
    JvmMetrics.builder().register(registry);
    try (InputStream rules =
        Objects.requireNonNull(WorkerMetrics.class.getResourceAsStream(RULES), RULES)) {
      registry.register(new JmxCollector(rules));
    } catch (MalformedObjectNameException e) {
      throw new IllegalStateException(RULES, e);
    }
    String host = environment.getOrDefault(HOST, LOOPBACK);
    try {
      HTTPServer.builder().hostname(host).port(port).registry(registry).buildAndStart();
    } catch (IOException e) {
      throw new IOException(
          "Cannot listen on %s:%d: set %s and %s (%s)"
              .formatted(host, port, HOST, PORT, e.getMessage()),
          e);
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
