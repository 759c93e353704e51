package dev.tidings.recorder.source;

import dev.tidings.recorder.EventRecorder;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.InstantSource;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The settings of a {@link DockerSource}. One thread at a time. */
public final class DockerSourceBuilder {
  private static final int DEFAULT_MAX_PENDING = 1_000;

  private final Outlet outlet;
  private URI engine = URI.create("unix:///var/run/docker.sock");
  private @Nullable Path stateDirectory;
  private Predicate<String> labels = name -> true;
  private Confirmation confirmation = Confirmation.ACKNOWLEDGED;
  private int maxPending = DEFAULT_MAX_PENDING;
  private Backoff backoff = Backoff.DEFAULT;
  private InstantSource clock = Clock.systemUTC();
  private SourceErrorHandler errors = SourceErrorHandler.logging();

  DockerSourceBuilder(Outlet outlet) {
    this.outlet = outlet;
  }

  static DockerSourceBuilder of(EventRecorder recorder) {
    return new DockerSourceBuilder(Outlet.to(recorder));
  }

  /**
   * The engine: the path of its socket, {@code unix:///path} or {@code tcp://host:port}. {@code
   * /var/run/docker.sock} if not said.
   *
   * @throws IllegalArgumentException if it is none of these
   */
  public DockerSourceBuilder engine(String address) {
    this.engine = DockerSource.address(address);
    return this;
  }

  /**
   * Where to remember how far events were recorded, so that the next start goes on there. Nothing
   * is remembered if not said.
   */
  public DockerSourceBuilder stateDirectory(Path directory) {
    this.stateDirectory = directory;
    return this;
  }

  /** Which labels are recorded, by name; all if not said. */
  public DockerSourceBuilder labels(Predicate<String> names) {
    this.labels = names;
    return this;
  }

  /** When an event is safe; {@link Confirmation#ACKNOWLEDGED} if not said. */
  public DockerSourceBuilder confirmation(Confirmation confirmation) {
    this.confirmation = confirmation;
    return this;
  }

  /**
   * How many events may be on their way. When there are as many, nothing more is read; what the
   * engine says in the meantime is asked of it later.
   *
   * @throws IllegalArgumentException if not at least 1
   */
  public DockerSourceBuilder maxPending(int events) {
    if (events < 1) {
      throw new IllegalArgumentException(
          "maxPending is %d; at least 1 is needed".formatted(events));
    }
    this.maxPending = events;
    return this;
  }

  /** Is told what goes wrong; warnings are logged if not said. */
  public DockerSourceBuilder onError(SourceErrorHandler errors) {
    this.errors = errors.isolated();
    return this;
  }

  /** The time at which watching begins when nothing was remembered. */
  public DockerSourceBuilder clock(InstantSource clock) {
    this.clock = clock;
    return this;
  }

  DockerSourceBuilder backoff(Backoff backoff) {
    this.backoff = backoff;
    return this;
  }

  /** Makes the source; {@link DockerSource#start} starts it. */
  public DockerSource build() {
    return new DockerSource(this);
  }

  Outlet outlet() {
    return outlet;
  }

  URI engine() {
    return engine;
  }

  @Nullable Path stateDirectory() {
    return stateDirectory;
  }

  Predicate<String> labels() {
    return labels;
  }

  Confirmation confirmation() {
    return confirmation;
  }

  int maxPending() {
    return maxPending;
  }

  Backoff backoff() {
    return backoff;
  }

  InstantSource clock() {
    return clock;
  }

  SourceErrorHandler errors() {
    return errors;
  }
}
