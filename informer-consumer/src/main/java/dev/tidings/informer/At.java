package dev.tidings.informer;

import dev.tidings.informer.rv.ResourceVersion;
import java.time.Instant;

/** An earlier point of a topic. */
public sealed interface At {

  /** When exactly this was included. */
  static At version(ResourceVersion resourceVersion) {
    return new Version(resourceVersion);
  }

  /** Before the first record of each partition that is not older than this, by its timestamp. */
  static At time(Instant time) {
    return new Time(time);
  }

  /** See {@link #version}. */
  record Version(ResourceVersion resourceVersion) implements At {}

  /** See {@link #time}. */
  record Time(Instant time) implements At {}
}
