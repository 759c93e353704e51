package dev.tidings.platform;

import dev.tidings.infra.process.StartException;
import java.util.Map;

/**
 * {@code tidings-platform [all|kafka|registry]}: the whole platform, or its broker or its schema
 * registry alone, reachable from outside of the container that it runs in. For tests and to try:
 * one broker, no encryption, no authentication. Settings come from the environment ({@link
 * Settings}).
 *
 * <p>Exit codes: 0 stopped by a signal, 2 wrong settings, 3 a part did not start, 4 a part failed.
 */
public final class Main {
  private static final int WRONG_SETTINGS = 2;
  private static final int NOT_STARTED = 3;
  private static final int FAILED = 4;

  private Main() {}

  /** See the class. */
  public static void main(String[] args) throws InterruptedException {
    int code = run(args, System.getenv());
    Runtime.getRuntime().halt(code);
  }

  private static int run(String[] args, Map<String, String> environment)
      throws InterruptedException {
    try (Server server = Server.start(args, Settings.of(environment))) {
      // The one way out by a signal: everything is stopped, then the code is ours and not the
      // JVM's.
      Runtime.getRuntime()
          .addShutdownHook(
              new Thread(
                  () -> {
                    server.close();
                    Runtime.getRuntime().halt(0);
                  },
                  "tidings-platform-stop"));
      server.addresses().forEach(line -> System.out.println("tidings-platform: " + line));
      System.out.println("tidings-platform: started");
      return ended(FAILED, server.onFailure().join());
    } catch (IllegalArgumentException e) {
      return ended(WRONG_SETTINGS, String.valueOf(e.getMessage()));
    } catch (StartException e) {
      return ended(NOT_STARTED, String.valueOf(e.getMessage()));
    }
  }

  private static int ended(int code, String reason) {
    System.err.println("tidings-platform: " + reason);
    return code;
  }
}
