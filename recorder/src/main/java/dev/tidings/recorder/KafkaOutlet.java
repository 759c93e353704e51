package dev.tidings.recorder;

import dev.tidings.catalogue.Catalogue;
import dev.tidings.catalogue.CatalogueRegistry;
import dev.tidings.event.Event;
import dev.tidings.recorder.journal.Nanos;
import dev.tidings.registry.RegistryException;
import dev.tidings.registry.SchemaRegistry;
import dev.tidings.wire.AvroSerializer;
import dev.tidings.wire.OriginHeader;
import dev.tidings.wire.SeriesHeader;
import dev.tidings.wire.Topics;
import dev.tidings.wire.WireFormat;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.InvalidRecordException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.RecordBatchTooLargeException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The producer and the registry. One thread calls it; receipts come from the producer's.
 *
 * <p>One request at a time is under way to a broker. When a batch fails for good, the producer is
 * stopped at once, from its own thread: so nothing behind a failed record of a partition is ever
 * acknowledged, and sending again from there keeps the partition's order. That is what lets the
 * topology take a position that does not rise for a retransmission.
 */
final class KafkaOutlet implements AutoCloseable {
  /** Told what becomes of one record; once. */
  interface Receipt {
    void acknowledged(String topic, int partition, long offset);

    /** Kafka will never take it. */
    void refused(String reason);

    /**
     * It is not known to be in Kafka, and the producer takes no more: send it again after a reset.
     */
    void interrupted(String reason);
  }

  private static final Logger LOG = LoggerFactory.getLogger(EventRecorder.class);

  private final String topic;
  private final Map<String, Object> settings;
  private final SchemaRegistry registry;
  private final CatalogueRegistry catalogueRegistry;
  private final Deque<Catalogue> unpublished;
  private final SchemaIds schemaIds;
  private final @Nullable Serializer<Event> ownSerializer;

  /** Null between a reset and the next record. */
  private @Nullable Connection connection;

  /**
   * Opens a producer. Kafka need not be there.
   *
   * @param directory where what the registry said is remembered, or null
   * @throws org.apache.kafka.common.KafkaException if the settings are wrong
   */
  KafkaOutlet(
      Map<String, ?> kafka,
      Topics topics,
      Collection<Catalogue> catalogues,
      @Nullable Path directory) {
    this.topic = topics.recorded();
    this.settings = producerSettings(kafka);
    this.registry = SchemaRegistry.forConfig(settings);
    try {
      this.ownSerializer = ownSerializer(kafka, settings);
      this.catalogueRegistry = new CatalogueRegistry(registry, topics);
      this.unpublished = new ArrayDeque<>(catalogues);
      AvroSerializer<Event> ids = new AvroSerializer<>(registry);
      ids.configure(settings, false);
      this.schemaIds =
          new SchemaIds(
              ids,
              topic,
              String.valueOf(kafka.get("schema.registry.url")),
              directory,
              this::publishCatalogues);
      this.connection = openIfResolvable();
    } catch (RuntimeException e) {
      registry.close();
      throw e;
    }
  }

  private static Map<String, Object> producerSettings(Map<String, ?> kafka) {
    Map<String, Object> settings = new HashMap<>();
    settings.put(ProducerConfig.CLIENT_ID_CONFIG, "tidings-recorder");
    // Only the sender waits, and it must notice in time that it is to close.
    settings.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, 2_000);
    // One request at a time: it should be worth it.
    settings.put(ProducerConfig.BATCH_SIZE_CONFIG, 128 * 1024);
    settings.putAll(kafka);
    // However long Kafka is away, what is in the journal waits for it.
    settings.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, Integer.MAX_VALUE);
    settings.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
    settings.put(ProducerConfig.ACKS_CONFIG, "all");
    settings.put(ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION, 1);
    settings.put(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
    settings.put(ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
    return settings;
  }

  /** The user's own serializer, if there is one. */
  @SuppressWarnings("unchecked") // What a value.serializer of a recorder takes is an Event.
  private static @Nullable Serializer<Event> ownSerializer(
      Map<String, ?> kafka, Map<String, Object> settings) {
    Object own = kafka.get(ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG);
    if (own == null) {
      return null;
    }
    Map<String, Object> withOwn = new HashMap<>(settings);
    withOwn.put(ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, own);
    Serializer<Event> theirs =
        new ProducerConfig(withOwn)
            .getConfiguredInstance(ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, Serializer.class);
    theirs.configure(withOwn, false);
    return theirs;
  }

  /** Wrong settings are thrown; a name that is not known yet may be later. */
  private @Nullable Connection openIfResolvable() {
    try {
      return open();
    } catch (KafkaException e) {
      if (String.valueOf(e.getCause()).contains("No resolvable bootstrap urls")) {
        LOG.warn("Events wait in the journal: no broker of {} is known", bootstrapServers());
        return null;
      }
      throw e;
    }
  }

  private String bootstrapServers() {
    return String.valueOf(settings.get(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG));
  }

  private Connection open() {
    return new Connection(
        new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer()));
  }

  /**
   * Hands a record to the producer, which gives the receipt later.
   *
   * @throws ObstacleException if it was not taken; there is no receipt then
   */
  void send(Outgoing outgoing, Receipt receipt) throws ObstacleException, InterruptedException {
    ProducerRecord<byte[], byte[]> record;
    try {
      record = record(outgoing);
    } catch (RegistryException e) {
      throw new ObstacleException(ObstacleException.describe(e));
    } catch (RuntimeException e) {
      receipt.refused("it cannot be serialized: " + ObstacleException.describe(e));
      return;
    }
    Attempt attempt;
    try {
      if (connection == null) {
        connection = open();
      }
      attempt = new Attempt(receipt, connection, Thread.currentThread());
      connection.producer.send(record, attempt);
    } catch (InterruptException e) {
      throw new InterruptedException(e.getMessage());
    } catch (RuntimeException e) {
      // Nothing was taken: it threw.
      throw new ObstacleException(
          ObstacleException.describe(e.getCause() == null ? e : e.getCause()));
    }
    if (attempt.obstacle != null) {
      throw new ObstacleException(explain(attempt.obstacle));
    }
  }

  /** Kafka says the same of brokers that do not answer and of topics that are not there. */
  private String explain(String obstacle) {
    return obstacle.contains("not present in metadata")
        ? "no broker answers at %s, or there is no topic %s (%s)"
            .formatted(bootstrapServers(), topic, obstacle)
        : obstacle;
  }

  private ProducerRecord<byte[], byte[]> record(Outgoing outgoing) {
    JournaledEvent event = outgoing.event();
    ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(topic, event.key(), value(event));
    byte[] series = event.seriesHeader();
    if (series != null) {
      record.headers().add(SeriesHeader.NAME, series);
    }
    record
        .headers()
        .add(
            OriginHeader.NAME, new OriginHeader(outgoing.journal(), outgoing.position()).toBytes());
    byte[] trace = event.trace();
    if (trace != null) {
      record.headers().add(TraceContext.HEADER, trace);
    }
    return record;
  }

  private byte[] value(JournaledEvent event) {
    if (ownSerializer != null) {
      return ownSerializer.serialize(topic, event.event());
    }
    byte[] value = event.encoded(WireFormat.HEADER_LENGTH);
    WireFormat.putHeader(value, schemaIds.current());
    return value;
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
            ObstacleException.describe(e));
      }
    }
  }

  /** Throws the producer away; the next record opens another one. */
  void reset() {
    Connection current = connection;
    connection = null;
    if (current != null) {
      current.producer.close(Duration.ZERO);
    }
  }

  /** Sends what the producer holds, for so long, and gives everything back. */
  void close(Duration timeout) {
    if (connection != null) {
      try {
        connection.producer.close(Duration.ofNanos(Nanos.of(timeout)));
      } catch (InterruptException e) {
        // Closed at once then. Whoever interrupted finds the interruption kept.
        Thread.currentThread().interrupt();
      }
    }
    if (ownSerializer != null) {
      ownSerializer.close();
    }
    registry.close();
  }

  @Override
  public void close() {
    close(Duration.ZERO);
  }

  private static boolean isForGood(Exception error) {
    return error instanceof RecordTooLargeException
        || error instanceof RecordBatchTooLargeException
        || error instanceof InvalidRecordException
        || error instanceof SerializationException;
  }

  /** A producer, which is stopped once. */
  private static final class Connection {
    private final Producer<byte[], byte[]> producer;
    private final AtomicBoolean stopped = new AtomicBoolean();

    Connection(Producer<byte[], byte[]> producer) {
      this.producer = producer;
    }

    /** From the producer's own thread: nothing more goes out. */
    void stop() {
      if (stopped.compareAndSet(false, true)) {
        producer.close(Duration.ZERO);
      }
    }
  }

  /** What becomes of one hand-over. */
  private static final class Attempt implements Callback {
    private final Receipt receipt;
    private final Connection connection;
    private final Thread sender;

    /** Set by the sender's own thread only. */
    private @Nullable String obstacle;

    Attempt(Receipt receipt, Connection connection, Thread sender) {
      this.receipt = receipt;
      this.connection = connection;
      this.sender = sender;
    }

    @Override
    public void onCompletion(RecordMetadata metadata, @Nullable Exception error) {
      if (error == null) {
        receipt.acknowledged(metadata.topic(), metadata.partition(), metadata.offset());
      } else if (isForGood(error)) {
        receipt.refused(ObstacleException.describe(error));
      } else if (Thread.currentThread() == sender) {
        // In the caller's thread means: never taken by the producer. Trying again doubles nothing.
        obstacle = ObstacleException.describe(error);
      } else {
        receipt.interrupted(ObstacleException.describe(error));
        connection.stop();
      }
    }
  }
}
