package dev.tidings.cli.events;

import dev.tidings.event.Event;
import dev.tidings.event.identity.RecordKey;
import org.jspecify.annotations.Nullable;

/** What is described. */
sealed interface Subject {

  /** For people. */
  String what();

  /** The key of all its records; null if they have several. */
  @Nullable String key();

  /** The key of what was rejected of it, as far as that can be told; null if it cannot. */
  default @Nullable String keyOfRejected() {
    return key();
  }

  /** Whether an event as it is, or was once, belongs to it. */
  boolean hasState(Event event);

  /** Whether something recorded belongs to it. */
  default boolean hasOccurrence(Event occurrence) {
    return hasState(occurrence);
  }

  /** An object: all events about it. */
  record OfObject(String key) implements Subject {
    @Override
    public String what() {
      return "object " + key;
    }

    @Override
    public boolean hasState(Event event) {
      return event.getObject() != null && RecordKey.of(event).equals(key);
    }
  }

  /** A source: all events that it recorded, whatever they are about. */
  record OfSource(String node, String component) implements Subject {
    @Override
    public String what() {
      return "source " + node + "/" + component;
    }

    @Override
    public @Nullable String key() {
      return null;
    }

    /** Records without an object have the source as their key. */
    @Override
    public String keyOfRejected() {
      return node + "/" + component;
    }

    @Override
    public boolean hasState(Event event) {
      return event.getSource().getNode().equals(node)
          && event.getSource().getComponent().equals(component);
    }
  }

  /** One event. */
  record OfEvent(Event event) implements Subject {
    @Override
    public String what() {
      return "event " + event.getId();
    }

    @Override
    public String key() {
      return RecordKey.of(event);
    }

    /** What could not be read says not which event it would have become. */
    @Override
    public @Nullable String keyOfRejected() {
      return null;
    }

    @Override
    public boolean hasState(Event state) {
      return state.getId().equals(event.getId());
    }

    /** As far as that can be told from outside. */
    @Override
    public boolean hasOccurrence(Event occurrence) {
      return RecordKey.of(occurrence).equals(key())
          && occurrence.getType().equals(event.getType())
          && occurrence.getSeverity() == event.getSeverity()
          && occurrence.getSource().equals(event.getSource())
          && !occurrence.getFirstTimestamp().isBefore(event.getFirstTimestamp())
          && !occurrence.getLastTimestamp().isAfter(event.getLastTimestamp());
    }
  }
}
