package dev.tidings.testcontainers;

import dev.tidings.event.Event;
import dev.tidings.informer.InformerBuilder;
import dev.tidings.informer.events.EventInformers;
import dev.tidings.informer.events.Settled;
import dev.tidings.recorder.EventRecorder;
import dev.tidings.recorder.EventRecorderBuilder;
import dev.tidings.registry.RegistryClient;
import dev.tidings.registry.RegistryConfig;
import dev.tidings.registry.SchemaRegistry;
import dev.tidings.wire.Topics;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeoutException;

/**
 * A platform that runs in containers, and what a test needs to use it. All addresses are for the
 * test's own process; containers have others. Asked before it is started, each throws an {@link
 * IllegalStateException}.
 */
public interface TestPlatform {

  /** What clients of Kafka connect to. */
  String bootstrapServers();

  /** The schema registry's REST API, as Confluent defined it. */
  String registryUrl();

  /** The names of the topics. */
  Topics topics();

  /** What other containers of the network connect to. */
  String networkBootstrapServers();

  /** The registry for other containers of the network. */
  String networkRegistryUrl();

  /**
   * A recorder that records here and throws what is invalid: add catalogues, build it, and close it
   * when done.
   */
  default EventRecorderBuilder recorder() {
    return EventRecorder.builder()
        .source("test-node", "test")
        .bootstrapServers(bootstrapServers())
        .registry(registryUrl())
        .topics(topics())
        .strict(true);
  }

  /** The registry, as an object, which the caller closes. */
  default SchemaRegistry registry() {
    return RegistryClient.create(RegistryConfig.of(registryUrl()));
  }

  /**
   * An informer of the current events: build it, start it, and close it when done.
   *
   * @param registry see {@link #registry()}; is to be closed after the informer
   */
  default InformerBuilder<String, Event> informer(SchemaRegistry registry) {
    return EventInformers.builder(topics(), registry).bootstrapServers(bootstrapServers());
  }

  /**
   * Waits until everything that is in Kafka now is counted.
   *
   * @throws TimeoutException if that takes longer than {@code limit}
   */
  default void awaitSettled(Duration limit) throws InterruptedException, TimeoutException {
    try (SchemaRegistry registry = registry()) {
      Settled.await(Map.of("bootstrap.servers", bootstrapServers()), registry, topics(), limit);
    }
  }
}
