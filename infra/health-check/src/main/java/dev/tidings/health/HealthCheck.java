package dev.tidings.health;

import java.io.IOException;
import java.io.PrintStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.time.Duration;
import java.util.Map;

/**
 * {@code HealthCheck [URL]}: what a container runs as its health check, without a shell or curl.
 * Without an argument the URL is that of the environment's {@code TIDINGS_HEALTH_URL}; where that
 * is {@code none} there is nothing to ask, and whatever runs is healthy. Exit code 0 if the URL
 * answers with a 2xx code within five seconds, 1 with one line if not, 2 for a wrong call.
 */
public final class HealthCheck {
  private static final String VARIABLE = "TIDINGS_HEALTH_URL";
  private static final String NOTHING = "none";
  private static final int HEALTHY = 0;
  private static final int UNHEALTHY = 1;
  private static final int WRONG_CALL = 2;
  private static final int LIMIT_MILLIS = (int) Duration.ofSeconds(5).toMillis();

  private HealthCheck() {}

  /** See the class. */
  public static void main(String[] args) {
    System.exit(run(args, System.getenv(), System.err));
  }

  static int run(String[] args, Map<String, String> environment, PrintStream err) {
    String url = args.length == 0 ? environment.get(VARIABLE) : args[0];
    if (args.length > 1 || url == null) {
      err.printf(
          "Usage: HealthCheck URL, or without it and with %s in the environment%n", VARIABLE);
      return WRONG_CALL;
    }
    if (url.equals(NOTHING)) {
      return HEALTHY;
    }
    return check(url, err);
  }

  private static int check(String url, PrintStream err) {
    try {
      int code = ask(URI.create(url));
      if (code / 100 == 2) {
        return HEALTHY;
      }
      err.printf("%s answers with %d%n", url, code);
      return UNHEALTHY;
    } catch (IOException e) {
      err.printf("%s does not answer: %s%n", url, e);
      return UNHEALTHY;
    } catch (IllegalArgumentException e) {
      err.printf("%s is no URL of http or https%n", url);
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
