package dev.tidings.cli.doctor;

import dev.tidings.catalogue.Catalogues;
import dev.tidings.cli.connection.Connection;
import dev.tidings.event.Event;
import dev.tidings.registry.SchemaRegistry;
import dev.tidings.wire.Topics;
import java.util.ArrayList;
import java.util.List;

/** Whether the registry answers, and knows what the platform needs. */
record RegistryCheck(Connection connection) implements Check {

  @Override
  public String name() {
    return "registry";
  }

  @Override
  public List<Finding> run() {
    List<Finding> findings = new ArrayList<>();
    try (SchemaRegistry registry = connection.openRegistry()) {
      List<String> subjects = registry.subjects();
      String subject = Topics.valueSubject(connection.topics().recorded());
      if (!subjects.contains(subject)) {
        findings.add(
            Finding.warning(
                name(),
                "it has no schema of events (%s): nothing was ever recorded here"
                    .formatted(subject),
                "record an event; if there were some, this is another registry: correct"
                    + " --registry"));
      } else if (!registry.isCompatible(subject, Event.getClassSchema())) {
        findings.add(
            Finding.failure(
                name(),
                "its newest schema of events is not compatible with this version",
                "upgrade the older of the two; 'tidings types check' compares schemas"));
      }
      Catalogues catalogues = connection.catalogues(registry).all();
      if (catalogues.all().isEmpty()) {
        findings.add(
            Finding.warning(
                name(),
                "it knows no catalogue of event types",
                "start a service that brings one, or 'tidings record --types FILE'"));
      }
      if (findings.isEmpty()) {
        findings.add(
            Finding.ok(
                name(),
                "answers, %d catalogues of event types".formatted(catalogues.all().size())));
      }
    }
    return findings;
  }
}
