package dev.tidings.recorder.spring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.event.Event;
import dev.tidings.event.Severity;
import dev.tidings.infra.kafka.SharedKafka;
import dev.tidings.recorder.EventRecorder;
import dev.tidings.recorder.RecordResult;
import dev.tidings.registry.InMemorySchemaRegistry;
import dev.tidings.wire.EventDeserializer;
import dev.tidings.wire.PlatformTopics;
import dev.tidings.wire.Topics;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;

/** A whole application, as its author writes it, and a real broker. */
class RecorderStarterIT {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final int PARTITIONS = 2;

  private final String name = "t" + UUID.randomUUID().toString().substring(0, 8);
  private final Topics topics = new Topics(name);

  @SpringBootConfiguration
  @EnableAutoConfiguration
  static class Application {
    @Bean
    Forecast forecast(EventRecorder recorder) {
      return new Forecast(recorder);
    }
  }

  record Forecast(EventRecorder recorder) implements AutoCloseable {
    RecordResult rain() throws Exception {
      return recorder
          .event(Weather.Rain)
          .severity(Severity.WARN)
          .object("Region", "coast", "north")
          .message("it rains")
          .submit()
          .get(LIMIT.toSeconds(), TimeUnit.SECONDS);
    }

    @Override
    public void close() {
      recorder.record(Weather.Snow, Severity.INFO, "last words");
    }
  }

  /** Or it configures the log of the whole JVM that the tests share. */
  @BeforeAll
  static void leaveLoggingAlone() {
    System.setProperty("org.springframework.boot.logging.LoggingSystem", "none");
  }

  @BeforeEach
  void createTopics() throws Exception {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", SharedKafka.bootstrapServers()))) {
      admin
          .createTopics(PlatformTopics.defaults(topics).withPartitions(PARTITIONS).all())
          .all()
          .get(LIMIT.toSeconds(), TimeUnit.SECONDS);
    }
  }

  @Test
  void whatABeanRecordsReachesKafkaWithSpringsServers() throws Exception {
    try (ConfigurableApplicationContext context =
        start("spring.kafka.bootstrap-servers=" + SharedKafka.bootstrapServers())) {
      assertThat(context.getBean(Forecast.class).rain())
          .isInstanceOf(RecordResult.Acknowledged.class);
    }

    List<Event> events = read();
    assertThat(events)
        .extracting(Event::getMessage)
        .containsExactlyInAnyOrder("it rains", "last words");
    assertThat(events)
        .allSatisfy(
            event -> {
              assertThat(event.getSource().getNode()).isEqualTo("node-1");
              assertThat(event.getSource().getComponent()).isEqualTo("forecast");
            });
  }

  @Test
  void theRecordersOwnServersWin() throws Exception {
    try (ConfigurableApplicationContext context =
        start(
            "spring.kafka.bootstrap-servers=127.0.0.1:1",
            "tidings.recorder.kafka.bootstrap.servers=127.0.0.1:2",
            "tidings.recorder.bootstrap-servers=" + SharedKafka.bootstrapServers())) {
      assertThat(context.getBean(Forecast.class).rain())
          .isInstanceOf(RecordResult.Acknowledged.class);
    }
  }

  @Test
  void whatKafkaDoesNotTakeInTimeWaitsForTheNextStart(@TempDir Path directory) {
    String journal = "tidings.recorder.journal.directory=" + directory;
    start(
            journal,
            "tidings.recorder.close-timeout=100ms",
            "tidings.recorder.bootstrap-servers=127.0.0.1:1")
        .close();
    assertThat(read()).isEmpty();

    start(
            journal,
            "tidings.recorder.close-timeout=30s",
            "tidings.recorder.bootstrap-servers=" + SharedKafka.bootstrapServers())
        .close();
    assertThat(read()).extracting(Event::getMessage).containsExactly("last words", "last words");
  }

  private ConfigurableApplicationContext start(String... properties) {
    List<String> all =
        new ArrayList<>(
            List.of(
                "spring.application.name=forecast",
                "tidings.recorder.node=node-1",
                "tidings.recorder.registry-url=mock://" + name,
                "tidings.recorder.topic-prefix=" + name,
                "tidings.recorder.catalogues=" + Weather.class.getName()));
    all.addAll(List.of(properties));
    return new SpringApplicationBuilder(Application.class)
        .web(WebApplicationType.NONE)
        .registerShutdownHook(false)
        .run(all.stream().map(property -> "--" + property).toArray(String[]::new));
  }

  /** Everything up to the end of every partition. */
  private List<Event> read() {
    EventDeserializer decoder = new EventDeserializer(InMemorySchemaRegistry.named(name));
    List<Event> events = new ArrayList<>();
    try (KafkaConsumer<String, byte[]> consumer =
        new KafkaConsumer<>(
            Map.of("bootstrap.servers", SharedKafka.bootstrapServers()),
            new StringDeserializer(),
            new ByteArrayDeserializer())) {
      List<TopicPartition> partitions =
          IntStream.range(0, PARTITIONS)
              .mapToObj(partition -> new TopicPartition(topics.recorded(), partition))
              .toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      while (partitions.stream().anyMatch(p -> consumer.position(p) < ends.get(p))) {
        consumer
            .poll(Duration.ofSeconds(1))
            .forEach(record -> events.add(decoder.decode(record.value())));
      }
    }
    return events;
  }
}
