package dev.tidings.recorder.source;

import dev.tidings.recorder.EventRecorder;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.time.Clock;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.function.Predicate;

/** The settings of a {@link FileSource}. One thread at a time. */
public final class FileSourceBuilder {
  /** What editors leave beside a file while they work on it: vim, Emacs, JetBrains, GNOME. */
  private static final List<String> EDITOR_FILES =
      List.of("*.sw[a-p]", "*.swpx", "*~", ".#*", "#*#", "*___jb_*___", ".goutputstream-*");

  private static final Duration DEFAULT_QUIET = Duration.ofMillis(150);
  private static final Duration DEFAULT_LONGEST = Duration.ofSeconds(2);
  private static final int DEFAULT_MAX_PENDING = 1_000;
  private static final int DEFAULT_MAX_FILES = 500_000;
  private static final int DEFAULT_MAX_TOUCHED = 20_000;

  private final Outlet outlet;
  private final Path root;
  private final List<String> ignored = new ArrayList<>(EDITOR_FILES);
  private Duration quiet = DEFAULT_QUIET;
  private Duration longest = DEFAULT_LONGEST;
  private Confirmation confirmation = Confirmation.ACKNOWLEDGED;
  private int maxPending = DEFAULT_MAX_PENDING;
  private int maxFiles = DEFAULT_MAX_FILES;
  private int maxTouched = DEFAULT_MAX_TOUCHED;
  private Backoff backoff = Backoff.DEFAULT;
  private InstantSource clock = Clock.systemUTC();
  private LongSupplier ticker = System::nanoTime;
  private SourceErrorHandler errors = SourceErrorHandler.logging();

  FileSourceBuilder(Outlet outlet, Path root) {
    this.outlet = outlet;
    this.root = root;
  }

  static FileSourceBuilder of(EventRecorder recorder, Path root) {
    return new FileSourceBuilder(Outlet.to(recorder), root);
  }

  /**
   * Changes are recorded when a file has been left alone for so long; 150 ms if not said. What
   * happens to it in the meantime is one change.
   *
   * @param longest how long it takes at most, however often the file changes; 2 s if not said
   * @throws IllegalArgumentException unless 0 &lt; quiet ≤ longest
   */
  public FileSourceBuilder coalesce(Duration quiet, Duration longest) {
    if (quiet.isZero() || quiet.isNegative() || longest.compareTo(quiet) < 0) {
      throw new IllegalArgumentException(
          "quiet is %s and longest %s; 0 < quiet ≤ longest is needed".formatted(quiet, longest));
    }
    this.quiet = quiet;
    this.longest = longest;
    return this;
  }

  /**
   * Files and directories that are left out, by their names, besides what editors leave while they
   * work.
   *
   * @param globs as of {@link java.nio.file.FileSystem#getPathMatcher}, for example {@code *.tmp}
   */
  public FileSourceBuilder ignore(String... globs) {
    ignored.addAll(List.of(globs));
    return this;
  }

  /** When an event is safe; {@link Confirmation#ACKNOWLEDGED} if not said. */
  public FileSourceBuilder confirmation(Confirmation confirmation) {
    this.confirmation = confirmation;
    return this;
  }

  /**
   * How many events may be on their way. When there are as many, changes are held back and become
   * fewer: only the newest state of a file counts.
   *
   * @throws IllegalArgumentException if not at least 1
   */
  public FileSourceBuilder maxPending(int events) {
    this.maxPending = atLeastOne("maxPending", events);
    return this;
  }

  /**
   * How many files and directories there may be: each takes about 300 bytes of memory.
   *
   * @throws IllegalArgumentException if not at least 1
   */
  public FileSourceBuilder maxFiles(int files) {
    this.maxFiles = atLeastOne("maxFiles", files);
    return this;
  }

  /** Is told what goes wrong; warnings are logged if not said. */
  public FileSourceBuilder onError(SourceErrorHandler errors) {
    this.errors = errors.isolated();
    return this;
  }

  /** The time of the events. */
  public FileSourceBuilder clock(InstantSource clock) {
    this.clock = clock;
    return this;
  }

  /** What coalescing goes by, as {@link System#nanoTime}. */
  FileSourceBuilder ticker(LongSupplier nanoTime) {
    this.ticker = nanoTime;
    return this;
  }

  FileSourceBuilder backoff(Backoff backoff) {
    this.backoff = backoff;
    return this;
  }

  FileSourceBuilder maxTouched(int paths) {
    this.maxTouched = paths;
    return this;
  }

  /** Makes the source; {@link FileSource#start} starts it. */
  public FileSource build() {
    return new FileSource(this);
  }

  private static int atLeastOne(String what, int number) {
    if (number < 1) {
      throw new IllegalArgumentException("%s is %d; at least 1 is needed".formatted(what, number));
    }
    return number;
  }

  Outlet outlet() {
    return outlet;
  }

  Path root() {
    return root;
  }

  Predicate<String> ignored() {
    List<PathMatcher> matchers =
        ignored.stream()
            .map(glob -> FileSystems.getDefault().getPathMatcher("glob:" + glob))
            .toList();
    return name -> {
      Path path = Path.of(name);
      return matchers.stream().anyMatch(matcher -> matcher.matches(path));
    };
  }

  PendingChanges pending() {
    return new PendingChanges(quiet, longest, maxTouched);
  }

  Confirmation confirmation() {
    return confirmation;
  }

  int maxPending() {
    return maxPending;
  }

  int maxFiles() {
    return maxFiles;
  }

  Backoff backoff() {
    return backoff;
  }

  InstantSource clock() {
    return clock;
  }

  LongSupplier ticker() {
    return ticker;
  }

  SourceErrorHandler errors() {
    return errors;
  }
}
