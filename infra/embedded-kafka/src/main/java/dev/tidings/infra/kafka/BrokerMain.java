package dev.tidings.infra.kafka;

import dev.tidings.infra.process.StartException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * The embedded broker as a program: {@code BrokerMain <data directory> <port> [name=value…]}.
 * Prints one line when it serves clients, or one when it cannot, and stops in order at SIGTERM.
 */
final class BrokerMain {

  static final String READY = "Broker ready on port ";
  static final String FAILED = "Broker failed: ";

  private BrokerMain() {}

  public static void main(String[] args) {
    Map<String, String> properties = new HashMap<>();
    for (int i = 2; i < args.length; i++) {
      int equals = args[i].indexOf('=');
      properties.put(args[i].substring(0, equals), args[i].substring(equals + 1));
    }
    try {
      EmbeddedKafka kafka =
          EmbeddedKafka.start(
              new BrokerConfig(Path.of(args[0]), Integer.parseInt(args[1]), properties));
      Runtime.getRuntime().addShutdownHook(new Thread(kafka::close, "broker-close"));
      var unused = kafka.onFailure().thenAccept(BrokerMain::halt);
      System.out.println(READY + kafka.port());
    } catch (StartException e) {
      halt(e);
    }
  }

  private static void halt(Throwable reason) {
    System.out.println(FAILED + reason.getMessage());
    System.out.flush();
    Runtime.getRuntime().halt(1);
  }
}
