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
import java.util.stream.Collectors;

/**
 * A file on disk; the bare loop writes ready-made bytes, a batch at a time. Both force what they
 * wrote to the disk every half second: an offset can only be committed then.
 */
final class LinesPeer implements Peer {
  private static final Duration FORCE_INTERVAL = Duration.ofMillis(500);

  private final Path file;

  LinesPeer(DataDirectory directory) {
    file = directory.subdirectory("lines").resolve("events.jsonl");
  }

  @Override
  public String name() {
    return "lines";
  }

  @Override
  public String description() {
    return "a file, forced every 500 ms";
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
  public void clear() throws IOException {
    Files.deleteIfExists(file);
  }

  @Override
  public long arrived() throws IOException {
    return Files.exists(file) ? Files.size(file) : 0;
  }

  /** The memory before a disk takes some hundred thousand at once. */
  @Override
  public int repeats() {
    return 10;
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
        long forcedAt = System.nanoTime();
        for (byte[] write : writes) {
          ByteBuffer buffer = ByteBuffer.wrap(write);
          while (buffer.hasRemaining()) {
            channel.write(buffer);
          }
          if (System.nanoTime() - forcedAt >= FORCE_INTERVAL.toNanos()) {
            channel.force(false);
            forcedAt = System.nanoTime();
          }
        }
        channel.force(false);
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
  public void close() {}
}
