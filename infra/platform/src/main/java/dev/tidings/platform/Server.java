package dev.tidings.platform;

import dev.tidings.infra.kafka.BrokerConfig;
import dev.tidings.infra.kafka.EmbeddedKafka;
import dev.tidings.infra.process.Parts;
import dev.tidings.infra.process.StartException;
import dev.tidings.infra.process.TcpProxy;
import dev.tidings.infra.registry.EmbeddedRegistry;
import dev.tidings.infra.registry.EmbeddedRegistryConfig;
import dev.tidings.infra.stack.EmbeddedStack;
import dev.tidings.infra.stack.EmbeddedStackConfig;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * What runs: all of the platform, or one part. Kafka listens on every address by itself, as it has
 * to say how it is reached; the registry and Connect listen on loopback, and a proxy passes on to
 * them. Thread-safe.
 */
final class Server implements AutoCloseable {
  private final CompletableFuture<String> failure = new CompletableFuture<>();
  private final List<String> addresses = new ArrayList<>();

  /** Guarded by this. */
  private final Parts parts = new Parts();

  private Server() {}

  /**
   * @param args what to start: {@code all}, {@code kafka} or {@code registry}; all if empty
   * @throws IllegalArgumentException for other arguments
   * @throws StartException one line that says which part did not start
   */
  static Server start(String[] args, Settings settings) {
    String what = args.length == 0 ? "all" : String.join(" ", args);
    Server server = new Server();
    try {
      switch (what) {
        case "all" -> server.startAll(settings);
        case "kafka" -> server.startKafka(settings);
        case "registry" -> server.startRegistry(settings);
        default ->
            throw new IllegalArgumentException(
                "all, kafka or registry can be started, not " + what);
      }
      return server;
    } catch (RuntimeException | Error e) {
      server.close();
      throw e;
    }
  }

  private synchronized void startAll(Settings settings) {
    Listeners listeners = Listeners.of(settings);
    EmbeddedStackConfig defaults = EmbeddedStackConfig.in(settings.dataDirectory());
    EmbeddedStack stack =
        parts.opened(
            EmbeddedStack.start(
                new EmbeddedStackConfig(
                    defaults.dataDirectory(),
                    listeners.ownPort(),
                    defaults.registryPort(),
                    defaults.connectPort(),
                    settings.topics(),
                    settings.dedup(),
                    listeners.properties(),
                    defaults.writers())));
    var unused = stack.onFailure().thenAccept(failure::complete);
    addresses.add("Kafka " + settings.advertised() + ", among containers " + listeners.network());
    pass(settings.ports().registry(), URI.create(stack.registryUrl()), "schema registry");
    pass(settings.ports().connect(), URI.create(stack.connectUrl()), "Kafka Connect");
  }

  private synchronized void startKafka(Settings settings) {
    Listeners listeners = Listeners.of(settings);
    EmbeddedKafka kafka =
        parts.opened(
            EmbeddedKafka.start(
                new BrokerConfig(
                    settings.dataDirectory(), listeners.ownPort(), listeners.properties())));
    var unused =
        kafka.onFailure().thenAccept(cause -> failure.complete("The broker failed: " + cause));
    addresses.add("Kafka " + settings.advertised() + ", among containers " + listeners.network());
  }

  private synchronized void startRegistry(Settings settings) {
    EmbeddedRegistry registry =
        parts.opened(EmbeddedRegistry.start(EmbeddedRegistryConfig.in(settings.dataDirectory())));
    var unused =
        registry
            .onExit()
            .thenAccept(code -> failure.complete("The schema registry ended with code " + code));
    pass(settings.ports().registry(), URI.create(registry.url()), "schema registry");
  }

  private void pass(int port, URI target, String what) {
    try {
      TcpProxy proxy = parts.opened(new TcpProxy(new InetSocketAddress(port)));
      proxy.passTo(target.getPort());
    } catch (IOException e) {
      throw new StartException("Port %d cannot be listened on: %s".formatted(port, e), e);
    }
    addresses.add("%s http://0.0.0.0:%d%s".formatted(what, port, target.getPath()));
  }

  /** One line for each thing that can be connected to. */
  List<String> addresses() {
    return List.copyOf(addresses);
  }

  /** Completes with one line when a part ends by itself. */
  CompletableFuture<String> onFailure() {
    return failure;
  }

  /** Stops all of it. Calling it again does nothing. */
  @Override
  public synchronized void close() {
    parts.close();
  }
}
