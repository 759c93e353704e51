package dev.tidings.cli.doctor;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Asks web servers, each within a limited time. For one thread. */
final class WebAnswers {
  private static final Duration LIMIT = Duration.ofSeconds(5);

  // Made when it is needed first.
  private @Nullable HttpClient client;

  /**
   * What is at an address.
   *
   * @throws IOException if nothing answers, or not with 200, in words for people
   */
  HttpResponse<String> get(URI address) throws IOException, InterruptedException {
    HttpResponse<String> answer = ask(address);
    if (answer.statusCode() != 200) {
      throw new IOException("%s answers %d".formatted(address, answer.statusCode()));
    }
    return answer;
  }

  /** As {@link #get}, whatever the status. */
  HttpResponse<String> ask(URI address) throws IOException, InterruptedException {
    if (client == null) {
      client = HttpClient.newBuilder().connectTimeout(LIMIT).build();
    }
    try {
      return client.send(
          HttpRequest.newBuilder(address).timeout(LIMIT).build(), BodyHandlers.ofString());
    } catch (IOException e) {
      throw new IOException(
          "%s does not answer (%s)"
              .formatted(
                  address, e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage()),
          e);
    }
  }
}
