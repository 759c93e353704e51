package dev.tidings.benchmarks.dedup;

import dev.tidings.conformance.RandomEvents;
import dev.tidings.event.Event;
import dev.tidings.event.identity.RecordKey;
import dev.tidings.registry.SchemaRegistry;
import dev.tidings.wire.AvroSerializer;
import dev.tidings.wire.OriginHeader;
import dev.tidings.wire.SeriesHeader;
import dev.tidings.wire.Topics;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Sends random events as a recorder does, with positions of a journal, and now and then all of its
 * newest ones again, as after a crash. Sends until it is stopped.
 */
final class Resending implements AutoCloseable {
  private static final int AGAIN = 300;
  private static final int EVENTS_PER_SECOND = 2_000;
  private static final int PER_STEP = 20;

  private final Topics topics;
  private final SchemaRegistry registry;
  private final AvroSerializer<Event> serializer;
  private final KafkaProducer<byte[], byte[]> producer;
  private final RandomEvents events;
  private final Random random;
  private final UUID recorder = UUID.randomUUID();
  private final Deque<ProducerRecord<byte[], byte[]>> newest = new ArrayDeque<>();
  private final AtomicLong sent = new AtomicLong();
  private final AtomicLong acknowledged = new AtomicLong();
  private final AtomicReference<Exception> failure = new AtomicReference<>();
  private final Thread thread = new Thread(this::run, "resending");
  private volatile boolean stopped;
  private long position;

  Resending(Map<String, String> clients, Topics topics, long seed) {
    this.topics = topics;
    this.registry = SchemaRegistry.forConfig(clients);
    this.serializer = new AvroSerializer<>(registry);
    this.events = new RandomEvents(seed);
    this.random = new Random(seed);
    Map<String, Object> settings = new HashMap<>(clients);
    settings.put("acks", "all");
    settings.put("delivery.timeout.ms", "600000");
    settings.put("max.block.ms", "600000");
    this.producer =
        new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
    thread.start();
  }

  private void run() {
    try {
      while (!stopped) {
        for (int i = 0; i < PER_STEP; i++) {
          send(next());
        }
        if (random.nextInt(200) == 0) {
          List<ProducerRecord<byte[], byte[]>> again = new ArrayList<>(newest);
          again.forEach(this::send);
        }
        TimeUnit.MILLISECONDS.sleep(1_000L * PER_STEP / EVENTS_PER_SECOND);
      }
      producer.flush();
    } catch (InterruptedException | RuntimeException e) {
      failure.compareAndSet(null, e);
    }
  }

  private ProducerRecord<byte[], byte[]> next() {
    Event event = events.next();
    ProducerRecord<byte[], byte[]> record =
        new ProducerRecord<>(
            topics.recorded(),
            RecordKey.of(event).getBytes(StandardCharsets.UTF_8),
            serializer.serialize(topics.recorded(), event));
    SeriesHeader.of(event)
        .ifPresent(header -> record.headers().add(SeriesHeader.NAME, header.toBytes()));
    record.headers().add(OriginHeader.NAME, new OriginHeader(recorder, ++position).toBytes());
    newest.addLast(record);
    if (newest.size() > AGAIN) {
      newest.removeFirst();
    }
    sent.incrementAndGet();
    return record;
  }

  private void send(ProducerRecord<byte[], byte[]> record) {
    producer.send(
        record,
        (metadata, error) -> {
          if (error == null) {
            acknowledged.incrementAndGet();
          } else {
            failure.compareAndSet(null, error);
          }
        });
  }

  /** Ends when everything is acknowledged. */
  void stop() throws Exception {
    stopped = true;
    thread.join();
    Exception error = failure.get();
    if (error != null) {
      throw error;
    }
  }

  /** Events, not counting those sent again. */
  long sent() {
    return sent.get();
  }

  @Override
  public void close() {
    stopped = true;
    thread.interrupt();
    producer.close(java.time.Duration.ofSeconds(5));
    registry.close();
  }
}
