package dev.tidings.recorder.source;

import dev.tidings.catalogue.Description;
import dev.tidings.catalogue.EventCatalogue;

/** The catalogue {@code docker}: what happens to containers. */
@EventCatalogue(name = "docker", owner = "dev.tidings.source")
public enum DockerEvent {
  @Description("A container was created.")
  ContainerCreated(Action.CONTAINER_CREATE),
  @Description("A container was started.")
  ContainerStarted(Action.CONTAINER_START),
  @Description("A paused container goes on.")
  ContainerUnpaused(Action.CONTAINER_UNPAUSE),
  @Description("A container was sent a signal.")
  ContainerKilled(Action.CONTAINER_KILL),
  @Description("A container was stopped.")
  ContainerStopped(Action.CONTAINER_STOP),
  @Description("A container was paused.")
  ContainerPaused(Action.CONTAINER_PAUSE),
  @Description("A container's main process ended.")
  ContainerDied(Action.CONTAINER_DIE),
  @Description("A container was removed.")
  ContainerDestroyed(Action.CONTAINER_DESTROY),
  @Description("A container ran out of memory.")
  ContainerOutOfMemory(Action.CONTAINER_OOM),
  @Description("A container's health check has another outcome than before.")
  ContainerHealthChanged(Action.CONTAINER_HEALTH_STATUS),
  @Description("Events of containers may have been missed: read the state of all anew.")
  ForcedReload(Action.FORCE_RELOAD);

  private final Action action;

  DockerEvent(Action action) {
    this.action = action;
  }

  /** The action behind it. */
  public Action action() {
    return action;
  }

  /** What an event carries as its type. */
  public String type() {
    return "docker." + name();
  }
}
