package dev.tidings.benchmarks.writers;

import dev.tidings.event.Event;
import dev.tidings.event.json.EventJson;
import dev.tidings.infra.process.DataDirectory;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * A file on disk. The bare loop writes ready-made bytes, a batch at a time. What counts is what is
 * on the disk: the sink forces what it wrote four times a second, and can only commit it then; the
 * loop forces each hundred thousand events, which is about as often.
 */
final class LinesPeer implements Peer {
  private static final Duration FORCE_INTERVAL = Duration.ofMillis(250);
  private static final int BATCHES_FORCED = 100_000 / Load.BATCH;
  private static final long LIMIT_SECONDS = 30;

  private final Path file;
  private final Admin admin;
  private final AtomicLong forcedByLoop = new AtomicLong();

  /** What counts: null for the loop. */
  private @Nullable Progress sink;

  /** Where to see how far a sink is. */
  private record Progress(String group, TopicPartition partition) {}

  LinesPeer(DataDirectory directory, String bootstrapServers) {
    file = directory.subdirectory("lines").resolve("events.jsonl");
    admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers));
  }

  @Override
  public String name() {
    return "lines";
  }

  @Override
  public String description() {
    return "a file, forced to the disk about four times a second";
  }

  @Override
  public Map<String, String> settings() {
    return Map.of(
        "connector.class",
        "dev.tidings.writers.lines.LinesSinkConnector",
        "file",
        file.toString(),
        "confirm.interval.ms",
        Long.toString(FORCE_INTERVAL.toMillis()));
  }

  @Override
  public void sinkStarts(String connector, String topic) {
    sink = new Progress("connect-" + connector, new TopicPartition(topic, 0));
  }

  @Override
  public void clear() throws IOException {
    Files.deleteIfExists(file);
    forcedByLoop.set(0);
    sink = null;
  }

  /** Batches. */
  @Override
  public long arrived() throws Exception {
    Progress progress = sink;
    if (progress == null) {
      return forcedByLoop.get();
    }
    OffsetAndMetadata committed =
        admin
            .listConsumerGroupOffsets(progress.group())
            .partitionsToOffsetAndMetadata()
            .get(LIMIT_SECONDS, TimeUnit.SECONDS)
            .get(progress.partition());
    return committed == null ? 0 : committed.offset();
  }

  @Override
  public long lookMillis() {
    return 20;
  }

  /** So that it is forced some twenty times, and the wait for the last weighs little. */
  @Override
  public int repeats() {
    return 20;
  }

  @Override
  public Bare prepare(List<List<Event>> batches) {
    // The same batches again and again: each is made once.
    Map<List<Event>, byte[]> made = new IdentityHashMap<>();
    List<byte[]> writes =
        batches.stream().map(batch -> made.computeIfAbsent(batch, LinesPeer::lines)).toList();
    return () -> {
      try (FileChannel channel =
          FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
        for (int i = 1; i <= writes.size(); i++) {
          ByteBuffer buffer = ByteBuffer.wrap(writes.get(i - 1));
          while (buffer.hasRemaining()) {
            channel.write(buffer);
          }
          if (i % BATCHES_FORCED == 0 || i == writes.size()) {
            channel.force(false);
            forcedByLoop.set(i);
          }
        }
      }
    };
  }

  private static byte[] lines(List<Event> batch) {
    return batch.stream()
        .map(event -> "{\"occurrences\":1,\"event\":%s}\n".formatted(EventJson.format(event)))
        .collect(Collectors.joining())
        .getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    admin.close();
  }
}
