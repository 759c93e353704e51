package dev.tidings.benchmarks.dedup;

import dev.tidings.dedup.DedupApplication;
import dev.tidings.dedup.DedupConfig;
import dev.tidings.wire.EventTail;
import dev.tidings.wire.Topics;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.CloseOptions;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.Grouped;
import org.apache.kafka.streams.kstream.Produced;
import org.apache.kafka.streams.kstream.Suppressed;
import org.apache.kafka.streams.kstream.TimeWindows;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.Stores;
import org.apache.kafka.streams.state.WindowStore;
import org.apache.kafka.streams.state.WindowStoreIterator;
import org.jspecify.annotations.Nullable;

/** A topology that reads a recorded topic. */
enum Contender {
  /** Forwards every record unchanged. */
  PASS_THROUGH("pass-through") {
    @Override
    Topology topology(Topics topics, String out) {
      return new Topology()
          .addSource(
              "in", new ByteArrayDeserializer(), new ByteArrayDeserializer(), topics.recorded())
          .addSink("out", out, new ByteArraySerializer(), new ByteArraySerializer(), "in");
    }
  },

  /** The platform's, with everything on. */
  TIDINGS("tidings") {
    @Override
    Topology topology(Topics topics, String out) {
      throw new UnsupportedOperationException("It is an application of its own");
    }

    @Override
    Running start(Topics topics, String out, Map<String, String> settings) throws Exception {
      Map<String, String> all = new HashMap<>(settings);
      all.put(DedupConfig.PREFIX, topics.prefix());
      all.put(DedupConfig.STORM_MESSAGES, "10");
      all.put(DedupConfig.LIMIT_BURST, "1000000000");
      all.put(DedupConfig.LIMIT_REFILL_MS, "1");
      all.put(DedupConfig.HTTP_PORT, "0");
      DedupApplication application = DedupApplication.start(DedupConfig.of(all));
      return new Running() {
        @Override
        public void await() throws InterruptedException {
          if (!application.awaitRunning(LIMIT)) {
            throw new IllegalStateException("De-duplication does not run");
          }
        }

        @Override
        public void close() {
          application.close();
        }
      };
    }
  },

  /** Not a peer: the least that writing what ours writes costs. */
  LEAST("three copies, no rules") {
    @Override
    Topology topology(Topics topics, String out) {
      return LeastWork.topology(topics.recorded(), out, out);
    }
  },

  /** The DSL's windows, reduced and suppressed. */
  DSL("DSL reduce + suppress") {
    @Override
    Topology topology(Topics topics, String out) {
      StreamsBuilder builder = new StreamsBuilder();
      builder.stream(topics.recorded(), Consumed.with(Serdes.ByteArray(), Serdes.ByteArray()))
          .groupByKey(Grouped.with(Serdes.ByteArray(), Serdes.ByteArray()))
          .windowedBy(TimeWindows.ofSizeAndGrace(INTERVAL, Duration.ofHours(1)))
          .reduce(Contender::oneMore)
          .suppress(
              Suppressed.untilTimeLimit(
                  Duration.ofSeconds(10), Suppressed.BufferConfig.unbounded()))
          .toStream((window, value) -> window.key())
          .to(out, Produced.with(Serdes.ByteArray(), Serdes.ByteArray()));
      return builder.build();
    }
  },

  /**
   * The window store of Confluent's tutorial on finding duplicates: a record that is in it is
   * dropped, and the store notes when it was seen last.
   */
  WINDOW_STORE("window store of the tutorials") {
    @Override
    Topology topology(Topics topics, String out) {
      return new Topology()
          .addSource(
              "in", new ByteArrayDeserializer(), new ByteArrayDeserializer(), topics.recorded())
          .addProcessor("dedup", FirstOnly::new, "in")
          .addStateStore(
              Stores.windowStoreBuilder(
                  Stores.persistentWindowStore(STORE, INTERVAL, INTERVAL, false),
                  Serdes.ByteArray(),
                  Serdes.Long()),
              "dedup")
          .addSink("out", out, new ByteArraySerializer(), new ByteArraySerializer(), "dedup");
    }
  };

  private static final Duration INTERVAL = Duration.ofMinutes(5);
  private static final Duration LIMIT = Duration.ofMinutes(2);
  private static final String STORE = "seen";

  private final String text;

  Contender(String text) {
    this.text = text;
  }

  abstract Topology topology(Topics topics, String out);

  /** Something that was started. */
  interface Running extends AutoCloseable {
    /** Returns when partitions are assigned and state is restored. */
    void await() throws Exception;

    @Override
    void close();
  }

  /**
   * @param settings of Kafka Streams
   */
  Running start(Topics topics, String out, Map<String, String> settings) throws Exception {
    Properties properties = new Properties();
    properties.putAll(settings);
    CountDownLatch running = new CountDownLatch(1);
    KafkaStreams streams = new KafkaStreams(topology(topics, out), properties);
    streams.setStateListener(
        (now, before) -> {
          if (now == KafkaStreams.State.RUNNING) {
            running.countDown();
          }
        });
    streams.start();
    return new Running() {
      @Override
      public void await() throws InterruptedException {
        if (!running.await(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
          throw new IllegalStateException(text + " does not run: " + streams.state());
        }
      }

      @Override
      public void close() {
        // As ours does: otherwise the next start waits until the group forgets this one.
        streams.close(
            CloseOptions.timeout(LIMIT)
                .withGroupMembershipOperation(CloseOptions.GroupMembershipOperation.LEAVE_GROUP));
      }
    };
  }

  /** The settings that all have in common. */
  static Map<String, String> settings(
      String bootstrapServers, String registry, Path state, String id, String guarantee) {
    Map<String, String> settings = new HashMap<>();
    settings.put("bootstrap.servers", bootstrapServers);
    settings.put("schema.registry.url", registry);
    settings.put("application.id", id);
    settings.put("state.dir", state.toString());
    settings.put("processing.guarantee", guarantee);
    settings.put("commit.interval.ms", "100");
    settings.put("num.stream.threads", "1");
    // As ours has by default.
    settings.put("producer.batch.size", "131072");
    settings.put("poll.ms", "20");
    settings.put("auto.offset.reset", "earliest");
    settings.put("replication.factor", "1");
    return settings;
  }

  private static byte[] oneMore(byte[] before, byte[] repeat) {
    EventTail old = EventTail.read(before);
    EventTail added = EventTail.read(repeat);
    return new EventTail(
            Math.min(old.firstMicros(), added.firstMicros()),
            Math.max(old.lastMicros(), added.lastMicros()),
            old.count() + added.count())
        .replaceIn(before);
  }

  @Override
  public String toString() {
    return text;
  }

  /** As in the tutorial: looks half an interval back and half an interval ahead. */
  private static final class FirstOnly implements Processor<byte[], byte[], byte[], byte[]> {
    private @Nullable ProcessorContext<byte[], byte[]> context;
    private @Nullable WindowStore<byte[], Long> seen;

    @Override
    public void init(ProcessorContext<byte[], byte[]> context) {
      this.context = context;
      this.seen = context.getStateStore(STORE);
    }

    @Override
    public void process(Record<byte[], byte[]> record) {
      if (context == null || seen == null) {
        throw new IllegalStateException("Kafka Streams calls init first");
      }
      boolean isDuplicate = isDuplicate(seen, record);
      // The first time it is remembered, later its time is updated so that it does not expire.
      seen.put(record.key(), record.timestamp(), record.timestamp());
      if (!isDuplicate) {
        context.forward(record);
      }
    }

    private boolean isDuplicate(WindowStore<byte[], Long> store, Record<byte[], byte[]> record) {
      try (WindowStoreIterator<Long> times =
          store.fetch(
              record.key(),
              record.timestamp() - INTERVAL.toMillis() / 2,
              record.timestamp() + INTERVAL.toMillis() / 2)) {
        return times.hasNext();
      }
    }
  }
}
