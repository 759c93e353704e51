package dev.tidings.recorder.source;

import java.io.Closeable;
import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** A resume point that is kept on disk, if there is a place for it. Thread-safe. */
final class Resume implements Closeable {
  private final ResumePoint point;
  private final @Nullable StateFile file;
  private final boolean incomplete;
  private final Executor saver;
  private final SourceErrorHandler errors;
  private final AtomicBoolean saving = new AtomicBoolean();

  private Resume(
      ResumePoint point,
      @Nullable StateFile file,
      boolean incomplete,
      Executor saver,
      SourceErrorHandler errors) {
    this.point = point;
    this.file = file;
    this.incomplete = incomplete;
    this.saver = saver;
    this.errors = errors;
  }

  /**
   * Goes on where the file says, or begins now.
   *
   * @param saver one thread that writes the file
   */
  static Resume load(
      @Nullable StateFile file, Instant now, Executor saver, SourceErrorHandler errors) {
    boolean incomplete = false;
    Optional<ResumePoint.State> kept = Optional.empty();
    try {
      kept = file == null ? Optional.empty() : file.read();
    } catch (IOException e) {
      incomplete = true;
      errors.onError("What was remembered is lost (%s)".formatted(e.getMessage()), e);
    }
    ResumePoint point =
        kept.map(ResumePoint::of)
            .orElseGet(() -> ResumePoint.at(ChronoUnit.NANOS.between(Instant.EPOCH, now)));
    return new Resume(point, file, incomplete, saver, errors);
  }

  ResumePoint point() {
    return point;
  }

  /** Whether what was remembered could not be read. */
  boolean isIncomplete() {
    return incomplete;
  }

  /** The mark is safe; soon the file will say so. */
  void safe(EventMark mark) {
    point.safe(mark);
    if (file != null && saving.compareAndSet(false, true)) {
      saver.execute(this::save);
    }
  }

  /** Writes the file once more and gives it back. The saver must have ended. */
  @Override
  public void close() {
    save();
    if (file != null) {
      try {
        file.close();
      } catch (IOException e) {
        errors.onError("The state file could not be closed: " + e.getMessage(), e);
      }
    }
  }

  private synchronized void save() {
    // Before the state is taken: what becomes safe from here on asks again.
    saving.set(false);
    if (file == null) {
      return;
    }
    try {
      file.write(point.state());
    } catch (IOException | RuntimeException e) {
      errors.onError("It cannot be remembered how far events were recorded: " + e.getMessage(), e);
    }
  }
}
