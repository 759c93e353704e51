package dev.tidings.recorder.source;

import dev.tidings.event.Event;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What happened, as a set of bits: one for an event, several for a set to ask for. Immutable.
 *
 * <pre>{@code
 * if (Action.of(event).isContainerStart()) { … }
 * }</pre>
 *
 * @param bits one for each action in the set
 */
public record Action(int bits) {
  /** No action of a source. */
  public static final Action NONE = new Action(0);

  /** A container was created. */
  public static final Action CONTAINER_CREATE = new Action(1);

  /** A container was started. */
  public static final Action CONTAINER_START = new Action(1 << 1);

  /** A paused container goes on. */
  public static final Action CONTAINER_UNPAUSE = new Action(1 << 2);

  /** A container was sent a signal. */
  public static final Action CONTAINER_KILL = new Action(1 << 3);

  /** A container was stopped. */
  public static final Action CONTAINER_STOP = new Action(1 << 4);

  /** A container was paused. */
  public static final Action CONTAINER_PAUSE = new Action(1 << 5);

  /** A container's process ended. */
  public static final Action CONTAINER_DIE = new Action(1 << 6);

  /** A container was removed. */
  public static final Action CONTAINER_DESTROY = new Action(1 << 7);

  /** A container ran out of memory. */
  public static final Action CONTAINER_OOM = new Action(1 << 8);

  /** A container's health changed. */
  public static final Action CONTAINER_HEALTH_STATUS = new Action(1 << 9);

  /** A file has new content. */
  public static final Action FILE_WRITTEN = new Action(1 << 10);

  /** A file is new. */
  public static final Action FILE_CREATED = new Action(1 << 11);

  /** A file is gone. */
  public static final Action FILE_DELETED = new Action(1 << 12);

  /** A file has a new name. */
  public static final Action FILE_RENAMED = new Action(1 << 13);

  /** Something may have been missed: read everything anew. */
  public static final Action FORCE_RELOAD = new Action(1 << 14);

  /** Create, start and unpause. */
  public static final Action CONTAINER_START_SET =
      CONTAINER_CREATE.or(CONTAINER_START).or(CONTAINER_UNPAUSE);

  /** Kill, stop and die. */
  public static final Action CONTAINER_STOP_SET =
      CONTAINER_KILL.or(CONTAINER_STOP).or(CONTAINER_DIE);

  /** Written, created, deleted and renamed. */
  public static final Action FILE_SET =
      FILE_WRITTEN.or(FILE_CREATED).or(FILE_DELETED).or(FILE_RENAMED);

  /** The action behind an event of a source; {@link #NONE} if it is of another origin. */
  public static Action of(Event event) {
    return ofType(event.getType());
  }

  /** The action behind an event type; {@link #NONE} if it is of another origin. */
  public static Action ofType(String type) {
    return Types.ACTIONS.getOrDefault(type, NONE);
  }

  /** The actions of both. */
  public Action or(Action other) {
    return new Action(bits | other.bits);
  }

  /** Whether this and the other have an action in common. */
  public boolean intersects(Action other) {
    return (bits & other.bits) != 0;
  }

  /** Whether a container may run now that did not: created, started or unpaused. */
  public boolean isContainerStart() {
    return intersects(CONTAINER_START_SET);
  }

  /** Whether a container ends or ended: killed, stopped or died. */
  public boolean isContainerStop() {
    return intersects(CONTAINER_STOP_SET);
  }

  /** Whether a container was paused. */
  public boolean isContainerPause() {
    return intersects(CONTAINER_PAUSE);
  }

  /** Whether a file was written, created, deleted or renamed. */
  public boolean isFileChange() {
    return intersects(FILE_SET);
  }

  /** Whether everything should be read anew. */
  public boolean isForceReload() {
    return intersects(FORCE_RELOAD);
  }

  /** Made when first asked for: the enums below need this class first. */
  private static final class Types {
    static final Map<String, Action> ACTIONS = new LinkedHashMap<>();

    static {
      Collection<DockerEvent> docker = List.of(DockerEvent.values());
      docker.forEach(type -> ACTIONS.put(type.type(), type.action()));
      Collection<FileEvent> files = List.of(FileEvent.values());
      files.forEach(type -> ACTIONS.put(type.type(), type.action()));
    }
  }
}
