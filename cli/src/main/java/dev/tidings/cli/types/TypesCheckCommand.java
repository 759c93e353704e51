package dev.tidings.cli.types;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.tidings.catalogue.Catalogue;
import dev.tidings.catalogue.CatalogueRegistry;
import dev.tidings.cli.ClientCommand;
import dev.tidings.cli.CommandException;
import dev.tidings.cli.ExitCode;
import dev.tidings.cli.IoReason;
import dev.tidings.cli.connection.Connection;
import dev.tidings.cli.output.Column;
import dev.tidings.cli.output.FormatOptions;
import dev.tidings.cli.output.Listing;
import dev.tidings.cli.output.Terminal;
import dev.tidings.event.Event;
import dev.tidings.event.EventBatch;
import dev.tidings.registry.RegisteredSchema;
import dev.tidings.registry.SchemaRegistry;
import dev.tidings.wire.Topics;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Says whether a change of a catalogue or a schema is compatible. */
@Command(
    name = "check",
    description =
        "Compares a catalogue or an Avro schema with the registered one: what is different, and"
            + " whether both can be used side by side. Registers nothing. Exit code 1 if not.",
    footer = {
      "",
      "A catalogue is a JSON object of \"catalogue.Name\": \"description\", or an Avro enum.",
      "",
      "Examples:",
      "  tidings types check types.json",
      "  tidings types check Order.avsc --subject orders-value"
    })
final class TypesCheckCommand extends ClientCommand {
  @Parameters(index = "0", paramLabel = "FILE", description = "JSON of types, or an Avro schema.")
  private @Nullable Path file;

  @Option(
      names = "--subject",
      paramLabel = "NAME",
      description = "Compare with this subject. Default: by the schema's name.")
  private @Nullable String subject;

  @Mixin private final FormatOptions output = new FormatOptions();

  private static final Listing<SchemaChange> LISTING =
      new Listing<>(
          List.of(
              new Column<>("SUBJECT", SchemaChange::subject),
              new Column<>("COMPATIBLE", change -> change.compatible() ? "yes" : "no"),
              new Column<>("CHANGE", SchemaChange::what)),
          TypesCheckCommand::write);

  @Override
  protected int run(PrintWriter out, PrintWriter err) {
    Path given = Objects.requireNonNull(file, "required");
    String text = read(given);
    Connection connection = connection();
    try (SchemaRegistry registry = connection.openRegistry()) {
      List<SchemaChange> changes = changes(given, text, connection, registry);
      LISTING.write(Terminal.ofProcess(), out, output.format(), changes);
      if (changes.isEmpty()) {
        err.println("tidings: nothing changes");
      }
      return changes.stream().allMatch(SchemaChange::compatible)
          ? ExitCode.OK
          : ExitCode.INCOMPLETE;
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new CommandException(
          ExitCode.USAGE, "Cannot read %s: %s".formatted(file, IoReason.of(e)), e);
    }
  }

  private List<SchemaChange> changes(
      Path file, String text, Connection connection, SchemaRegistry registry) {
    try {
      if (isAvro(text)) {
        return schemaChanges(new Schema.Parser().parse(text), connection, registry);
      }
      List<SchemaChange> changes = new ArrayList<>();
      for (Catalogue catalogue : Catalogue.parseJson(text)) {
        changes.addAll(catalogueChanges(catalogue, connection, registry));
      }
      return changes;
    } catch (IllegalArgumentException | org.apache.avro.AvroRuntimeException e) {
      throw new CommandException(
          ExitCode.USAGE,
          "%s is neither a catalogue (a JSON object of \"catalogue.Name\": \"description\") nor an"
                  .formatted(file)
              + " Avro schema: "
              + e.getMessage(),
          e);
    }
  }

  /** An Avro schema says what type it is; the name of an event type has a dot. */
  private static boolean isAvro(String text) {
    try {
      JsonNode json = new JsonMapper().readTree(text);
      return json.isObject() && json.has("type");
    } catch (JsonProcessingException e) {
      return false;
    }
  }

  private List<SchemaChange> schemaChanges(
      Schema schema, Connection connection, SchemaRegistry registry) {
    boolean isCatalogue = schema.getType() == Schema.Type.ENUM && subject == null;
    if (isCatalogue) {
      return catalogueChanges(Catalogue.of(schema), connection, registry);
    }
    String name = subject != null ? subject : subjectOf(schema, connection.topics());
    Optional<RegisteredSchema> registered = registry.latest(name);
    if (registered.isEmpty()) {
      return List.of(new SchemaChange(name, "is new", true));
    }
    List<SchemaChange> changes =
        new ArrayList<>(Comparison.schema(name, registered.get().schema(), schema));
    if (changes.stream().allMatch(SchemaChange::compatible)
        && !registry.isCompatible(name, schema)) {
      changes.add(new SchemaChange(name, "the registry refuses it, by the subject's level", false));
    }
    return changes;
  }

  private static String subjectOf(Schema schema, Topics topics) {
    if (schema.getFullName().equals(Event.getClassSchema().getFullName())) {
      return Topics.valueSubject(topics.recorded());
    }
    if (schema.getFullName().equals(EventBatch.getClassSchema().getFullName())) {
      return Topics.valueSubject(topics.batches());
    }
    throw new CommandException(
        ExitCode.USAGE,
        "%s is none of the platform's schemas: say with --subject what to compare it with"
            .formatted(schema.getFullName()));
  }

  private List<SchemaChange> catalogueChanges(
      Catalogue catalogue, Connection connection, SchemaRegistry registry) {
    String name = connection.topics().typesSubject(catalogue.name());
    Optional<Catalogue> registered =
        new CatalogueRegistry(registry, connection.topics()).find(catalogue.name());
    return registered
        .map(known -> Comparison.catalogue(name, known, catalogue))
        .orElseGet(
            () ->
                List.of(
                    new SchemaChange(
                        name, "is new, types: %d".formatted(catalogue.types().size()), true)));
  }

  private static void write(SchemaChange change, JsonGenerator json) throws IOException {
    json.writeStartObject();
    json.writeStringField("subject", change.subject());
    json.writeBooleanField("compatible", change.compatible());
    json.writeStringField("change", change.what());
    json.writeEndObject();
  }
}
