package dev.tidings.cli.events;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.tidings.cli.ClientCommand;
import dev.tidings.cli.CommandException;
import dev.tidings.cli.ExitCode;
import dev.tidings.cli.connection.Connection;
import dev.tidings.cli.output.Documents;
import dev.tidings.cli.output.Fields;
import dev.tidings.cli.output.Format;
import dev.tidings.cli.output.OutputOptions;
import dev.tidings.cli.output.Terminal;
import dev.tidings.cli.replay.ContentsReader;
import dev.tidings.event.Event;
import dev.tidings.event.identity.RecordKey;
import dev.tidings.event.json.EventJson;
import dev.tidings.registry.SchemaRegistry;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;

/** Shows one event, or all that is known of one object, as a timeline. */
@Command(
    name = "describe",
    description =
        "Shows one event, or everything known of one object or source, as a timeline: what was"
            + " recorded (OCCURRED), what the platform made of it (COUNTED) and what it could not"
            + " read (REJECTED), as far as the topics still have it.",
    footer = {
      "",
      "Examples:",
      "  tidings describe 01a1fcaf-f974-7000-b330-7165c47e8603",
      "  tidings describe --object Disk/node-1/sda",
      "  tidings describe --source node-1/smartd -o json | jq '.timeline[].message'"
    })
public final class DescribeCommand extends ClientCommand {
  private static final Pattern OBJECT = Pattern.compile("[^/]+/[^/]*/.+");
  private static final Pattern SOURCE = Pattern.compile("[^/]+/[^/]+");

  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "EVENT-ID",
      description = "As 'tidings get -o jsonl' shows it.")
  private @Nullable UUID id;

  @Option(names = "--object", paramLabel = "KIND/NAMESPACE/NAME", description = "One object.")
  private @Nullable String object;

  @Option(
      names = "--source",
      paramLabel = "NODE/COMPONENT",
      description = "One source: all that it recorded.")
  private @Nullable String source;

  @Option(
      names = "--limit",
      paramLabel = "N",
      defaultValue = "1000",
      description = "The newest N entries of the timeline. Default: ${DEFAULT-VALUE}.")
  private int limit = 1_000;

  @Mixin private final OutputOptions output = new OutputOptions();

  @Mixin private final CacheOptions cache = new CacheOptions();

  /**
   * All that was found.
   *
   * @param what the object, source or event
   * @param events as they are now, the oldest first
   * @param leftOut how many older entries there are
   */
  private record Described(
      String what, List<Event> events, List<TimelineEntry> timeline, long leftOut) {}

  @Override
  protected boolean isPaged() {
    return true;
  }

  @Override
  protected int run(PrintWriter out, PrintWriter err) throws Exception {
    check();
    Connection connection = connection();
    connection.requireTopics(
        connection.topics().recorded(),
        connection.topics().batches(),
        connection.topics().rejected());
    try (SchemaRegistry registry = connection.openRegistry()) {
      ContentsReader reader = new ContentsReader(registry);
      Described described = describe(connection, registry, reader);
      if (described.events().isEmpty() && described.timeline().isEmpty()) {
        throw new CommandException(
            ExitCode.INCOMPLETE,
            "Nothing is known of %s: it may be spelled differently, or be older than what Kafka keeps"
                .formatted(described.what()));
      }
      if (output.format() == Format.table) {
        writeText(described, out);
      } else {
        writeDocuments(described, out);
      }
    }
    return ExitCode.OK;
  }

  private void check() {
    long given = java.util.stream.Stream.of(id, object, source).filter(Objects::nonNull).count();
    if (given != 1) {
      throw usage("Give one of EVENT-ID, --object and --source");
    }
    if (object != null && !OBJECT.matcher(object).matches()) {
      throw usage("'%s' is no object: write kind/namespace/name".formatted(object));
    }
    if (source != null && !SOURCE.matcher(source).matches()) {
      throw usage("'%s' is no source: write node/component".formatted(source));
    }
    if (limit < 1) {
      throw usage("--limit must be at least 1");
    }
  }

  private ParameterException usage(String problem) {
    return new ParameterException(spec().commandLine(), problem);
  }

  private Described describe(Connection connection, SchemaRegistry registry, ContentsReader reader)
      throws Exception {
    if (id != null) {
      List<Event> found = event(connection, registry, id.toString());
      return found.isEmpty()
          ? new Described("event " + id, found, List.of(), 0)
          : described(connection, reader, new Subject.OfEvent(found.get(0)), found);
    }
    Subject subject = subject();
    return described(connection, reader, subject, events(connection, registry, subject::hasState));
  }

  private Subject subject() {
    if (object != null) {
      return new Subject.OfObject(object);
    }
    String[] parts = String.valueOf(source).split("/", 2);
    return new Subject.OfSource(parts[0], parts[1]);
  }

  private Described described(
      Connection connection, ContentsReader reader, Subject subject, List<Event> found)
      throws Exception {
    Timeline timeline = new Timeline(connection, reader, subject, limit);
    return new Described(subject.what(), found, timeline.read(), timeline.leftOut());
  }

  private List<Event> events(
      Connection connection, SchemaRegistry registry, Predicate<Event> wanted) {
    return CurrentEvents.visit(
            connection,
            output.timeout(),
            cache.directory(),
            () -> new EventSelection(registry, wanted, Integer.MAX_VALUE))
        .chosen();
  }

  /** By the key: nothing else needs to be decoded. */
  private List<Event> event(Connection connection, SchemaRegistry registry, String wanted) {
    return CurrentEvents.visit(
            connection,
            output.timeout(),
            cache.directory(),
            () -> new OneEvent(wanted, new EventSelection(registry, null, Integer.MAX_VALUE)))
        .selection()
        .chosen();
  }

  private record OneEvent(String wanted, EventSelection selection)
      implements CurrentEvents.Visitor {
    @Override
    public void visit(String key, byte[] value) {
      if (key.equals(wanted)) {
        selection.visit(key, value);
      }
    }
  }

  private void writeText(Described described, PrintWriter out) {
    Terminal terminal = Terminal.ofProcess();
    Fields fields = new Fields(out).put("WHAT", described.what());
    List<Event> events = described.events();
    if (id != null) {
      Event event = events.get(0);
      fields
          .put("TYPE", event.getType())
          .put("SEVERITY", event.getSeverity().name())
          .put("SOURCE", event.getSource().getNode() + "/" + event.getSource().getComponent())
          .put("OBJECT", event.getObject() == null ? "-" : RecordKey.of(event))
          .put("MESSAGE", event.getMessage());
      event.getAttributes().forEach((name, value) -> fields.put("ATTRIBUTE", name + "=" + value));
    } else {
      fields.put("EVENTS", Integer.toString(events.size()));
    }
    fields.put("COUNT", Long.toString(events.stream().mapToLong(Event::getCount).sum()));
    events.stream()
        .map(Event::getFirstTimestamp)
        .min(Comparator.naturalOrder())
        .ifPresent(first -> fields.put("FIRST SEEN", first.toString()));
    events.stream()
        .map(Event::getLastTimestamp)
        .max(Comparator.naturalOrder())
        .ifPresent(last -> fields.put("LAST SEEN", last.toString()));
    fields.write();
    out.println();
    if (described.leftOut() > 0) {
      out.printf("%,d earlier entries are left out (--limit)%n", described.leftOut());
    }
    TimelineEntry.LISTING.write(terminal, out, Format.table, described.timeline());
  }

  private void writeDocuments(Described described, PrintWriter out) {
    if (output.format() == Format.jsonl) {
      TimelineEntry.LISTING.write(Terminal.ofProcess(), out, Format.jsonl, described.timeline());
      return;
    }
    Documents.writeOne(out, output.format(), json -> write(described, json));
  }

  private static void write(Described described, JsonGenerator json) throws IOException {
    json.writeStartObject();
    json.writeStringField("what", described.what());
    json.writeArrayFieldStart("events");
    for (Event event : described.events()) {
      EventJson.write(event, json);
    }
    json.writeEndArray();
    json.writeNumberField("leftOut", described.leftOut());
    json.writeArrayFieldStart("timeline");
    for (TimelineEntry entry : described.timeline()) {
      TimelineEntry.write(entry, json);
    }
    json.writeEndArray();
    json.writeEndObject();
  }
}
