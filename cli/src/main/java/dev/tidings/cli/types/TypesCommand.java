package dev.tidings.cli.types;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.tidings.catalogue.Catalogue;
import dev.tidings.catalogue.EventType;
import dev.tidings.cli.ClientCommand;
import dev.tidings.cli.ExitCode;
import dev.tidings.cli.connection.Connection;
import dev.tidings.cli.output.Column;
import dev.tidings.cli.output.FormatOptions;
import dev.tidings.cli.output.Listing;
import dev.tidings.cli.output.Terminal;
import dev.tidings.event.match.Glob;
import dev.tidings.registry.SchemaRegistry;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Shows the event types that the registry knows. */
@Command(
    name = "types",
    description = "Shows the event types that the registry knows, of all catalogues.",
    subcommands = TypesCheckCommand.class,
    footer = {
      "",
      "Examples:",
      "  tidings types",
      "  tidings types --type 'cluster.*' -o jsonl",
      "  tidings types check types.json"
    })
public final class TypesCommand extends ClientCommand {
  @Option(names = "--type", paramLabel = "GLOB", description = "Such types, as 'cluster.*'.")
  private @Nullable Glob type;

  @Mixin private final FormatOptions output = new FormatOptions();

  private record Known(String owner, EventType type) {
    String name() {
      return type.catalogue() + "." + type.name();
    }
  }

  private static final Listing<Known> LISTING =
      new Listing<>(
          List.of(
              new Column<>("TYPE", Known::name),
              new Column<>("OWNER", Known::owner),
              new Column<>("DESCRIPTION", known -> known.type().description())),
          TypesCommand::write);

  @Override
  protected boolean isPaged() {
    return true;
  }

  @Override
  protected int run(PrintWriter out, PrintWriter err) {
    Connection connection = connection();
    try (SchemaRegistry registry = connection.openRegistry()) {
      List<Known> types = new ArrayList<>();
      for (Catalogue catalogue : connection.catalogues(registry).all().all()) {
        catalogue.types().forEach(one -> types.add(new Known(catalogue.owner(), one)));
      }
      types.removeIf(known -> type != null && !type.matches(known.name()));
      types.sort(Comparator.comparing(Known::name));
      LISTING.write(Terminal.ofProcess(), out, output.format(), types);
    }
    return ExitCode.OK;
  }

  private static void write(Known known, JsonGenerator json) throws IOException {
    json.writeStartObject();
    json.writeStringField("type", known.name());
    json.writeStringField("owner", known.owner());
    json.writeStringField("description", known.type().description());
    json.writeEndObject();
  }
}
