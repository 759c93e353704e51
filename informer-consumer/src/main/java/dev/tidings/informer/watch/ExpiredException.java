package dev.tidings.informer.watch;

/**
 * The changes after a resource version can no longer be told, not even by Kafka: the log starts
 * after it, the topic was created again, or deletions may already be forgotten. List, and watch
 * from that list's resource version.
 */
public final class ExpiredException extends WatchEndedException {
  private static final long serialVersionUID = 1;

  public ExpiredException(String why) {
    super("The resource version has expired (" + why + "): list again, and watch from there", null);
  }
}
