package dev.tidings.benchmarks.recorder;

import dev.tidings.event.Event;
import dev.tidings.event.Severity;
import dev.tidings.event.identity.RecordKey;
import dev.tidings.infra.stack.DemoEvent;
import dev.tidings.recorder.EventRecorder;
import dev.tidings.recorder.journal.JournalConfig;
import dev.tidings.recorder.journal.WhenFull;
import dev.tidings.registry.InMemorySchemaRegistry;
import dev.tidings.wire.AvroSerializer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.Logger;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.config.builder.api.ComponentBuilder;
import org.apache.logging.log4j.core.config.builder.api.ConfigurationBuilder;
import org.apache.logging.log4j.core.config.builder.api.ConfigurationBuilderFactory;
import org.apache.logging.log4j.core.config.builder.impl.BuiltConfiguration;

/** Ours and its peers. Each makes sure of the same: all in-sync replicas, no doubles. */
enum RecordPaths {
  /** The recorder, with a journal in the page cache. */
  OURS {
    @Override
    RecordPath open(String brokers, String topicPrefix, Path directory) {
      return new Recorder(brokers, directory);
    }
  },
  /** (a) What a careful user would write. */
  CAREFUL {
    @Override
    RecordPath open(String brokers, String topicPrefix, Path directory) {
      return new Careful(brokers, topicPrefix + ".careful");
    }
  },
  /** (b) The producer alone, with bytes that are ready. */
  READY_BYTES {
    @Override
    RecordPath open(String brokers, String topicPrefix, Path directory) {
      return new ReadyBytes(brokers, topicPrefix + ".ready");
    }
  },
  /** (c) A bounded queue in front of (a). */
  QUEUE {
    @Override
    RecordPath open(String brokers, String topicPrefix, Path directory) {
      return new Queue(brokers, topicPrefix + ".queue");
    }
  },
  /** (d) Log4j's appender to Kafka. */
  LOG_APPENDER {
    @Override
    RecordPath open(String brokers, String topicPrefix, Path directory) {
      return new LogAppender(brokers, topicPrefix + ".log");
    }
  };

  private static final String REGISTRY = "recorder-benchmark";

  abstract RecordPath open(String brokers, String topicPrefix, Path directory);

  private static KafkaProducer<byte[], byte[]> producer(String brokers) {
    return new KafkaProducer<>(
        Map.of(
            "bootstrap.servers", brokers,
            "acks", "all",
            "enable.idempotence", "true"),
        new ByteArraySerializer(),
        new ByteArraySerializer());
  }

  private static final class Recorder implements RecordPath {
    private final EventRecorder recorder;

    Recorder(String brokers, Path directory) {
      recorder =
          EventRecorder.builder()
              .source(Sample.SOURCE.getNode(), Sample.SOURCE.getComponent())
              .catalogue(DemoEvent.class)
              .bootstrapServers(brokers)
              .registry("mock://" + REGISTRY)
              .journal(
                  JournalConfig.in(directory)
                      .withWhenFull(new WhenFull.Wait(Duration.ofMinutes(1))))
              .build();
    }

    @Override
    public void call(Sample sample) {
      recorder
          .event(DemoEvent.ContainerDied)
          .severity(Severity.WARN)
          .object(Sample.KIND, Sample.NAMESPACE, sample.object())
          .attribute("zone", sample.zone())
          .attribute("pid", sample.pid())
          .attribute("request", sample.request())
          .message(sample.message())
          .record();
    }

    @Override
    public long acknowledged() {
      return recorder.counts().acknowledged();
    }

    @Override
    public void close(Duration timeout) {
      recorder.close(timeout);
    }
  }

  private static final class Careful implements RecordPath {
    private final KafkaProducer<byte[], byte[]> producer;
    private final String topic;
    private final LongAdder acknowledged = new LongAdder();
    private final AvroSerializer<Event> serializer =
        new AvroSerializer<>(InMemorySchemaRegistry.named(REGISTRY));

    Careful(String brokers, String topic) {
      this.producer = producer(brokers);
      this.topic = topic;
      serializer.configure(Map.of(), false);
    }

    @Override
    public void call(Sample sample) {
      send(sample.event());
    }

    void send(Event event) {
      producer.send(
          new ProducerRecord<>(
              topic,
              RecordKey.of(event).getBytes(StandardCharsets.UTF_8),
              serializer.serialize(topic, event)),
          (metadata, error) -> {
            if (error == null) {
              acknowledged.increment();
            }
          });
    }

    @Override
    public long acknowledged() {
      return acknowledged.sum();
    }

    @Override
    public void close(Duration timeout) {
      producer.close(timeout);
    }
  }

  private static final class ReadyBytes implements RecordPath {
    private final KafkaProducer<byte[], byte[]> producer;
    private final String topic;
    private final LongAdder acknowledged = new LongAdder();
    private final byte[] key = "Container/prod/web-17".getBytes(StandardCharsets.UTF_8);
    private final byte[] value = new byte[300];

    ReadyBytes(String brokers, String topic) {
      this.producer = producer(brokers);
      this.topic = topic;
    }

    @Override
    public void call(Sample sample) {
      producer.send(
          new ProducerRecord<>(topic, key, value),
          (metadata, error) -> {
            if (error == null) {
              acknowledged.increment();
            }
          });
    }

    @Override
    public long acknowledged() {
      return acknowledged.sum();
    }

    @Override
    public void close(Duration timeout) {
      producer.close(timeout);
    }
  }

  private static final class Queue implements RecordPath {
    private static final int CAPACITY = 10_000;
    private final Careful behind;
    private final ArrayBlockingQueue<Event> queue = new ArrayBlockingQueue<>(CAPACITY);
    private final Thread thread = new Thread(this::run, "queue");

    Queue(String brokers, String topic) {
      behind = new Careful(brokers, topic);
      thread.start();
    }

    @Override
    public void call(Sample sample) {
      try {
        queue.put(sample.event());
      } catch (InterruptedException e) {
        throw new IllegalStateException("Interrupted", e);
      }
    }

    private void run() {
      try {
        while (true) {
          behind.send(queue.take());
        }
      } catch (InterruptedException e) {
        // It is closed.
        Thread.currentThread().interrupt();
      }
    }

    @Override
    public long acknowledged() {
      return behind.acknowledged();
    }

    @Override
    public void close(Duration timeout) {
      thread.interrupt();
      try {
        TimeUnit.MILLISECONDS.timedJoin(thread, timeout.toMillis());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      behind.close(timeout);
    }
  }

  /** Its acknowledgements are not told; so it is not asked for the rate that is sustained. */
  private static final class LogAppender implements RecordPath {
    private final LoggerContext context;
    private final Logger logger;
    private final AtomicLong calls = new AtomicLong();

    LogAppender(String brokers, String topic) {
      ConfigurationBuilder<BuiltConfiguration> builder =
          ConfigurationBuilderFactory.newConfigurationBuilder();
      Map<String, String> properties = new HashMap<>();
      properties.put("bootstrap.servers", brokers);
      properties.put("acks", "all");
      var appender =
          builder
              .newAppender("kafka", "Kafka")
              .addAttribute("topic", topic)
              .addAttribute("syncSend", false)
              .add(
                  builder
                      .newLayout("PatternLayout")
                      .addAttribute("pattern", "%d{ISO8601} %-5p [%t] %c - %m"));
      properties.forEach(
          (name, value) -> {
            ComponentBuilder<?> property =
                builder.newComponent(name, "Property", value).addAttribute("name", name);
            appender.addComponent(property);
          });
      builder.add(appender);
      builder.add(builder.newRootLogger(Level.WARN).add(builder.newAppenderRef("kafka")));
      context = new LoggerContext("benchmark");
      context.start(builder.build(false));
      logger = context.getLogger("benchmark");
    }

    @Override
    public void call(Sample sample) {
      calls.incrementAndGet();
      logger.warn(
          "{} object={}/{}/{} zone={} pid={} request={}",
          sample.message(),
          Sample.KIND,
          Sample.NAMESPACE,
          sample.object(),
          sample.zone(),
          sample.pid(),
          sample.request());
    }

    @Override
    public long acknowledged() {
      return calls.get();
    }

    @Override
    public void close(Duration timeout) {
      context.stop(timeout.toMillis(), TimeUnit.MILLISECONDS);
    }
  }
}
