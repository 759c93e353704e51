package dev.tidings.informer;

import dev.tidings.informer.rv.ResourceVersion;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The cache did not become as fresh as a list asked for within its time-out. Try again later. */
public final class CacheBehindException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final transient @Nullable ResourceVersion wanted;
  private final transient ResourceVersion present;

  private CacheBehindException(
      String message,
      @Nullable ResourceVersion wanted,
      ResourceVersion present,
      @Nullable Throwable cause) {
    super(message, cause);
    this.wanted = wanted;
    this.present = present;
  }

  static CacheBehindException behind(
      ResourceVersion wanted, ResourceVersion present, Duration waited) {
    long missing = 0;
    for (int partition = 0; partition < wanted.partitions(); partition++) {
      missing += Math.max(0, wanted.offset(partition) - present.offset(partition));
    }
    return new CacheBehindException(
        "After "
            + waited.toMillis()
            + " ms the cache is still "
            + missing
            + " offsets behind: try again in a second, or allow more time",
        wanted,
        present,
        null);
  }

  static CacheBehindException unanswered(
      ResourceVersion present, Duration waited, @Nullable Throwable cause) {
    return new CacheBehindException(
        "Kafka did not say within "
            + waited.toMillis()
            + " ms where the topic ends: check that its brokers can be reached",
        null,
        present,
        cause);
  }

  static CacheBehindException unread(
      ResourceVersion present, Duration waited, @Nullable Throwable cause) {
    return new CacheBehindException(
        "The topic's log could not be read within "
            + waited.toMillis()
            + " ms: allow more time, or check that its brokers can be reached",
        null,
        present,
        cause);
  }

  /** What the cache had to include; null if Kafka did not say. */
  public @Nullable ResourceVersion wanted() {
    return wanted;
  }

  /** What it included. */
  public ResourceVersion present() {
    return present;
  }
}
