package dev.tidings.recorder.journal;

import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Where a journal is and how large it may become. Immutable.
 *
 * @param directory holds journals, one for each recorder that uses it; null keeps the journal in
 *     memory
 * @param maxBytes of the whole journal
 * @param maxMemoryBytes of what is kept in memory while the directory cannot be written
 * @param segmentBytes of a segment: files are made, reused and removed in this unit
 * @param durability what an append survives; in memory it makes no difference
 * @param whenFull what happens when there is no room
 */
public record JournalConfig(
    @Nullable Path directory,
    long maxBytes,
    long maxMemoryBytes,
    int segmentBytes,
    Durability durability,
    WhenFull whenFull) {
  private static final int MIN_SEGMENT_BYTES = 4 * 1024;
  private static final int MAX_SEGMENT_BYTES = 1 << 30;
  private static final int MEBI = 1024 * 1024;

  /**
   * @throws IllegalArgumentException if a size makes no sense, saying which and why
   */
  public JournalConfig {
    Objects.requireNonNull(durability, "durability");
    Objects.requireNonNull(whenFull, "whenFull");
    if (segmentBytes < MIN_SEGMENT_BYTES
        || segmentBytes > MAX_SEGMENT_BYTES
        || segmentBytes % Frame.ALIGNMENT != 0) {
      throw new IllegalArgumentException(
          "segmentBytes is %,d; it must be a multiple of %d from %,d to %,d"
              .formatted(segmentBytes, Frame.ALIGNMENT, MIN_SEGMENT_BYTES, MAX_SEGMENT_BYTES));
    }
    if (maxBytes < 2L * segmentBytes || maxMemoryBytes < 2L * segmentBytes) {
      throw new IllegalArgumentException(
          "A journal needs room for two segments of %,d bytes; maxBytes is %,d, maxMemoryBytes %,d"
              .formatted(segmentBytes, maxBytes, maxMemoryBytes));
    }
  }

  /** In this directory: up to 512 MiB, in segments of 4 MiB. */
  public static JournalConfig in(Path directory) {
    return new JournalConfig(
        Objects.requireNonNull(directory, "directory"),
        512L * MEBI,
        32L * MEBI,
        4 * MEBI,
        new Durability.PageCache(),
        new WhenFull.DropNewest());
  }

  /** In memory: up to 32 MiB, which do not outlive the process. */
  public static JournalConfig inMemory() {
    return new JournalConfig(
        null,
        32L * MEBI,
        32L * MEBI,
        1 * MEBI,
        new Durability.PageCache(),
        new WhenFull.DropNewest());
  }

  /**
   * At most so many bytes in all. A segment becomes an eighth of that if it would be larger, so
   * that room is given back in small steps.
   */
  public JournalConfig withMaxBytes(long bytes) {
    long eighth = Math.max(MIN_SEGMENT_BYTES, bytes / 8) / Frame.ALIGNMENT * Frame.ALIGNMENT;
    int segment = (int) Math.min(segmentBytes, eighth);
    return new JournalConfig(
        directory,
        bytes,
        directory == null ? bytes : Math.max(2L * segment, Math.min(maxMemoryBytes, bytes)),
        segment,
        durability,
        whenFull);
  }

  /** Segments of this size. */
  public JournalConfig withSegmentBytes(int bytes) {
    return new JournalConfig(
        directory,
        Math.max(maxBytes, 2L * bytes),
        Math.max(maxMemoryBytes, 2L * bytes),
        bytes,
        durability,
        whenFull);
  }

  /** This durability. */
  public JournalConfig withDurability(Durability durability) {
    return new JournalConfig(
        directory, maxBytes, maxMemoryBytes, segmentBytes, durability, whenFull);
  }

  /** This behaviour when there is no room. */
  public JournalConfig withWhenFull(WhenFull whenFull) {
    return new JournalConfig(
        directory, maxBytes, maxMemoryBytes, segmentBytes, durability, whenFull);
  }
}
