package dev.tidings.cli.rejected;

import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.jspecify.annotations.Nullable;

/**
 * How far retries have come in one partition: everything below a position was sent again, but for
 * what was held back. Both are kept as an offset of a consumer group and its metadata, whose size
 * Kafka limits; so what is held back is kept as ranges, and there can only be so many.
 *
 * <p>A pass visits what was held back before, and what is new, in the order of the offsets. For one
 * thread.
 */
final class RetryProgress {
  /** With offsets of any size they fit into 4,096 characters, Kafka's default. */
  static final int MOST_RANGES = 150;

  private static final int RADIX = Character.MAX_RADIX;

  // First and last offset of what was held back, as the pass began; and where it began.
  private final TreeMap<Long, Long> before;
  private final long position;
  // The same, as far as the pass has come.
  private final TreeMap<Long, Long> held = new TreeMap<>();
  private long visited = -1;
  private boolean lastWasHeld;

  private RetryProgress(long position, TreeMap<Long, Long> before) {
    this.position = position;
    this.before = before;
  }

  /**
   * As it was committed.
   *
   * @param committed null if nothing was ever sent again
   */
  static RetryProgress of(@Nullable OffsetAndMetadata committed) {
    return committed == null
        ? new RetryProgress(0, new TreeMap<>())
        : new RetryProgress(committed.offset(), parse(committed.metadata()));
  }

  /** Where a pass has to begin. */
  long start() {
    return before.isEmpty() ? position : Math.min(position, before.firstKey());
  }

  /** Whether a record was sent again before this pass. */
  boolean isSent(long offset) {
    return offset < position && !isIn(before, offset);
  }

  /** The next record is sent again, or was before. */
  void sent(long offset) {
    visited = offset;
    lastWasHeld = false;
  }

  /** The next record is held back. */
  void heldBack(long offset) {
    held.put(lastWasHeld ? held.lastKey() : offset, offset);
    visited = offset;
    lastWasHeld = true;
  }

  /** Whether no more can be held back, unless it follows directly on what was. */
  boolean isFull() {
    return !lastWasHeld && ranges().size() >= MOST_RANGES;
  }

  /** What is to be committed. */
  OffsetAndMetadata toCommit() {
    return new OffsetAndMetadata(Math.max(position, visited + 1), text(ranges()));
  }

  private TreeMap<Long, Long> ranges() {
    TreeMap<Long, Long> all = new TreeMap<>(held);
    before.forEach(
        (first, last) -> {
          if (last > visited) {
            all.put(Math.max(first, visited + 1), last);
          }
        });
    return all;
  }

  private static boolean isIn(TreeMap<Long, Long> ranges, long offset) {
    Map.Entry<Long, Long> range = ranges.floorEntry(offset);
    return range != null && offset <= range.getValue();
  }

  // Each number is how far it is from the one before.
  private static String text(TreeMap<Long, Long> ranges) {
    StringBuilder text = new StringBuilder();
    long from = 0;
    for (Map.Entry<Long, Long> range : ranges.entrySet()) {
      text.append(text.isEmpty() ? "" : " ")
          .append(Long.toString(range.getKey() - from, RADIX))
          .append('+')
          .append(Long.toString(range.getValue() - range.getKey(), RADIX));
      from = range.getValue();
    }
    return text.toString();
  }

  private static TreeMap<Long, Long> parse(@Nullable String text) {
    TreeMap<Long, Long> ranges = new TreeMap<>();
    long from = 0;
    for (String range : text == null || text.isBlank() ? new String[0] : text.split(" ")) {
      String[] numbers = range.split("\\+", 2);
      long first = from + Long.parseLong(numbers[0], RADIX);
      from = first + Long.parseLong(numbers[1], RADIX);
      ranges.put(first, from);
    }
    return ranges;
  }
}
