package dev.tidings.recorder.source;

import dev.tidings.event.Severity;
import dev.tidings.recorder.EventRecorder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Records what happens to the containers of a Docker engine, as events of {@link DockerEvent}.
 *
 * <p>When the connection or this process ends, the next one goes on where it left off: nothing is
 * lost as long as the engine remembers it (Docker's remembers 256 events, until it restarts), and
 * nothing is repeated, unless the process is killed before it has written down what it recorded
 * last. When the engine no longer remembers, {@link DockerEvent#ForcedReload} says so.
 *
 * <p>Thread-safe.
 */
public final class DockerSource implements EventSource {
  private static final Duration STABLE = Duration.ofSeconds(10);

  private final URI address;
  private final @Nullable Path stateDirectory;
  private final DockerSourceBuilder settings;
  private final SourceErrorHandler errors;
  private final ContainerObservations observations;
  private final ScheduledThreadPoolExecutor timer;
  private final Delivery delivery;
  private final CountDownLatch closing = new CountDownLatch(1);
  private final AtomicLong repeated = new AtomicLong();
  private final AtomicLong unreadable = new AtomicLong();
  private final AtomicLong connects = new AtomicLong();
  private final AtomicLong forcedReloads = new AtomicLong();
  private final Thread reader;

  /** Held while one closes; whoever closes, too, gets the same answer. */
  private final Object closeLock = new Object();

  /** Whether events may have been missed, and it is not said yet. The reader's own. */
  private boolean reloadOwed;

  /** Guarded by this. */
  private @Nullable Resume resume;

  /** Guarded by this; closed by whoever closes the source, to wake the reader. */
  private @Nullable DockerEngine engine;

  /** As the engine. */
  private DockerEngine.@Nullable Events stream;

  /** Guarded by the close lock; null until closed. */
  private @Nullable Boolean complete;

  DockerSource(DockerSourceBuilder settings) {
    this.settings = settings;
    this.address = settings.engine();
    this.stateDirectory = settings.stateDirectory();
    this.errors = settings.errors();
    this.observations = new ContainerObservations(settings.labels());
    this.timer = SourceThreads.timer("tidings-docker-timer");
    this.delivery =
        new Delivery(
            settings.outlet(),
            settings.confirmation(),
            settings.maxPending(),
            timer,
            settings.backoff(),
            errors);
    this.reader = SourceThreads.daemon("tidings-docker", this::run);
  }

  /** Starts a source's settings. The recorder must know the catalogue {@link DockerEvent}. */
  public static DockerSourceBuilder builder(EventRecorder recorder) {
    return DockerSourceBuilder.of(recorder);
  }

  @Override
  public synchronized void start() {
    if (resume != null || isClosing()) {
      throw new IllegalStateException("A source is started once");
    }
    resume = Resume.load(openState(), settings.clock().instant(), timer, errors);
    reader.start();
  }

  @Override
  public SourceCounts counts() {
    return new SourceCounts(
        delivery.recorded(),
        delivery.refused(),
        delivery.pending(),
        delivery.retried(),
        repeated.get(),
        unreadable.get(),
        connects.get(),
        forcedReloads.get());
  }

  @Override
  public boolean close(Duration timeout) {
    long deadline = System.nanoTime() + timeout.toNanos();
    closing.countDown();
    wakeReader();
    synchronized (closeLock) {
      if (complete == null) {
        complete = end(deadline);
      }
      return complete;
    }
  }

  private boolean end(long deadline) {
    boolean empty = false;
    try {
      reader.join(SourceThreads.millisUntil(deadline));
      empty = delivery.end(Duration.ofNanos(deadline - System.nanoTime())) && !reader.isAlive();
      timer.shutdownNow();
      // It runs nothing that waits, except for the disk.
      timer.awaitTermination(1, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      timer.shutdownNow();
    }
    Resume kept = started();
    if (kept != null) {
      kept.close();
    }
    return empty;
  }

  private @Nullable StateFile openState() {
    if (stateDirectory == null) {
      return null;
    }
    UUID name = UUID.nameUUIDFromBytes(address.toString().getBytes(StandardCharsets.UTF_8));
    try {
      return StateFile.open(stateDirectory, "docker-" + name);
    } catch (IOException e) {
      throw new UncheckedIOException(
          "It cannot be remembered in %s how far events were recorded: %s"
              .formatted(stateDirectory, e.getMessage()),
          e);
    }
  }

  private synchronized @Nullable Resume started() {
    return resume;
  }

  private void run() {
    Resume kept = started();
    if (kept == null) {
      return;
    }
    try (DockerEngine mine = new DockerEngine(address)) {
      synchronized (this) {
        engine = mine;
      }
      watch(mine, kept);
    } catch (InterruptedException e) {
      // Only close() interrupts, and it waits for this thread to end.
    } catch (IOException | RuntimeException e) {
      errors.onError("Watching %s ended: %s".formatted(address, e), e);
    }
  }

  private void watch(DockerEngine engine, Resume kept) throws InterruptedException {
    int failures = 0;
    reloadOwed = kept.isIncomplete();
    while (!isClosing()) {
      long begun = System.nanoTime();
      String problem = "%s closed the connection".formatted(address);
      Throwable cause = null;
      boolean silence = false;
      try {
        if (readAll(engine, kept)) {
          delivery.awaitRoom();
          continue;
        }
      } catch (IOException | RuntimeException e) {
        problem = String.valueOf(e.getMessage());
        cause = e;
        silence = DockerEngine.isSilence(e);
      }
      if (isClosing()) {
        return;
      }
      boolean stable = System.nanoTime() - begun > STABLE.toNanos();
      failures = stable ? 1 : failures + 1;
      // Without an event to look for nobody knows whether the engine was restarted meanwhile.
      reloadOwed |= !silence && connects.get() > 0 && kept.point().needed() == null;
      Duration pause = settings.backoff().pause(failures);
      if (!silence && failures == 1) {
        errors.onError("%s; trying again".formatted(problem), cause);
      }
      if (closing.await(pause.toMillis(), TimeUnit.MILLISECONDS)) {
        return;
      }
    }
  }

  /**
   * Reads events until the stream ends.
   *
   * @return whether it ended because no more can be taken now
   */
  private boolean readAll(DockerEngine engine, Resume kept)
      throws IOException, InterruptedException {
    // Asked first: while nobody reads a stream, the engine cannot write it, and drops what comes.
    EventMark needed = kept.point().needed();
    reloadOwed |= needed != null && !remembers(engine, needed);
    try (DockerEngine.Events events = engine.from(kept.point().sinceNanos())) {
      open(events);
      connects.incrementAndGet();
      if (reloadOwed) {
        forceReload();
        kept.point().forgetExpected();
      }
      for (String line = events.next(); line != null; line = events.next()) {
        if (!take(line, kept)) {
          return true;
        }
      }
      return false;
    } finally {
      open(null);
    }
  }

  /** Whether the engine still has an event, and so all that came after it. */
  private static boolean remembers(DockerEngine engine, EventMark mark) throws IOException {
    try (DockerEngine.Events events = engine.at(mark.timeNanos())) {
      for (String line = events.next(); line != null; line = events.next()) {
        if (parse(line).filter(event -> event.mark().equals(mark)).isPresent()) {
          return true;
        }
      }
      return false;
    }
  }

  /** Takes what a line says; false if there is no room for it. */
  private boolean take(String line, Resume kept) {
    if (line.isBlank()) {
      return true;
    }
    Optional<ContainerEvent> event;
    Observation seen;
    try {
      event = ContainerEvent.parse(line);
      if (event.isEmpty()) {
        return true;
      }
      seen = observations.of(event.get());
    } catch (RuntimeException e) {
      if (unreadable.getAndIncrement() == 0) {
        errors.onError("%s sends what is no event: %s".formatted(address, e.getMessage()), e);
      }
      return true;
    }
    return take(event.get().mark(), seen, kept);
  }

  private boolean take(EventMark mark, Observation seen, Resume kept) {
    if (!kept.point().begin(mark)) {
      repeated.incrementAndGet();
      return true;
    }
    boolean taken = delivery.offer(seen, () -> safe(kept, mark));
    if (!taken) {
      kept.point().undo(mark);
    }
    return taken;
  }

  private static void safe(Resume kept, EventMark mark) {
    try {
      kept.safe(mark);
    } catch (RejectedExecutionException e) {
      // Closed: close() writes it down itself, or it was too late.
    }
  }

  private static Optional<ContainerEvent> parse(String line) {
    try {
      return ContainerEvent.parse(line);
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private void forceReload() throws InterruptedException {
    forcedReloads.incrementAndGet();
    delivery.put(
        new Observation(
            DockerEvent.ForcedReload.type(),
            Severity.WARN,
            null,
            "Events of containers may have been missed at " + address,
            Map.of("docker.engine", address.toString()),
            settings.clock().instant()));
    reloadOwed = false;
  }

  private synchronized void open(DockerEngine.@Nullable Events events) {
    stream = events;
    if (events != null && isClosing()) {
      events.close();
    }
  }

  private boolean isClosing() {
    return closing.getCount() == 0;
  }

  private void wakeReader() {
    DockerEngine from;
    DockerEngine.Events open;
    synchronized (this) {
      from = engine;
      open = stream;
    }
    if (open != null) {
      open.close();
    }
    reader.interrupt();
    if (from != null) {
      try {
        from.close();
      } catch (IOException e) {
        errors.onError("The connection to %s could not be closed".formatted(address), e);
      }
    }
  }

  static URI address(String text) {
    String uri = text.startsWith("/") ? "unix://" + text : text;
    try {
      URI address = URI.create(uri);
      String scheme = String.valueOf(address.getScheme());
      boolean socket = scheme.equals("unix") && address.getPath() != null;
      boolean tcp = scheme.equals("tcp") && address.getHost() != null && address.getPort() > 0;
      if (socket && !address.getPath().isEmpty() || tcp) {
        return address;
      }
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(wrongAddress(text), e);
    }
    throw new IllegalArgumentException(wrongAddress(text));
  }

  private static String wrongAddress(String text) {
    return "'%s' is no engine: give the path of its socket, unix:///path or tcp://host:port"
        .formatted(text);
  }
}
