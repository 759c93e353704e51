package dev.tidings.cli.types;

import dev.tidings.catalogue.Catalogue;
import dev.tidings.catalogue.EventType;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;

/** Compares catalogues and schemas with those registered. Stateless. */
final class Comparison {
  private Comparison() {}

  /** What is different in a catalogue: types can be added, and not removed. */
  static List<SchemaChange> catalogue(String subject, Catalogue registered, Catalogue changed) {
    List<SchemaChange> changes = new ArrayList<>();
    for (EventType type : changed.types()) {
      Optional<EventType> before = registered.type(type.name());
      if (before.isEmpty()) {
        changes.add(new SchemaChange(subject, "adds " + type.name(), true));
      } else if (!before.get().description().equals(type.description())) {
        changes.add(new SchemaChange(subject, "describes " + type.name() + " differently", true));
      }
    }
    for (EventType type : registered.types()) {
      if (changed.type(type.name()).isEmpty()) {
        changes.add(
            new SchemaChange(
                subject,
                "removes %s: events of that type may be in the topics, so it must stay"
                    .formatted(type.name()),
                false));
      }
    }
    if (!registered.owner().equals(changed.owner())) {
      changes.add(
          new SchemaChange(
              subject,
              "names another owner, %s: it stays %s".formatted(changed.owner(), registered.owner()),
              true));
    }
    return changes;
  }

  /** In what a schema cannot read what was written by another, or the other way round. */
  static List<SchemaChange> schema(String subject, Schema registered, Schema changed) {
    List<SchemaChange> changes = new ArrayList<>();
    breaks(changes, subject, "readers of the new schema", changed, registered);
    breaks(changes, subject, "readers of the registered schema", registered, changed);
    if (changes.isEmpty() && !registered.equals(changed)) {
      changes.add(new SchemaChange(subject, "differs, and both can read each other", true));
    }
    return changes;
  }

  private static void breaks(
      List<SchemaChange> changes, String subject, String whom, Schema reader, Schema writer) {
    SchemaCompatibility.checkReaderWriterCompatibility(reader, writer)
        .getResult()
        .getIncompatibilities()
        .forEach(
            one ->
                changes.add(
                    new SchemaChange(
                        subject,
                        "breaks %s at %s: %s".formatted(whom, one.getLocation(), one.getMessage()),
                        false)));
  }
}
