package dev.tidings.dedup;

import dev.tidings.dedup.rules.Maintenance;
import dev.tidings.dedup.rules.TypePattern;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Switches maintenance by a file: one event type on a line, {@code *} for any characters, {@code #}
 * for comments. It is read each second; without it, or with nothing in it, nothing is suppressed.
 * What cannot be read changes nothing. One that is mounted from a Kubernetes ConfigMap works.
 */
final class MaintenanceFile implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(MaintenanceFile.class);
  private static final Duration INTERVAL = Duration.ofSeconds(1);
  private static final long LARGEST = 1024 * 1024;

  private final Path file;
  private final Maintenance maintenance;
  private final ScheduledExecutorService reader =
      Executors.newSingleThreadScheduledExecutor(
          work -> {
            Thread thread = new Thread(work, "tidings-dedup-maintenance");
            thread.setDaemon(true);
            return thread;
          });

  /** What was read last. One thread at a time. */
  private List<String> lines = List.of();

  /** Why it could not be read the last time; empty if it could. It is said once. */
  private String unreadable = "";

  private MaintenanceFile(Path file, Maintenance maintenance) {
    this.file = file;
    this.maintenance = maintenance;
  }

  /** Reads it now and from now on. */
  static MaintenanceFile follow(Path file, Maintenance maintenance) {
    MaintenanceFile followed = new MaintenanceFile(file, maintenance);
    followed.read();
    var unused =
        followed.reader.scheduleWithFixedDelay(
            followed::read, INTERVAL.toMillis(), INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
    return followed;
  }

  /** Reads it and switches if it changed. */
  synchronized void read() {
    List<String> now;
    try {
      now = Files.size(file) > LARGEST ? lines : Files.readAllLines(file);
    } catch (NoSuchFileException e) {
      now = List.of();
    } catch (IOException | RuntimeException e) {
      if (!unreadable.equals(e.toString())) {
        unreadable = e.toString();
        LOG.warn("Maintenance stays as it is: {} cannot be read ({})", file, unreadable);
      }
      return;
    }
    unreadable = "";
    if (!now.equals(lines)) {
      lines = now;
      apply(now);
    }
  }

  private void apply(List<String> now) {
    try {
      List<TypePattern> types =
          now.stream()
              .map(line -> line.replaceFirst("#.*", "").strip())
              .filter(line -> !line.isEmpty())
              .map(TypePattern::new)
              .toList();
      maintenance.suppress(types);
      LOG.info("Maintenance: {}", types.isEmpty() ? "off" : "suppressing " + types);
    } catch (IllegalArgumentException e) {
      LOG.error("Maintenance stays as it is: {}: {}", file, e.getMessage());
    }
  }

  @Override
  public void close() {
    reader.shutdownNow();
  }
}
