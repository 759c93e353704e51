package dev.tidings.recorder.source;

import com.github.dockerjava.transport.DockerHttpClient;
import com.github.dockerjava.zerodep.ZerodepDockerHttpClient;
import java.io.Closeable;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A Docker engine, as far as its events go ({@code GET /events} of the Engine API). Thread-safe.
 */
final class DockerEngine implements Closeable {
  private static final Duration CONNECT_LIMIT = Duration.ofSeconds(10);

  /** Over TCP a peer can vanish without a word: so long a silence ends the stream. */
  private static final Duration TCP_SILENCE = Duration.ofMinutes(10);

  private static final int MAX_LINE_BYTES = 1 << 20;
  private static final int MAX_REASON_CHARACTERS = 300;
  private static final int OK = 200;
  private static final String FILTERS =
      """
      {"type":["container"],"event":["create","start","unpause","kill","stop","pause","die",\
      "destroy","oom","health_status"]}\
      """;

  private final URI address;
  private final DockerHttpClient http;

  /**
   * @param address as {@code unix:///path} or {@code tcp://host:port}
   */
  DockerEngine(URI address) {
    this.address = address;
    ZerodepDockerHttpClient.Builder builder =
        new ZerodepDockerHttpClient.Builder().dockerHost(address).connectionTimeout(CONNECT_LIMIT);
    if (address.getScheme().equals("tcp")) {
      builder.responseTimeout(TCP_SILENCE);
    }
    this.http = builder.build();
  }

  /** The engine has said nothing for so long that it is better asked again. */
  static boolean isSilence(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof SocketTimeoutException) {
        return true;
      }
    }
    return false;
  }

  /** All events from a moment on, those that the engine remembers first, without an end. */
  Events from(long nanos) throws IOException {
    return open("since=" + seconds(nanos));
  }

  /** The events of one moment, as far as the engine remembers them. */
  Events at(long nanos) throws IOException {
    return open("since=" + seconds(nanos) + "&until=" + seconds(nanos));
  }

  @Override
  public void close() throws IOException {
    http.close();
  }

  private Events open(String span) throws IOException {
    DockerHttpClient.Request request =
        DockerHttpClient.Request.builder()
            .method(DockerHttpClient.Request.Method.GET)
            .path(
                "/events?%s&filters=%s"
                    .formatted(span, URLEncoder.encode(FILTERS, StandardCharsets.UTF_8)))
            .build();
    DockerHttpClient.Response response;
    try {
      response = http.execute(request);
    } catch (RuntimeException e) {
      throw new IOException("%s cannot be reached: %s".formatted(address, reason(e)), e);
    }
    Events events = new Events(response);
    if (response.getStatusCode() == OK) {
      return events;
    }
    try (events) {
      String said = events.next();
      throw new IOException(
          "%s answered %d: %s".formatted(address, response.getStatusCode(), cut(said)));
    }
  }

  private static String reason(Throwable failure) {
    Throwable cause = failure;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    String message = cause.getMessage();
    return message == null ? cause.getClass().getSimpleName() : message;
  }

  private static String cut(@Nullable String said) {
    String text = said == null ? "" : said;
    return text.length() <= MAX_REASON_CHARACTERS ? text : text.substring(0, MAX_REASON_CHARACTERS);
  }

  private static String seconds(long nanos) {
    long second = 1_000_000_000L;
    return "%d.%09d".formatted(Math.floorDiv(nanos, second), Math.floorMod(nanos, second));
  }

  /** A stream of events, one JSON object a line. Read by one thread, closed by any. */
  static final class Events implements Closeable {
    private final DockerHttpClient.Response response;
    private final LineInput lines;

    private Events(DockerHttpClient.Response response) {
      this.response = response;
      this.lines = new LineInput(response.getBody(), MAX_LINE_BYTES);
    }

    /** The next line, or null at the end. */
    @Nullable String next() throws IOException {
      try {
        LineInput.Line line = lines.next();
        return line == null ? null : new String(line.bytes(), StandardCharsets.UTF_8);
      } catch (UncheckedIOException e) {
        throw e.getCause() == null ? new InterruptedIOException() : e.getCause();
      }
    }

    @Override
    public void close() {
      response.close();
    }
  }
}
