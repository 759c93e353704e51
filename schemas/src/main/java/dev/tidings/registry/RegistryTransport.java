package dev.tidings.registry;

import com.fasterxml.jackson.databind.JsonNode;
import dev.failsafe.Failsafe;
import dev.failsafe.FailsafeException;
import dev.tidings.registry.RegistryException.Kind;
import java.io.IOException;
import java.net.ConnectException;
import java.net.ProtocolException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gets one call answered: asks the address that answered last, then the others at once; when none
 * can serve, waits and starts over, within the configured number of retries and total time.
 * Thread-safe.
 */
final class RegistryTransport implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(RegistryTransport.class);
  private static final String ACCEPT =
      "application/vnd.schemaregistry.v1+json, application/vnd.schemaregistry+json;q=0.9,"
          + " application/json;q=0.5";
  private static final String CONTENT_TYPE = "application/vnd.schemaregistry.v1+json";
  private static final int LONGEST_ANSWER = 16 << 20;

  /** An address that gave no HTTP answer. */
  private static final class NoAnswerException extends Exception {
    private final String reason;

    private NoAnswerException(String reason, @Nullable Throwable cause) {
      super(reason, cause);
      this.reason = reason;
    }
  }

  private final RegistryConfig config;
  private final List<Endpoint> endpoints;
  private final AtomicInteger preferred = new AtomicInteger();
  private volatile @Nullable HttpClient http; // null once closed

  RegistryTransport(RegistryConfig config) {
    this.config = config;
    this.endpoints = config.endpoints();
    HttpClient.Builder builder =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            // A redirect would carry the credentials to an address nobody configured.
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(config.requestTimeout());
    config.sslContext().ifPresent(builder::sslContext);
    // Its own threads are daemons and end when idle.
    this.http = builder.build();
  }

  /**
   * @return the JSON of the answer
   * @throws RegistryException when there is no good answer
   */
  JsonNode call(Call call) {
    HttpClient client = http;
    if (client == null) {
      throw new IllegalStateException("The schema registry client is closed");
    }
    long deadline = System.nanoTime() + config.totalTimeout().toNanos();
    try {
      return Failsafe.with(Retries.<JsonNode>until(deadline, config))
          .get(() -> askAll(client, call, deadline));
    } catch (FailsafeException e) {
      if (e.getCause() instanceof InterruptedException interrupted) {
        throw interrupted(call, interrupted);
      }
      throw e;
    }
  }

  private JsonNode askAll(HttpClient client, Call call, long deadline) {
    int first = preferred.get();
    List<URI> silent = new ArrayList<>();
    List<String> reasons = new ArrayList<>();
    RegistryException answered = null;
    Throwable lastCause = null;
    for (int i = 0; i < endpoints.size(); i++) {
      int index = (first + i) % endpoints.size();
      Endpoint endpoint = endpoints.get(index);
      try {
        JsonNode answer = ask(client, call, endpoint, deadline);
        prefer(index, first);
        return answer;
      } catch (RegistryException e) {
        if (e.kind() != Kind.UNAVAILABLE && e.kind() != Kind.UNTRUSTED) {
          prefer(index, first);
          throw e;
        }
        if (answered == null || !answered.isRetriable()) {
          answered = e;
        }
      } catch (NoAnswerException e) {
        silent.add(endpoint.base());
        reasons.add(e.reason);
        lastCause = e.getCause();
      }
    }
    if (answered != null && (answered.isRetriable() || silent.isEmpty())) {
      throw answered;
    }
    RegistryException failure =
        RegistryAnswers.unreachable(
            silent, String.join("; ", reasons.stream().distinct().toList()), lastCause);
    if (answered != null) {
      failure.addSuppressed(answered);
    }
    throw failure;
  }

  private void prefer(int index, int before) {
    if (index != before && preferred.compareAndSet(before, index)) {
      log.info(
          "Schema registry {} cannot be used; going on with {}",
          endpoints.get(before),
          endpoints.get(index));
    }
  }

  private JsonNode ask(HttpClient client, Call call, Endpoint endpoint, long deadline)
      throws NoAnswerException {
    long nanos = Math.min(config.requestTimeout().toNanos(), deadline - System.nanoTime());
    if (nanos <= 0) {
      throw new NoAnswerException("no time left to ask", null);
    }
    // The client's own time-out ends with the headers; this one includes the body.
    CompletableFuture<HttpResponse<byte[]>> exchange =
        client.sendAsync(request(call, endpoint), BoundedBody.atMost(LONGEST_ANSWER));
    try {
      return RegistryAnswers.read(call, endpoint, exchange.get(nanos, TimeUnit.NANOSECONDS));
    } catch (TimeoutException e) {
      exchange.cancel(true);
      throw new NoAnswerException(
          "no answer within " + TimeUnit.NANOSECONDS.toMillis(nanos) + " ms", e);
    } catch (InterruptedException e) {
      exchange.cancel(true);
      Thread.currentThread().interrupt();
      throw interrupted(call, e);
    } catch (ExecutionException e) {
      throw noAnswer(endpoint, e.getCause() == null ? e : e.getCause());
    }
  }

  private static HttpRequest request(Call call, Endpoint endpoint) {
    BodyPublisher body =
        call.body().map(BodyPublishers::ofString).orElseGet(BodyPublishers::noBody);
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(endpoint.base() + call.path()))
            .header("Accept", ACCEPT)
            .header("User-Agent", "tidings")
            .method(call.method(), body);
    if (call.body().isPresent()) {
      request.header("Content-Type", CONTENT_TYPE);
    }
    endpoint.authorization().ifPresent(value -> request.header("Authorization", value));
    return request.build();
  }

  /** Why an exchange failed without an answer, or with one that is not the registry's. */
  private static NoAnswerException noAnswer(Endpoint endpoint, Throwable failure) {
    if (failure instanceof SSLHandshakeException
        || failure instanceof SSLPeerUnverifiedException
        || (failure instanceof SSLException
            && String.valueOf(failure.getMessage()).contains("SSL message"))) {
      throw RegistryAnswers.untrusted(endpoint, failure);
    }
    if (failure instanceof ProtocolException) {
      throw RegistryAnswers.notARegistry(endpoint, "not HTTP", failure);
    }
    if (failure instanceof BoundedBody.TooLongException) {
      throw RegistryAnswers.notARegistry(
          endpoint, RegistryAnswers.oneLine(failure.getMessage()), failure);
    }
    if (failure instanceof HttpTimeoutException) {
      return new NoAnswerException("no connection in time", failure);
    }
    if (failure instanceof ConnectException) {
      return new NoAnswerException(
          failure.getCause() instanceof UnresolvedAddressException
              ? "unknown host"
              : "connection refused",
          failure);
    }
    if (failure instanceof IOException) {
      return new NoAnswerException(RegistryAnswers.oneLine(failure.getMessage()), failure);
    }
    throw new IllegalStateException("The request to " + endpoint + " failed", failure);
  }

  private static RegistryException interrupted(Call call, InterruptedException cause) {
    return new RegistryException(
        Kind.INTERRUPTED, "Interrupted while waiting for the registry to " + call.purpose(), cause);
  }

  /** Requests under way end by themselves, in the time they have. */
  @Override
  public void close() {
    HttpClient client = http;
    http = null;
    // From JDK 21 on a client can be closed; before, it ends when it is no longer referred to.
    if (client instanceof AutoCloseable closeable) {
      try {
        closeable.close();
      } catch (Exception e) {
        log.warn("The registry's HTTP client did not close: {}", e.toString());
      }
    }
  }
}
