package dev.tidings.informer;

import dev.tidings.informer.rv.ResourceVersion;

/** What a list must include. */
public sealed interface Freshness {

  /** Whatever the cache has. */
  static Freshness any() {
    return new Any();
  }

  /** Everything up to this resource version. */
  static Freshness atLeast(ResourceVersion resourceVersion) {
    return new AtLeast(resourceVersion);
  }

  /**
   * Everything that was committed to the topic before the list was asked for. A transaction is when
   * its markers are in the log, which may be a moment after its producer was told so.
   */
  static Freshness latest() {
    return new Latest();
  }

  /** See {@link #any()}. */
  record Any() implements Freshness {}

  /** See {@link #atLeast}. */
  record AtLeast(ResourceVersion resourceVersion) implements Freshness {}

  /** See {@link #latest()}. */
  record Latest() implements Freshness {}
}
