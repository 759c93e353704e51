package dev.tidings.cli.events;

import dev.tidings.cli.connection.Connection;
import dev.tidings.informer.checkpoint.CheckpointFile;
import dev.tidings.informer.rv.ResourceVersion;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.errors.InterruptException;
import org.jspecify.annotations.Nullable;

/**
 * The newest state of every event, as bytes: a checkpoint, and on top of it what came since. The
 * checkpoint stays in its file and is passed through once; only what came since is in memory. For
 * one thread.
 */
final class CurrentEvents {
  // Below that reading the log is as fast as reading a file.
  private static final int WORTH_KEEPING = 20_000;
  private static final int FRACTION_WORTH_KEEPING = 10;

  /** Is given each event. */
  @FunctionalInterface
  interface Visitor {
    void visit(String id, byte[] value);

    /**
     * Whether an event need be visited, by a look at its value: most of a million need not, and
     * nothing of them is copied then.
     *
     * @param from of the value's first byte in {@code bytes}
     * @param to behind its last
     */
    default boolean mayWant(byte[] bytes, int from, int to) {
      return true;
    }
  }

  /**
   * Something newer than the checkpoint.
   *
   * @param value null if the event was deleted
   */
  private record Newest(byte @Nullable [] value, long expiresMillis) {}

  private final TopicFacts topic;
  private final @Nullable CheckpointStore store;
  private final Instant now = Instant.now();
  private final long nowMillis = now.toEpochMilli();
  private final Map<String, Newest> since = new HashMap<>();
  // Where the checkpoint is; null without.
  private @Nullable ResourceVersion base;
  private long readSince;
  private long inCheckpoint;

  private CurrentEvents(TopicFacts topic, @Nullable CheckpointStore store) {
    this.topic = topic;
    this.store = store;
  }

  /**
   * Passes through all events that are committed when this is called, in no defined order.
   *
   * @param cacheDirectory for the checkpoint; null to use none and to leave none
   * @param visitors makes the one who is given them: a second one if the checkpoint turns out to be
   *     damaged on the way
   * @return the visitor who has been given all of them
   */
  static <V extends Visitor> V visit(
      Connection connection, Duration limit, @Nullable Path cacheDirectory, Supplier<V> visitors) {
    CompletableFuture<KafkaConsumer<byte[], byte[]>> consumer =
        CompletableFuture.supplyAsync(() -> LogReading.consumer(connection));
    TopicFacts topic;
    try {
      topic = TopicFacts.ask(connection, connection.topics().events());
    } catch (RuntimeException e) {
      consumer.thenAccept(KafkaConsumer::close);
      throw e;
    }
    CheckpointStore store =
        cacheDirectory == null ? null : new CheckpointStore(cacheDirectory, topic);
    try (LogReading log = new LogReading(topic, made(consumer))) {
      V visitor = visitors.get();
      CurrentEvents events = new CurrentEvents(topic, store);
      try {
        events.pass(log, limit, visitor);
        return visitor;
      } catch (IOException damaged) {
        events.forgetCheckpoint();
      }
    }
    try (LogReading log = new LogReading(topic, LogReading.consumer(connection))) {
      V visitor = visitors.get();
      new CurrentEvents(topic, null).pass(log, limit, visitor);
      return visitor;
    } catch (IOException e) {
      throw new UncheckedIOException("There is no file to be read", e);
    }
  }

  private static <T> T made(CompletableFuture<T> making) {
    try {
      return making.join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw e;
    }
  }

  private void forgetCheckpoint() {
    try {
      if (store != null) {
        store.delete();
      }
    } catch (IOException e) {
      // It stays, and is found damaged again.
      return;
    }
  }

  private void pass(LogReading log, Duration limit, Visitor visitor) throws IOException {
    try (CheckpointFile.Reader checkpoint = openCheckpoint(log)) {
      base = checkpoint == null ? null : checkpoint.resourceVersion();
      log.read(base == null ? log.beginning() : base, limit, this::take);
      if (checkpoint != null) {
        forEach(
            checkpoint,
            event -> {
              inCheckpoint++;
              if (event.expiresMillis > nowMillis
                  && visitor.mayWant(event.block, event.valueFrom, event.valueTo)
                  && !isNewer(event.id())) {
                visitor.visit(event.id(), event.value());
              }
            });
      }
    }
    since.forEach(
        (id, newest) -> {
          if (newest.value() != null && newest.expiresMillis() > nowMillis) {
            visitor.visit(id, newest.value());
          }
        });
    keep(log.end());
  }

  private boolean isNewer(String id) {
    return !since.isEmpty() && since.containsKey(id);
  }

  private CheckpointFile.@Nullable Reader openCheckpoint(LogReading log) {
    return store == null ? null : store.open(log.beginning(), log.end(), now);
  }

  private void take(ConsumerRecord<byte[], byte @Nullable []> record) {
    readSince++;
    byte @Nullable [] key = record.key();
    if (key == null) {
      return;
    }
    String id = new String(key, StandardCharsets.ISO_8859_1);
    byte @Nullable [] value = record.value();
    if (value == null && base == null) {
      since.remove(id);
    } else {
      since.put(id, new Newest(value, expiry(record.timestamp())));
    }
  }

  /** As the topic does it: no reader's state outlives the topic's. */
  private long expiry(long recordMillis) {
    Duration retention = topic.retention();
    return retention == null ? CheckpointFile.NEVER : recordMillis + retention.toMillis();
  }

  private void keep(ResourceVersion at) {
    if (store == null
        || readSince < Math.max(WORTH_KEEPING, inCheckpoint / FRACTION_WORTH_KEEPING)) {
      return;
    }
    try {
      store.write(at, this::writeTo);
    } catch (IOException e) {
      // The next call takes as long as this one.
      return;
    }
  }

  private void writeTo(CheckpointFile.ObjectWriter writer) throws IOException {
    if (store != null && base != null) {
      try (CheckpointFile.Reader checkpoint = store.reopen(base)) {
        forEach(
            checkpoint,
            event -> {
              String id = event.id();
              if (event.expiresMillis > nowMillis && !isNewer(id)) {
                writer.write(
                    event.expiresMillis, id.getBytes(StandardCharsets.ISO_8859_1), event.value());
              }
            });
      }
    }
    for (Map.Entry<String, Newest> entry : since.entrySet()) {
      byte[] value = entry.getValue().value();
      if (value != null) {
        writer.write(
            entry.getValue().expiresMillis(),
            entry.getKey().getBytes(StandardCharsets.ISO_8859_1),
            value);
      }
    }
  }

  @FunctionalInterface
  private interface KeptEvents {
    void accept(KeptEvent event) throws IOException;
  }

  /** The event that is looked at, within its block: one object for all that are in it. */
  private static final class KeptEvent {
    byte[] block = {};
    long expiresMillis;
    int idFrom;
    int valueFrom;
    int valueTo;

    String id() {
      return new String(block, idFrom, valueFrom - idFrom, StandardCharsets.ISO_8859_1);
    }

    byte[] value() {
      return Arrays.copyOfRange(block, valueFrom, valueTo);
    }
  }

  private static void forEach(CheckpointFile.Reader checkpoint, KeptEvents action)
      throws IOException {
    try (BlockPrefetch blocks = new BlockPrefetch(checkpoint)) {
      for (CheckpointFile.Block block = blocks.next(); block != null; block = blocks.next()) {
        forEach(block, action);
        checkpoint.giveBack(block);
      }
    } catch (InterruptedException e) {
      throw new InterruptException(e);
    }
  }

  private static void forEach(CheckpointFile.Block block, KeptEvents action) throws IOException {
    KeptEvent event = new KeptEvent();
    ByteBuffer in = block.content();
    event.block = in.array();
    for (int i = 0; i < block.count(); i++) {
      event.expiresMillis = in.getLong();
      int idLength = in.getInt();
      int valueLength = in.getInt();
      event.idFrom = in.position();
      event.valueFrom = event.idFrom + idLength;
      event.valueTo = event.valueFrom + valueLength;
      in.position(event.valueTo);
      action.accept(event);
    }
  }
}
