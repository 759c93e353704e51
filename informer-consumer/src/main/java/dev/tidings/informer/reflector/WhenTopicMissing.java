package dev.tidings.informer.reflector;

/** What to do when the topic does not exist at start. */
public enum WhenTopicMissing {
  /** Fail, with an error that says so. */
  FAIL,
  /** Wait until somebody creates it. */
  WAIT
}
