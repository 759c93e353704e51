package dev.tidings.dedup.topology;

import java.util.Map;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.processor.StateStoreContext;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.internals.CacheFlushListener;
import org.apache.kafka.streams.state.internals.CachedStateStore;

/**
 * A store that holds nothing. Kafka Streams asks every store with a cache to write it out before
 * each commit, whatever made it commit: the interval, a revocation, or the end. This one is asked
 * too, and passes it on to what keeps changes on the heap.
 *
 * <p>{@link CachedStateStore} is not public API: this class alone uses it, a test holds it to what
 * is needed here, and a setting does without. A timer would not do: a commit between its ticks
 * would lose what it had not written yet. One thread.
 */
final class BeforeCommit implements StateStore, CachedStateStore<Object, Object> {
  private static final Runnable NOTHING = () -> {};

  private final String name;
  private Runnable action = NOTHING;
  private boolean open;

  private BeforeCommit(String name) {
    this.name = name;
  }

  /** What is to be done before every commit from now on. */
  void run(Runnable newAction) {
    action = newAction;
  }

  @Override
  public void flushCache() {
    action.run();
  }

  /** What was not committed is gone with the task: it is made anew from the stores. */
  @Override
  public void clearCache() {
    action = NOTHING;
  }

  @Override
  public boolean setFlushListener(
      CacheFlushListener<Object, Object> listener, boolean sendOldValues) {
    return false;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public void init(StateStoreContext context, StateStore root) {
    context.register(root, (key, value) -> {});
    open = true;
  }

  @Override
  public void close() {
    action = NOTHING;
    open = false;
  }

  @Override
  public boolean persistent() {
    return false;
  }

  @Override
  public boolean isOpen() {
    return open;
  }

  /** Of a store without change log. */
  static StoreBuilder<BeforeCommit> builder(String name) {
    return new Builder(name);
  }

  private record Builder(String name) implements StoreBuilder<BeforeCommit> {
    @Override
    public StoreBuilder<BeforeCommit> withCachingEnabled() {
      return this;
    }

    @Override
    public StoreBuilder<BeforeCommit> withCachingDisabled() {
      return this;
    }

    @Override
    public StoreBuilder<BeforeCommit> withLoggingEnabled(Map<String, String> config) {
      throw new UnsupportedOperationException("There is nothing to log");
    }

    @Override
    public StoreBuilder<BeforeCommit> withLoggingDisabled() {
      return this;
    }

    @Override
    public BeforeCommit build() {
      return new BeforeCommit(name);
    }

    @Override
    public Map<String, String> logConfig() {
      return Map.of();
    }

    @Override
    public boolean loggingEnabled() {
      return false;
    }
  }
}
