package dev.tidings.recorder.source;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.github.dockerjava.api.model.Event;
import com.github.dockerjava.api.model.EventActor;
import com.github.dockerjava.api.model.EventType;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What the engine said about a container.
 *
 * @param type what it is in the catalogue
 * @param action as the engine calls it, for example {@code health_status: healthy}
 * @param id the container's
 * @param timeNanos when, since 1970, by the engine's clock
 * @param attributes the container's labels, and what the engine says of it, in one map
 */
record ContainerEvent(
    DockerEvent type, String action, String id, long timeNanos, Map<String, String> attributes) {
  private static final ObjectReader READER =
      JsonMapper.builder()
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .build()
          .readerFor(Event.class);
  private static final String HEALTH_STATUS = "health_status";

  /**
   * Reads what the engine sent.
   *
   * @return empty if it is about something else
   * @throws IllegalArgumentException if it cannot be understood
   */
  static Optional<ContainerEvent> parse(String json) {
    Event event = read(json);
    if (event.getType() != null && event.getType() != EventType.CONTAINER) {
      return Optional.empty();
    }
    // Engines before API 1.22 have status and id only.
    EventActor actor = event.getActor();
    String action = event.getAction() == null ? event.getStatus() : event.getAction();
    String id = actor == null || actor.getId() == null ? event.getId() : actor.getId();
    if (action == null || id == null || id.isEmpty()) {
      throw new IllegalArgumentException("no action or no container");
    }
    Map<String, String> attributes =
        actor == null || actor.getAttributes() == null ? Map.of() : actor.getAttributes();
    DockerEvent type = type(action);
    return type == null
        ? Optional.empty()
        : Optional.of(new ContainerEvent(type, action, id, nanos(event), attributes));
  }

  /** Two events are the same if they have this in common. */
  EventMark mark() {
    return new EventMark(timeNanos, id + " " + action);
  }

  /** The container's name, or the beginning of its id. */
  String name() {
    String name = attributes.get("name");
    return name == null || name.isBlank() ? id.substring(0, Math.min(id.length(), 12)) : name;
  }

  /** What follows the colon in {@code health_status: healthy}; empty if nothing does. */
  String health() {
    int colon = action.indexOf(':');
    return colon < 0 ? "" : action.substring(colon + 1).strip();
  }

  private static Event read(String json) {
    try {
      Event event = READER.readValue(json);
      return Objects.requireNonNullElseGet(event, Event::new);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(e.getOriginalMessage(), e);
    }
  }

  private static long nanos(Event event) {
    if (event.getTimeNano() != null) {
      return event.getTimeNano();
    }
    if (event.getTime() == null) {
      throw new IllegalArgumentException("no time");
    }
    return TimeUnit.SECONDS.toNanos(event.getTime());
  }

  private static @Nullable DockerEvent type(String action) {
    if (action.startsWith(HEALTH_STATUS)) {
      return DockerEvent.ContainerHealthChanged;
    }
    return switch (action) {
      case "create" -> DockerEvent.ContainerCreated;
      case "start" -> DockerEvent.ContainerStarted;
      case "unpause" -> DockerEvent.ContainerUnpaused;
      case "kill" -> DockerEvent.ContainerKilled;
      case "stop" -> DockerEvent.ContainerStopped;
      case "pause" -> DockerEvent.ContainerPaused;
      case "die" -> DockerEvent.ContainerDied;
      case "destroy" -> DockerEvent.ContainerDestroyed;
      case "oom" -> DockerEvent.ContainerOutOfMemory;
      default -> null;
    };
  }
}
