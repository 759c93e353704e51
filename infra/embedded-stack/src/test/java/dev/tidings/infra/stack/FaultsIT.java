package dev.tidings.infra.stack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.conformance.OutputCheck;
import dev.tidings.conformance.RandomEvents;
import dev.tidings.event.Event;
import dev.tidings.infra.kafka.BrokerConfig;
import dev.tidings.infra.kafka.BrokerProcess;
import dev.tidings.infra.registry.EmbeddedRegistry;
import dev.tidings.infra.registry.EmbeddedRegistryConfig;
import dev.tidings.recorder.EventRecorder;
import dev.tidings.recorder.RecordResult;
import dev.tidings.wire.PlatformTopics;
import dev.tidings.wire.Topics;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Processes are killed in the middle; afterwards everything is counted. */
class FaultsIT {
  private static final Duration LIMIT = Duration.ofSeconds(90);
  private static final int BATCH = 1_500;
  private static final long SEED = 42;

  @TempDir Path directory;

  private final List<CompletableFuture<RecordResult>> results = new ArrayList<>();
  private final RandomEvents events = new RandomEvents(SEED);

  @Test
  void killingTheTopologyAndTheBrokerLosesAndDoublesNothing() throws Exception {
    try (EmbeddedRegistry registry = EmbeddedRegistry.start(EmbeddedRegistryConfig.inMemory());
        BrokerProcess broker = BrokerProcess.start(BrokerConfig.in(directory.resolve("kafka")))) {
      createTopics(broker.bootstrapServers());
      try (DedupProcess dedup = startDedup("dedup", broker, registry);
          EventRecorder recorder = recorder(broker, registry)) {
        record(recorder);
        dedup.kill();
        record(recorder);
        dedup.restart();
        record(recorder);
        broker.kill();
        record(recorder);
        broker.restart();
        record(recorder);
        dedup.kill();
        broker.kill();
        broker.restart();
        dedup.restart();
        record(recorder);

        assertExact(broker, registry, recorder);
      }
    }
  }

  /** Partitions move to the other instance and back, with what is remembered of them. */
  @Test
  void killingInstancesLosesAndDoublesNothing() throws Exception {
    try (EmbeddedRegistry registry = EmbeddedRegistry.start(EmbeddedRegistryConfig.inMemory());
        BrokerProcess broker = BrokerProcess.start(BrokerConfig.in(directory.resolve("kafka")))) {
      createTopics(broker.bootstrapServers());
      try (DedupProcess one = startDedup("one", broker, registry);
          DedupProcess other = startDedup("other", broker, registry);
          EventRecorder recorder = recorder(broker, registry)) {
        record(recorder);
        one.kill();
        record(recorder);
        one.restart();
        record(recorder);
        other.kill();
        record(recorder);
        one.kill();
        other.restart();
        one.restart();
        record(recorder);
        assertExact(broker, registry, recorder);
      }
    }
  }

  private void assertExact(BrokerProcess broker, EmbeddedRegistry registry, EventRecorder recorder)
      throws Exception {
    assertThat(recorder.flush(LIMIT)).isTrue();
    OutputCheck.Result result =
        new OutputCheck(
                Map.of(
                    "bootstrap.servers", broker.bootstrapServers(),
                    "schema.registry.url", registry.url()),
                Topics.DEFAULT)
            .run(LIMIT);
    assertThat(results)
        .allSatisfy(one -> assertThat(one.get()).isInstanceOf(RecordResult.Acknowledged.class));
    assertThat(result.recorded()).hasSize(results.size()).doesNotHaveDuplicates();
    assertThat(result.differences()).isEmpty();
    assertThat(result.isExact()).as("%s", result).isTrue();
  }

  private void record(EventRecorder recorder) {
    for (Event event : events.next(BATCH)) {
      results.add(recorder.submit(event));
    }
  }

  private DedupProcess startDedup(String name, BrokerProcess broker, EmbeddedRegistry registry)
      throws InterruptedException {
    return DedupProcess.start(
        directory.resolve(name),
        Map.of(
            "bootstrap.servers",
            broker.bootstrapServers(),
            "schema.registry.url",
            registry.url(),
            "main.consumer.group.instance.id",
            name,
            "tidings.batch.interval.ms",
            "300"));
  }

  private static EventRecorder recorder(BrokerProcess broker, EmbeddedRegistry registry) {
    return EventRecorder.builder()
        .source("node-1", "test")
        .catalogue(DemoEvent.class)
        .bootstrapServers(broker.bootstrapServers())
        .registry(registry.url())
        .build();
  }

  private static void createTopics(String bootstrapServers) {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers))) {
      new TopicSetup(admin).apply(PlatformTopics.defaults(Topics.DEFAULT).withPartitions(3).all());
    }
  }
}
