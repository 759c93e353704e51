package dev.tidings.informer;

import dev.tidings.informer.reflector.LoadProgress;
import dev.tidings.informer.rv.ResourceVersion;
import java.util.Optional;

/**
 * How an informer is doing, at one moment.
 *
 * @param state where it is in its life
 * @param resourceVersion what the cache includes
 * @param load how far the load is
 * @param objects in the cache
 * @param recordsRead since the start
 * @param recordsUnreadable skipped because they could not be decoded
 * @param handlers at work
 * @param watches open
 * @param lastProblem the newest, for people; stays when it is over
 */
public record InformerStatus(
    State state,
    ResourceVersion resourceVersion,
    LoadProgress load,
    int objects,
    long recordsRead,
    long recordsUnreadable,
    int handlers,
    int watches,
    Optional<String> lastProblem) {

  /** NEW → LOADING → SYNCED, and from each of them → FAILED or CLOSED, which are final. */
  public enum State {
    NEW,
    LOADING,
    SYNCED,
    FAILED,
    CLOSED
  }
}
