package dev.tidings.informer.replay;

/** Gets the records of a replay, one after the other, on the thread that runs it. */
@FunctionalInterface
public interface ReplayHandler<K, V> {
  /** A record. What this throws ends the replay, and is thrown by it. */
  void onRecord(Replayed<K, V> record) throws Exception;
}
