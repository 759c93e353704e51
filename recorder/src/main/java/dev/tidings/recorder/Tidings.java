package dev.tidings.recorder;

import java.util.Objects;

/**
 * The recorder of the whole process, for code that cannot be given one. Nothing needs it: it is the
 * only global state there is. Thread-safe.
 */
public final class Tidings {
  private static volatile EventRecorder installed = NoRecorder.INSTANCE;

  private Tidings() {}

  /**
   * Makes a recorder the process's. It stays the caller's to close, after {@link #uninstall}.
   *
   * @return the one that was installed before; one that takes nothing if there was none
   */
  public static synchronized EventRecorder install(EventRecorder recorder) {
    EventRecorder before = installed;
    installed = Objects.requireNonNull(recorder, "recorder");
    return before;
  }

  /**
   * Takes a recorder back, if it is the one installed.
   *
   * @return whether it was
   */
  public static synchronized boolean uninstall(EventRecorder recorder) {
    boolean was = installed == recorder;
    installed = was ? NoRecorder.INSTANCE : installed;
    return was;
  }

  /** The process's recorder. As long as none is installed, events are dropped, with a warning. */
  public static EventRecorder recorder() {
    return installed;
  }
}
