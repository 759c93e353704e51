package dev.tidings.health;

import java.io.IOException;
import java.io.PrintStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.time.Duration;

/**
 * {@code HealthCheck URL}: what a container runs as its health check, without a shell or curl. Exit
 * code 0 if the URL answers with a 2xx code within five seconds, 1 with one line if not, 2 for a
 * wrong call.
 */
public final class HealthCheck {
  private static final int HEALTHY = 0;
  private static final int UNHEALTHY = 1;
  private static final int WRONG_CALL = 2;
  private static final int LIMIT_MILLIS = (int) Duration.ofSeconds(5).toMillis();

  private HealthCheck() {}

  /** See the class. */
  public static void main(String[] args) {
    System.exit(run(args, System.err));
  }

  static int run(String[] args, PrintStream err) {
    if (args.length != 1) {
      err.println("Usage: HealthCheck URL");
      return WRONG_CALL;
    }
    try {
      int code = ask(URI.create(args[0]));
      if (code / 100 == 2) {
        return HEALTHY;
      }
      err.printf("%s answers with %d%n", args[0], code);
      return UNHEALTHY;
    } catch (IOException e) {
      err.printf("%s does not answer: %s%n", args[0], e);
      return UNHEALTHY;
    } catch (IllegalArgumentException e) {
      err.printf("%s is no URL of http or https%n", args[0]);
      return WRONG_CALL;
    }
  }

  /** Not the newer HTTP client: this one has the JVM ended in half the time. */
  private static int ask(URI url) throws IOException {
    if (!(url.toURL().openConnection() instanceof HttpURLConnection connection)) {
      throw new IllegalArgumentException(url.toString());
    }
    connection.setConnectTimeout(LIMIT_MILLIS);
    connection.setReadTimeout(LIMIT_MILLIS);
    connection.setInstanceFollowRedirects(false);
    try {
      return connection.getResponseCode();
    } finally {
      connection.disconnect();
    }
  }
}
