package dev.tidings.cli.events;

import dev.tidings.cli.CommandException;
import dev.tidings.cli.ExitCode;
import dev.tidings.cli.connection.Connection;
import dev.tidings.event.Event;
import dev.tidings.informer.SharedInformer;
import dev.tidings.informer.events.EventInformers;
import dev.tidings.registry.SchemaRegistry;
import java.time.Duration;

/** The current events, loaded. */
final class EventCache implements AutoCloseable {
  private final SchemaRegistry registry;
  private final SharedInformer<String, Event> informer;

  private EventCache(SchemaRegistry registry, SharedInformer<String, Event> informer) {
    this.registry = registry;
    this.informer = informer;
  }

  /**
   * Loads them.
   *
   * @throws CommandException if Kafka or the registry is not there, or the time is over
   */
  static EventCache load(Connection connection, Duration limit) throws InterruptedException {
    connection.requireTopics(connection.topics().events());
    SchemaRegistry registry = connection.openRegistry();
    try {
      // Said at once and clearly, not as records that cannot be decoded.
      registry.subjects();
    } catch (RuntimeException e) {
      registry.close();
      throw e;
    }
    EventCache cache =
        new EventCache(
            registry,
            EventInformers.builder(connection.topics(), registry)
                .consumerProperties(connection.settings())
                .build());
    try {
      if (!cache.informer.start().awaitSync(limit)) {
        throw new CommandException(
            ExitCode.TIMEOUT,
            "The events are not loaded after %d s: %s"
                .formatted(
                    limit.toSeconds(),
                    cache.informer.status().lastProblem().orElse("allow more by --timeout")));
      }
      return cache;
    } catch (InterruptedException | RuntimeException e) {
      cache.close();
      throw e;
    }
  }

  SharedInformer<String, Event> informer() {
    return informer;
  }

  @Override
  public void close() {
    informer.close();
    registry.close();
  }
}
