package dev.tidings.informer.watch;

import dev.tidings.informer.rv.ResourceVersion;

/**
 * The watcher fell further behind than the changes kept in memory. Nothing is lost: a watch from
 * {@link #resumeFrom()} continues, from Kafka's own history.
 */
public final class SlowWatcherException extends WatchEndedException {
  private static final long serialVersionUID = 1;

  private final transient ResourceVersion resumeFrom;

  SlowWatcherException(int capacity, ResourceVersion resumeFrom) {
    super(
        "The watcher fell more than "
            + capacity
            + " changes behind: take them faster, or watch again from "
            + resumeFrom,
        null);
    this.resumeFrom = resumeFrom;
  }

  public ResourceVersion resumeFrom() {
    return resumeFrom;
  }
}
