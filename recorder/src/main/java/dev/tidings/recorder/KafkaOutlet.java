package dev.tidings.recorder;

import dev.tidings.catalogue.Catalogue;
import dev.tidings.catalogue.CatalogueRegistry;
import dev.tidings.event.Event;
import dev.tidings.event.identity.RecordKey;
import dev.tidings.registry.RegistryException;
import dev.tidings.registry.SchemaRegistry;
import dev.tidings.wire.AvroSerializer;
import dev.tidings.wire.SeriesHeader;
import dev.tidings.wire.Topics;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The producer, its serializer and the registry. All methods but the callbacks: one thread. */
final class KafkaOutlet {
  private static final Logger LOG = LoggerFactory.getLogger(EventRecorder.class);

  private final String topic;
  private final Producer<byte[], byte[]> producer;
  private final Serializer<Event> serializer;
  private final SchemaRegistry registry;
  private final CatalogueRegistry catalogueRegistry;
  private final Duration deliveryTimeout;

  /** What the registry is still to be told. */
  private final Deque<Catalogue> unpublished;

  private final AtomicLong failures = new AtomicLong();

  private KafkaOutlet(
      String topic,
      Producer<byte[], byte[]> producer,
      Serializer<Event> serializer,
      SchemaRegistry registry,
      CatalogueRegistry catalogueRegistry,
      Collection<Catalogue> catalogues,
      Duration deliveryTimeout) {
    this.topic = topic;
    this.producer = producer;
    this.serializer = serializer;
    this.registry = registry;
    this.catalogueRegistry = catalogueRegistry;
    this.unpublished = new ArrayDeque<>(catalogues);
    this.deliveryTimeout = deliveryTimeout;
  }

  static KafkaOutlet open(Map<String, ?> kafka, Topics topics, Collection<Catalogue> catalogues) {
    Map<String, Object> settings = producerSettings(kafka);
    SchemaRegistry registry = SchemaRegistry.forConfig(settings);
    try {
      return new KafkaOutlet(
          topics.recorded(),
          new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer()),
          serializer(kafka, settings, registry),
          registry,
          new CatalogueRegistry(registry, topics),
          catalogues,
          Duration.ofMillis(
              Long.parseLong(
                  String.valueOf(settings.get(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG)))));
    } catch (RuntimeException e) {
      registry.close();
      throw e;
    }
  }

  private static Map<String, Object> producerSettings(Map<String, ?> kafka) {
    Map<String, Object> settings = new HashMap<>();
    settings.put(ProducerConfig.CLIENT_ID_CONFIG, "tidings-recorder");
    // However long Kafka is away, what was accepted waits for it.
    settings.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, Integer.MAX_VALUE);
    // Only this thread waits, and it must notice in time that it is to close.
    settings.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, 2_000);
    settings.putAll(kafka);
    settings.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
    settings.put(ProducerConfig.ACKS_CONFIG, "all");
    settings.put(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
    settings.put(ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
    return settings;
  }

  /** The user's own serializer, if there is one, else ours. */
  @SuppressWarnings("unchecked") // What a value.serializer of a recorder takes is an Event.
  private static Serializer<Event> serializer(
      Map<String, ?> kafka, Map<String, Object> settings, SchemaRegistry registry) {
    Object own = kafka.get(ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG);
    if (own == null) {
      AvroSerializer<Event> ours = new AvroSerializer<>(registry);
      ours.configure(settings, false);
      return ours;
    }
    Map<String, Object> withOwn = new HashMap<>(settings);
    withOwn.put(ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, own);
    Serializer<Event> theirs =
        new ProducerConfig(withOwn)
            .getConfiguredInstance(ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, Serializer.class);
    theirs.configure(withOwn, false);
    return theirs;
  }

  /** How long an event may wait for Kafka in all. */
  Duration deliveryTimeout() {
    return deliveryTimeout;
  }

  /**
   * Hands an event to the producer, which completes it later; one that will never do is completed
   * here.
   *
   * @return what is in the way if it is worth trying again, else null
   */
  @Nullable String send(PendingEvent pending) {
    Attempt attempt = new Attempt(pending, Thread.currentThread());
    try {
      producer.send(record(pending.event()), attempt);
      publishCatalogues();
      return attempt.obstacle;
    } catch (InterruptException e) {
      fail(pending, "the recorder was closed before it could be sent");
      throw e;
    } catch (RegistryException e) {
      if (e.isRetriable()) {
        return message(e);
      }
      fail(pending, message(e));
    } catch (RuntimeException e) {
      fail(pending, message(e));
    }
    return null;
  }

  private ProducerRecord<byte[], byte[]> record(Event event) {
    byte[] key = RecordKey.of(event).getBytes(StandardCharsets.UTF_8);
    ProducerRecord<byte[], byte[]> record =
        new ProducerRecord<>(topic, key, serializer.serialize(topic, event));
    SeriesHeader.of(event)
        .ifPresent(header -> record.headers().add(SeriesHeader.NAME, header.toBytes()));
    return record;
  }

  /** Done when the registry has just answered, so that it costs no wait of its own. */
  private void publishCatalogues() {
    for (Catalogue next = unpublished.poll(); next != null; next = unpublished.poll()) {
      try {
        catalogueRegistry.publish(next);
      } catch (RuntimeException e) {
        LOG.warn(
            "The registry does not take the catalogue {}, so that other programs do not know its"
                + " types: {}",
            next.name(),
            message(e));
      }
    }
  }

  private void fail(PendingEvent pending, String reason) {
    failures.incrementAndGet();
    pending.failed(reason);
  }

  /** Sends what the producer holds, for so long; whether that and everything before was taken. */
  boolean close(Duration timeout) {
    producer.close(timeout);
    serializer.close();
    registry.close();
    return failures.get() == 0;
  }

  private static String message(Throwable error) {
    String message = error.getMessage();
    return message == null ? error.getClass().getSimpleName() : message;
  }

  /** What becomes of one hand-over. */
  private final class Attempt implements Callback {
    private final PendingEvent pending;
    private final Thread sender;

    /** Set by the sender's own thread only. */
    private @Nullable String obstacle;

    Attempt(PendingEvent pending, Thread sender) {
      this.pending = pending;
      this.sender = sender;
    }

    @Override
    public void onCompletion(RecordMetadata metadata, @Nullable Exception error) {
      if (error == null) {
        pending.acknowledged(metadata.topic(), metadata.partition(), metadata.offset());
      } else if (Thread.currentThread() == sender && error instanceof RetriableException) {
        // In the caller's thread means: never taken by the producer. Trying again doubles nothing.
        obstacle = message(error);
      } else {
        fail(pending, message(error));
      }
    }
  }
}
