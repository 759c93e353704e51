package dev.tidings.writers.webhook;

import dev.failsafe.CircuitBreaker;
import dev.tidings.writers.delivery.Delivery;
import dev.tidings.writers.delivery.RetryLaterException;
import dev.tidings.writers.delivery.Tls;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.types.Password;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.sink.SinkRecord;
import org.jspecify.annotations.Nullable;

/**
 * The far side of a webhook, as it is known over its failures. What its answers mean:
 *
 * <pre>
 *  2xx                       taken
 *  408 425 429 5xx, none     later, after Retry-After if it says so
 *  400 413 415 422           not these events, or not so many
 *  all others                somebody must change something: the task fails
 * </pre>
 *
 * One thread at a time.
 */
final class Endpoint {
  private static final Duration CONNECT_LIMIT = Duration.ofSeconds(10);

  private final HttpClient client;
  private final URI uri;
  private final Duration limit;
  private final String[] headers;
  private final String authorization;
  private final @Nullable Signature signature;
  private final BodyFormat format;
  private final Function<List<Delivery.Occurred>, byte[]> bodies;
  private final CircuitBreaker<Object> breaker;
  private final InstantSource clock;

  Endpoint(AbstractConfig config, InstantSource clock) {
    this.clock = clock;
    uri = WebhookConfig.uri(config);
    limit = Duration.ofMillis(config.getInt(WebhookConfig.TIMEOUT_MS));
    headers = WebhookConfig.headers(config);
    authorization = config.getPassword(WebhookConfig.AUTHORIZATION).value();
    Password secret = config.getPassword(WebhookConfig.SECRET);
    signature = secret.value().isEmpty() ? null : new Signature(secret.value());
    format = WebhookConfig.format(config);
    bodies = format.writer(config.getString(WebhookConfig.TEMPLATE));
    breaker =
        CircuitBreaker.builder()
            .withFailureThreshold(config.getInt(WebhookConfig.CIRCUIT_FAILURES))
            .withDelay(Duration.ofMillis(config.getLong(WebhookConfig.CIRCUIT_DELAY_MS)))
            .build();
    HttpClient.Builder builder =
        HttpClient.newBuilder()
            .connectTimeout(limit.compareTo(CONNECT_LIMIT) < 0 ? limit : CONNECT_LIMIT)
            .followRedirects(HttpClient.Redirect.NEVER);
    if ("https".equalsIgnoreCase(uri.getScheme())) {
      builder.sslContext(Tls.context(config));
    } else {
      // No attempt to upgrade, which some servers stumble over.
      builder.version(HttpClient.Version.HTTP_1_1);
    }
    client = builder.build();
  }

  /** A request's body. Can be called while something is posted. */
  byte[] body(List<Delivery.Occurred> deliveries) {
    return bodies.apply(deliveries);
  }

  /**
   * Posts these.
   *
   * @param body of these
   * @return why they were refused; empty if they were taken
   * @throws IOException if they can be posted later
   * @throws ConnectException if nothing will be taken
   */
  Optional<String> post(List<Delivery.Occurred> deliveries, byte[] body) throws IOException {
    if (!breaker.tryAcquirePermit()) {
      throw new RetryLaterException(
          "webhook: %s failed too often".formatted(host()), breaker.getRemainingDelay());
    }
    boolean answered = false;
    try {
      HttpResponse<Void> response =
          client.send(request(deliveries, body), HttpResponse.BodyHandlers.discarding());
      int status = response.statusCode();
      if (isTemporary(status)) {
        throw later(response);
      }
      answered = true;
      return meaning(status);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("webhook: interrupted");
    } catch (RetryLaterException e) {
      throw e;
    } catch (IOException e) {
      throw new IOException("webhook: %s: %s".formatted(host(), e.getMessage()), e);
    } finally {
      if (answered) {
        breaker.recordSuccess();
      } else {
        breaker.recordFailure();
      }
    }
  }

  private static boolean isTemporary(int status) {
    return status == 408 || status == 425 || status == 429 || status >= 500;
  }

  private IOException later(HttpResponse<Void> response) {
    String message = "webhook: %s answered %d".formatted(host(), response.statusCode());
    return response
        .headers()
        .firstValue("Retry-After")
        .flatMap(header -> RetryAfter.parse(header, clock.instant()))
        .<IOException>map(pause -> new RetryLaterException(message, pause))
        .orElseGet(() -> new IOException("it answered " + response.statusCode()));
  }

  private Optional<String> meaning(int status) {
    if (status >= 200 && status < 300) {
      return Optional.empty();
    }
    return switch (status) {
      case 400, 413, 415, 422 ->
          Optional.of("webhook: %s refused it with %d".formatted(host(), status));
      default ->
          throw new ConnectException(
              "webhook: %s answered %d: correct the URL or what it is asked with"
                  .formatted(host(), status));
    };
  }

  private HttpRequest request(List<Delivery.Occurred> deliveries, byte[] body) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(uri)
            .timeout(limit)
            .header("Content-Type", format.contentType())
            .header("User-Agent", "tidings")
            .POST(HttpRequest.BodyPublishers.ofByteArray(body));
    if (headers.length > 0) {
      request.headers(headers);
    }
    if (!authorization.isEmpty()) {
      request.header("Authorization", authorization);
    }
    String id = id(deliveries);
    Instant now = clock.instant();
    request.header("webhook-id", id).header("webhook-timestamp", "" + now.getEpochSecond());
    if (signature != null) {
      request.header("webhook-signature", signature.of(id, now, body));
    }
    return request.build();
  }

  /** The same for the same events, so that the far side can tell a repeated request. */
  private static String id(List<Delivery.Occurred> deliveries) {
    Delivery.Occurred first = deliveries.get(0);
    SinkRecord record = first.origin();
    return "%s-%d-%d-%d-%d"
        .formatted(
            record.originalTopic(),
            record.originalKafkaPartition(),
            record.originalKafkaOffset(),
            first.index(),
            deliveries.size());
  }

  /** Without the path, which can be a secret. */
  private String host() {
    return uri.getHost() + (uri.getPort() < 0 ? "" : ":" + uri.getPort());
  }
}
