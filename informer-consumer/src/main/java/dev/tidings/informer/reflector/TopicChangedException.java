package dev.tidings.informer.reflector;

/** The topic under this name is no longer the one that was being read. */
final class TopicChangedException extends RuntimeException {
  private static final long serialVersionUID = 1;

  TopicChangedException(String message) {
    super(message);
  }
}
