package dev.tidings.registry;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tidings.registry.RegistryException.Kind;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpHeaders;
import java.net.http.HttpResponse;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What an HTTP answer means: its JSON, or a failure in one line that says what to do. */
final class RegistryAnswers {
  static final ObjectMapper JSON = new ObjectMapper();

  private static final int LONGEST_REASON = 1_000;
  private static final String SETTING = "--registry / " + RegistrySettings.URL;

  private RegistryAnswers() {}

  /**
   * @return the JSON of a good answer
   * @throws RegistryException for every other
   */
  static JsonNode read(Call call, Endpoint endpoint, HttpResponse<byte[]> response) {
    int status = response.statusCode();
    Optional<JsonNode> json = json(response.body());
    if (status >= 200 && status < 300) {
      return json.orElseThrow(() -> notARegistry(endpoint, response));
    }
    int errorCode = json.map(j -> j.path("error_code").asInt()).orElse(0);
    String reason =
        json.map(j -> j.path("message").asText())
            .filter(m -> !m.isBlank())
            .map(m -> ": " + oneLine(m))
            .orElse("");
    if (status >= 300 && status < 400) {
      String target =
          response.headers().firstValue("Location").map(l -> " to " + shown(l)).orElse("");
      return fail(
          Kind.NOT_A_REGISTRY,
          "%s redirects%s, which is not followed: correct %s".formatted(endpoint, target, SETTING),
          response,
          errorCode);
    }
    return switch (status) {
      case 401 ->
          fail(
              Kind.UNAUTHORIZED,
              endpoint.authorization().isPresent()
                  ? "Schema registry %s does not accept the credentials: correct %s or %s%s"
                      .formatted(
                          endpoint,
                          RegistrySettings.BASIC_USER_INFO,
                          RegistrySettings.BEARER_TOKEN,
                          reason)
                  : "Schema registry %s asks for credentials: set %s=USER_INFO and %s%s"
                      .formatted(
                          endpoint,
                          RegistrySettings.BASIC_SOURCE,
                          RegistrySettings.BASIC_USER_INFO,
                          reason),
              response,
              errorCode);
      case 403 ->
          fail(
              Kind.UNAUTHORIZED,
              "Schema registry %s does not allow this user to %s: have the right granted%s"
                  .formatted(endpoint, call.purpose(), reason),
              response,
              errorCode);
      case 404 -> {
        // A registry says which thing it does not have; a wrong path has nothing to say.
        if (errorCode / 100 != 404) {
          throw notARegistry(endpoint, response);
        }
        yield fail(
            Kind.NOT_FOUND,
            "Schema registry %s cannot %s%s".formatted(endpoint, call.purpose(), reason),
            response,
            errorCode);
      }
      case 409 ->
          fail(
              Kind.INCOMPATIBLE,
              ("Schema registry %s refuses to %s, as it is not compatible with what is registered:"
                      + " change the schema or the subject's compatibility level%s")
                  .formatted(endpoint, call.purpose(), reason),
              response,
              errorCode);
      case 408, 429 -> throw unavailable(call, endpoint, response, errorCode, reason);
      default -> {
        if (status >= 500) {
          throw unavailable(call, endpoint, response, errorCode, reason);
        }
        if (json.isEmpty() || status == 405) {
          throw notARegistry(endpoint, response);
        }
        yield fail(
            Kind.INVALID,
            "Schema registry %s refuses to %s (status %d)%s"
                .formatted(endpoint, call.purpose(), status, reason),
            response,
            errorCode);
      }
    };
  }

  static RegistryException unreachable(List<URI> urls, String reason, @Nullable Throwable cause) {
    String shown = String.join(", ", urls.stream().map(URI::toString).toList());
    return new RegistryException(
        Kind.UNREACHABLE,
        "No schema registry answers at %s: start it or correct %s (%s)"
            .formatted(shown, SETTING, reason),
        cause);
  }

  static RegistryException untrusted(Endpoint endpoint, Throwable cause) {
    return new RegistryException(
        Kind.UNTRUSTED,
        "TLS with schema registry %s fails: check https:// and %sssl.truststore.*, .keystore.* (%s)"
            .formatted(endpoint, RegistrySettings.PREFIX, oneLine(cause.getMessage())),
        cause);
  }

  static RegistryException notARegistry(
      Endpoint endpoint, String answer, @Nullable Throwable cause) {
    return new RegistryException(Kind.NOT_A_REGISTRY, notARegistry(endpoint, answer), cause);
  }

  private static RegistryException notARegistry(Endpoint endpoint, HttpResponse<byte[]> response) {
    String type =
        response.headers().firstValue("Content-Type").map(t -> ", " + oneLine(t)).orElse("");
    return new RegistryException(
        Kind.NOT_A_REGISTRY,
        notARegistry(endpoint, "status " + response.statusCode() + type),
        null,
        response.statusCode(),
        0,
        null);
  }

  private static String notARegistry(Endpoint endpoint, String answer) {
    return ("%s answers, but not as a schema registry (%s): correct %s; for Apicurio the path is"
            + " /apis/ccompat/v7")
        .formatted(endpoint, answer, SETTING);
  }

  private static RegistryException unavailable(
      Call call, Endpoint endpoint, HttpResponse<byte[]> response, int errorCode, String reason) {
    Duration wait = retryAfter(response.headers()).orElse(null);
    String advice =
        wait == null ? "try again later" : "it asks to wait for " + wait.toSeconds() + " s";
    return new RegistryException(
        Kind.UNAVAILABLE,
        "Schema registry %s cannot %s now (status %d): %s%s"
            .formatted(endpoint, call.purpose(), response.statusCode(), advice, reason),
        null,
        response.statusCode(),
        errorCode,
        wait);
  }

  private static JsonNode fail(
      Kind kind, String message, HttpResponse<byte[]> response, int errorCode) {
    throw new RegistryException(kind, message, null, response.statusCode(), errorCode, null);
  }

  /** Seconds, or a date, which is taken relative to the server's own clock. */
  static Optional<Duration> retryAfter(HttpHeaders headers) {
    Optional<String> value = headers.firstValue("Retry-After").map(String::strip);
    if (value.isEmpty()) {
      return Optional.empty();
    }
    if (value.get().matches("\\d{1,9}")) {
      return Optional.of(Duration.ofSeconds(Long.parseLong(value.get())));
    }
    return value
        .flatMap(RegistryAnswers::date)
        .flatMap(
            until ->
                headers
                    .firstValue("Date")
                    .flatMap(RegistryAnswers::date)
                    .map(now -> between(now, until)));
  }

  private static Duration between(ZonedDateTime now, ZonedDateTime until) {
    Duration wait = Duration.between(now, until);
    return wait.isNegative() ? Duration.ZERO : wait;
  }

  private static Optional<ZonedDateTime> date(String text) {
    try {
      return Optional.of(ZonedDateTime.parse(text.strip(), DateTimeFormatter.RFC_1123_DATE_TIME));
    } catch (DateTimeException e) {
      return Optional.empty(); // a header that says nothing counts as absent
    }
  }

  private static Optional<JsonNode> json(byte[] body) {
    try {
      JsonNode node = JSON.readTree(body);
      return node.isContainerNode() ? Optional.of(node) : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static String shown(String location) {
    String url = oneLine(location);
    int query = url.indexOf('?');
    return Endpoint.masked(query < 0 ? url : url.substring(0, query));
  }

  /** Any text as part of a one-line message. */
  static String oneLine(@Nullable String text) {
    if (text == null) {
      return "no reason given";
    }
    String line = text.replaceAll("[\\s\\p{Cntrl}]+", " ").strip();
    return line.length() <= LONGEST_REASON ? line : line.substring(0, LONGEST_REASON) + "…";
  }
}
