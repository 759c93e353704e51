package dev.tidings.infra.process;

import java.util.ArrayDeque;
import java.util.Deque;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What somebody has opened and must close, the newest first, since it may need the older. Not
 * thread-safe.
 */
public final class Parts implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Parts.class);

  private record Part(String name, AutoCloseable closing) {}

  private final Deque<Part> newestFirst = new ArrayDeque<>();

  /**
   * Closes it with the others.
   *
   * @return the same
   */
  public <T extends AutoCloseable> T opened(T part) {
    opened(part.getClass().getSimpleName(), part);
    return part;
  }

  /**
   * Something that is closed in a way of its own.
   *
   * @param name what the log calls it
   */
  public void opened(String name, AutoCloseable closing) {
    newestFirst.addFirst(new Part(name, closing));
  }

  /** Closes all of them, whatever one of them throws: that is logged. Again does nothing. */
  @Override
  public void close() {
    while (!newestFirst.isEmpty()) {
      Part part = newestFirst.removeFirst();
      try {
        part.closing().close();
      } catch (Exception e) {
        LOG.warn("{} did not stop cleanly", part.name(), e);
      }
    }
  }
}
