package dev.tidings.cli.events;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.tidings.cli.ClientCommand;
import dev.tidings.cli.ExitCode;
import dev.tidings.cli.connection.Connection;
import dev.tidings.cli.filter.FilterOptions;
import dev.tidings.cli.output.Column;
import dev.tidings.cli.output.Listing;
import dev.tidings.cli.output.OutputOptions;
import dev.tidings.cli.output.Terminal;
import dev.tidings.cli.point.LogPoint;
import dev.tidings.cli.replay.Contents;
import dev.tidings.cli.replay.ContentsReader;
import dev.tidings.event.Event;
import dev.tidings.event.identity.RecordKey;
import dev.tidings.event.json.EventJson;
import dev.tidings.informer.watch.ChangeType;
import dev.tidings.registry.SchemaRegistry;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Shows what changed between two points. */
@Command(
    name = "diff",
    description = "Shows which events were added, changed and deleted between two points.",
    footer = {
      "",
      "Examples:",
      "  tidings diff --from 1h",
      "  tidings diff --from 2026-01-31T12:00 --to 2026-01-31T13:00 --severity ERROR",
      "  tidings diff --from 30m -o jsonl | jq 'select(.change == \"ADDED\").event'"
    })
public final class DiffCommand extends ClientCommand {
  @Option(
      names = "--from",
      required = true,
      paramLabel = "POINT",
      converter = LogPoint.Converter.class,
      description = "What is compared: " + LogPoint.FORMS + ".")
  private @Nullable LogPoint from;

  @Option(
      names = "--to",
      paramLabel = "POINT",
      defaultValue = "now",
      converter = LogPoint.Converter.class,
      description = "With what. Default: ${DEFAULT-VALUE}.")
  private @Nullable LogPoint to;

  @Mixin private final FilterOptions filter = new FilterOptions();

  @Mixin private final OutputOptions output = new OutputOptions();

  /**
   * An event that is not as it was.
   *
   * @param before null if it was added
   * @param after null if it was deleted
   */
  private record Changed(String id, @Nullable Event before, @Nullable Event after) {
    ChangeType type() {
      return before == null
          ? ChangeType.ADDED
          : after == null ? ChangeType.DELETED : ChangeType.MODIFIED;
    }

    Event newest() {
      return Objects.requireNonNull(after == null ? before : after, "one of them is there");
    }

    String count() {
      return before == null || after == null || before.getCount() == after.getCount()
          ? Long.toString(newest().getCount())
          : before.getCount() + " to " + after.getCount();
    }
  }

  private static final Listing<Changed> LISTING =
      new Listing<>(
          List.of(
              new Column<>("CHANGE", changed -> changed.type().name()),
              new Column<>("LAST SEEN", changed -> changed.newest().getLastTimestamp().toString()),
              new Column<>("COUNT", Changed::count),
              Column.severity(changed -> changed.newest().getSeverity().name()),
              new Column<>("TYPE", changed -> changed.newest().getType()),
              new Column<>("OBJECT", changed -> RecordKey.of(changed.newest())),
              new Column<>("MESSAGE", changed -> changed.newest().getMessage())),
          DiffCommand::write);

  @Override
  protected boolean isPaged() {
    return true;
  }

  @Override
  protected int run(PrintWriter out, PrintWriter err) throws Exception {
    LogPoint first = Objects.requireNonNull(from, "required");
    LogPoint last = Objects.requireNonNull(to, "has a default");
    LogPoint.requireOrder(spec().commandLine(), first, last);
    Connection connection = connection();
    connection.requireTopics(connection.topics().events());
    try (SchemaRegistry registry = connection.openRegistry()) {
      ContentsReader reader = new ContentsReader(registry);
      Predicate<Event> wanted = filter.at(Instant.now());
      Map<String, PastEvents.Difference> differences =
          PastEvents.at(connection, first).differencesTo(last);
      List<Changed> changed =
          differences.entrySet().stream()
              .map(
                  entry ->
                      new Changed(
                          entry.getKey(),
                          event(reader, entry.getValue().before()),
                          event(reader, entry.getValue().after())))
              .filter(one -> one.before() != null || one.after() != null)
              .filter(one -> wanted.test(one.newest()))
              .sorted(Comparator.comparing(one -> one.newest().getLastTimestamp()))
              .toList();
      LISTING.write(Terminal.ofProcess(), out, output.format(), changed);
    }
    return ExitCode.OK;
  }

  /** Null if there is none, also because it is something else. */
  private static @Nullable Event event(ContentsReader reader, byte @Nullable [] value) {
    return reader.read(new RecordHeaders(), value) instanceof Contents.OfEvent one
        ? one.event()
        : null;
  }

  private static void write(Changed changed, JsonGenerator json) throws IOException {
    json.writeStartObject();
    json.writeStringField("change", changed.type().name());
    write("event", changed.after(), json);
    write("before", changed.before(), json);
    json.writeEndObject();
  }

  private static void write(String name, @Nullable Event event, JsonGenerator json)
      throws IOException {
    json.writeFieldName(name);
    if (event == null) {
      json.writeNull();
    } else {
      EventJson.write(event, json);
    }
  }
}
