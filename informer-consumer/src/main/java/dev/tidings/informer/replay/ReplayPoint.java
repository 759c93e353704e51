package dev.tidings.informer.replay;

import dev.tidings.informer.rv.ResourceVersion;
import java.time.Instant;

/** Where a replay begins or ends. */
public sealed interface ReplayPoint {

  /** Where the log begins. */
  static ReplayPoint beginning() {
    return new Beginning();
  }

  /** The end of what was committed when the replay was started. */
  static ReplayPoint end() {
    return new End();
  }

  /** A position. */
  static ReplayPoint version(ResourceVersion resourceVersion) {
    return new Version(resourceVersion);
  }

  /** The first record of each partition that is not older than this, by its timestamp. */
  static ReplayPoint time(Instant time) {
    return new Time(time);
  }

  /**
   * The record with this offset in each partition: where a log begins later or has ended before,
   * its beginning or its end.
   */
  static ReplayPoint offset(long offset) {
    if (offset < 0) {
      throw new IllegalArgumentException("There is no offset " + offset);
    }
    return new Offset(offset);
  }

  /** See {@link #beginning()}. */
  record Beginning() implements ReplayPoint {}

  /** See {@link #end()}. */
  record End() implements ReplayPoint {}

  /** See {@link #version}. */
  record Version(ResourceVersion resourceVersion) implements ReplayPoint {}

  /** See {@link #time}. */
  record Time(Instant time) implements ReplayPoint {}

  /** See {@link #offset}. */
  record Offset(long offset) implements ReplayPoint {}
}
