package dev.tidings.writers.syslog;

import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Several receivers for the same messages: the first that can be reached is used. One that could
 * not be is left alone for a while, unless there is no other. One thread.
 */
final class Targets {
  private static final Logger LOG = LoggerFactory.getLogger(Targets.class);
  private static final Duration LEFT_ALONE = Duration.ofSeconds(30);

  private final List<SyslogTarget> targets;
  private final @Nullable SSLSocketFactory tls;
  private final Duration limit;
  private final LongSupplier nanoTime;
  private final Map<SyslogTarget, Long> failedAtNanos = new HashMap<>();
  private @Nullable SyslogTarget last;

  Targets(
      List<SyslogTarget> targets,
      @Nullable SSLSocketFactory tls,
      Duration limit,
      LongSupplier nanoTime) {
    this.targets = targets;
    this.tls = tls;
    this.limit = limit;
    this.nanoTime = nanoTime;
  }

  /** A connection, and where it goes. */
  record Connected(SyslogTarget target, Connection connection) {}

  /**
   * Connects to the first that can be reached.
   *
   * @throws IOException saying why none can
   */
  Connected connect(Watchdog watchdog) throws IOException {
    List<SyslogTarget> untried = targets.stream().filter(target -> !isLeftAlone(target)).toList();
    IOException all = null;
    for (SyslogTarget target : untried.isEmpty() ? targets : untried) {
      try {
        Connection connection = connect(target, watchdog);
        failedAtNanos.remove(target);
        if (!target.equals(last)) {
          LOG.info("Writing to {}", target);
          last = target;
        }
        return new Connected(target, connection);
      } catch (IOException e) {
        failed(target);
        LOG.debug("Cannot reach {}", target, e);
        IOException failure = new IOException("cannot reach %s: %s".formatted(target, e), e);
        if (all == null) {
          all = failure;
        } else {
          all.addSuppressed(failure);
        }
      }
    }
    throw all == null ? new IOException("there is no target") : all;
  }

  /** Connects to this one. */
  Connection connect(SyslogTarget target, Watchdog watchdog) throws IOException {
    return switch (target.transport()) {
      case UDP -> DatagramConnection.open(target);
      case TCP -> StreamConnection.open(target, null, limit, watchdog);
      case TLS -> StreamConnection.open(target, tls, limit, watchdog);
    };
  }

  /** Others are to be tried before this one for a while. */
  void failed(SyslogTarget target) {
    failedAtNanos.put(target, nanoTime.getAsLong());
  }

  private boolean isLeftAlone(SyslogTarget target) {
    Long failedAt = failedAtNanos.get(target);
    return failedAt != null && nanoTime.getAsLong() - failedAt < LEFT_ALONE.toNanos();
  }
}
