package dev.tidings.informer.reflector;

/**
 * Interrupts a thread, but never while it closes something: that would be left half closed, and
 * Kafka's consumer says so as an error. Safe for any thread.
 */
final class Interruption {
  private boolean shielded;
  private boolean deferred;

  /** Interrupts a thread now, or when it has closed what it closes. */
  synchronized void interrupt(Thread thread) {
    if (shielded) {
      deferred = true;
    } else {
      thread.interrupt();
    }
  }

  /** Runs on the thread that may be interrupted. */
  void closing(Runnable close) {
    shield();
    try {
      close.run();
    } finally {
      unshield();
    }
  }

  private synchronized void shield() {
    shielded = true;
    deferred = Thread.interrupted();
  }

  private synchronized void unshield() {
    shielded = false;
    if (deferred) {
      Thread.currentThread().interrupt();
    }
  }
}
