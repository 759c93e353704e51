package dev.tidings.informer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.event.Event;
import dev.tidings.event.ObjectReference;
import dev.tidings.event.Severity;
import dev.tidings.event.Source;
import dev.tidings.informer.events.EventInformers;
import dev.tidings.infra.kafka.SharedKafka;
import dev.tidings.registry.InMemorySchemaRegistry;
import dev.tidings.wire.AvroSerializer;
import dev.tidings.wire.PlatformTopics;
import dev.tidings.wire.Topics;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(150)
class EventInformersIT {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  private static Event event(ObjectReference object, Severity severity) {
    return Event.newBuilder()
        .setId(UUID.randomUUID())
        .setType("demo.Started")
        .setSeverity(severity)
        .setSource(new Source("n1", "agent"))
        .setObject(object)
        .setMessage("It started")
        .setAttributes(Map.of())
        .setFirstTimestamp(Instant.EPOCH)
        .setLastTimestamp(Instant.EPOCH)
        .setCount(1)
        .build();
  }

  @Test
  void theEventsTopicIsCachedAndIndexed() throws Exception {
    Topics topics = new Topics("it-" + UUID.randomUUID());
    Event about = event(new ObjectReference("disk", "rack1", "sda", ""), Severity.ERROR);
    Event plain = event(null, Severity.INFO);
    InMemorySchemaRegistry registry = new InMemorySchemaRegistry();
    Map<String, Object> properties = Map.of("bootstrap.servers", SharedKafka.bootstrapServers());
    try (Admin admin = Admin.create(properties);
        KafkaProducer<String, Event> producer =
            new KafkaProducer<>(
                properties, new StringSerializer(), new AvroSerializer<Event>(registry))) {
      admin
          .createTopics(PlatformTopics.defaults(topics).all())
          .all()
          .get(LIMIT.toSeconds(), TimeUnit.SECONDS);
      for (Event event : List.of(about, plain)) {
        producer
            .send(new ProducerRecord<>(topics.events(), event.getId().toString(), event))
            .get(LIMIT.toSeconds(), TimeUnit.SECONDS);
      }
    }
    try (SharedInformer<String, Event> informer =
        EventInformers.builder(topics, registry)
            .bootstrapServers(SharedKafka.bootstrapServers())
            .build()
            .start()) {
      assertThat(informer.awaitSync(LIMIT)).isTrue();
      assertThat(informer.indexer().get(plain.getId().toString())).isEqualTo(plain);
      assertThat(informer.indexer().byIndex(EventInformers.BY_OBJECT, "disk/rack1/sda"))
          .containsExactly(about);
      assertThat(informer.indexer().byIndex(EventInformers.BY_SEVERITY, "INFO"))
          .containsExactly(plain);
      assertThat(informer.indexer().byIndex(EventInformers.BY_TYPE, "demo.Started"))
          .containsExactlyInAnyOrder(about, plain);
      assertThat(informer.indexer().indexValues(EventInformers.BY_NODE)).containsExactly("n1");
      assertThat(informer.indexer().indexValues(EventInformers.BY_COMPONENT))
          .containsExactly("agent");
    }
  }
}
