package dev.tidings.informer.reflector;

import dev.tidings.informer.rv.ResourceVersion;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a reflector hands the topic to. All calls but {@link #wants} and {@link #restore} come from
 * one thread, in this order:
 *
 * <ol>
 *   <li>{@link #assigned}, for one that shares the partitions with others only: which it has now;
 *   <li>{@link #startOver}: a load begins. Again whenever the topic can no longer be followed;
 *   <li>{@link #record}, or {@link #load}, for each record, in the order of its partition, each
 *       followed, at the latest when there are none at the moment, by {@link #advanced};
 *   <li>{@link #caughtUp} once per load, when all that was committed at its start has been given;
 *   <li>{@link #record} and {@link #advanced}, for ever; {@link #idle} in between.
 * </ol>
 */
public interface RecordSink<K, V> {

  /**
   * What is about to be loaded.
   *
   * @param topicBeginning where the topic's log begins
   * @param completeFrom from here on no deletion can have been forgotten by compaction
   * @param from where the load begins: the log's beginning, or where a checkpoint ends
   * @param end all that was committed when the load began
   * @param fromCheckpoint whether the state as of {@code from} is loaded already
   * @param retention how long the topic keeps records; null if until they are compacted
   * @param share the partitions that a group gives; the positions are about these only. Null for
   *     all
   */
  record Load(
      ResourceVersion topicBeginning,
      ResourceVersion completeFrom,
      ResourceVersion from,
      ResourceVersion end,
      boolean fromCheckpoint,
      @Nullable Duration retention,
      @Nullable Set<Integer> share) {}

  /** How much of a record is decoded before it is given. */
  enum Form {
    /** Nothing: its bytes are taken over. */
    BYTES,
    /** Its key. */
    KEY,
    /** Key and object. */
    OBJECT
  }

  /**
   * In which form records are to be given. Asked for each batch, from any thread.
   *
   * @param load the load that the batch belongs to; null if the topic is being followed
   */
  Form wants(@Nullable Load load);

  /**
   * Brings back a state that was kept, for the load that begins next. Called by the polling thread,
   * before {@link #startOver}.
   *
   * @return what it includes; null if there is none that can be continued from
   */
  @Nullable ResourceVersion restore(
      ResourceVersion beginning, ResourceVersion completeFrom, ResourceVersion end);

  /** The partitions gained and lost since the last call; a load follows. */
  void assigned(Set<Integer> gained, Set<Integer> lost);

  /** A load begins. */
  void startOver(Load load);

  /**
   * While loading, a record that was wanted as {@linkplain Form#BYTES bytes}.
   *
   * @param key {@code and value} are valid during this call only
   * @param value null for a tombstone
   */
  void load(ByteBuffer key, @Nullable ByteBuffer value);

  /** A record. */
  void record(LogRecord<K, V> record);

  /** Everything below this position has been given, and nothing above it. */
  void advanced(ResourceVersion position);

  /** The load is done: everything below this position has been given. */
  void caughtUp(ResourceVersion position);

  /** There was nothing for a tenth of a second, or a good while has passed. */
  void idle();
}
