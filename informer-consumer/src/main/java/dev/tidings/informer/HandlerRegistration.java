package dev.tidings.informer;

import java.util.Optional;

/** A handler at work. Safe for any thread. */
public interface HandlerRegistration extends AutoCloseable {

  String name();

  /** Whether it was called with all of the state that it begins with. */
  boolean hasSynced();

  /** Changes that wait for it. */
  int pending();

  /** Why it was ended, if it was because of an error. */
  Optional<Throwable> error();

  /**
   * Removes the handler: it gets nothing more. Waits, for a limited time, for the call that it may
   * be in.
   */
  @Override
  void close();
}
