package dev.tidings.informer.watch;

/** What happened to an object, as a watch tells it. */
public enum ChangeType {
  /** It was not there before, or did not match the watch's filter, or nothing is known of it. */
  ADDED,
  /** It is in a new state. */
  MODIFIED,
  /** It is gone, or no longer matches the watch's filter. */
  DELETED,
  /** Nothing; only the resource version has moved on. */
  BOOKMARK
}
