package dev.tidings.cli.events;

import dev.tidings.cli.ClientCommand;
import dev.tidings.cli.CommandException;
import dev.tidings.cli.ExitCode;
import dev.tidings.cli.connection.Connection;
import dev.tidings.cli.filter.FilterOptions;
import dev.tidings.cli.output.EventList;
import dev.tidings.cli.output.OutputOptions;
import dev.tidings.cli.output.Terminal;
import dev.tidings.cli.point.LogPoint;
import dev.tidings.event.Event;
import dev.tidings.informer.events.Settled;
import dev.tidings.registry.SchemaRegistry;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** Shows the current events. */
@Command(
    name = "get",
    description = "Shows the events as they are now, or were once, the newest last.",
    footer = {
      "",
      "Examples:",
      "  tidings get --severity WARN --since 1h",
      "  tidings get --type 'demo.*' --object 'Disk/*/sda' -o yaml",
      "  tidings get --settled -o jsonl | jq .count",
      "  tidings get --at 2026-01-31T12:00"
    })
public final class GetCommand extends ClientCommand {
  @Mixin private final FilterOptions filter = new FilterOptions();

  @Mixin private final OutputOptions output = new OutputOptions();

  @Mixin private final CacheOptions cache = new CacheOptions();

  @Option(names = "--limit", paramLabel = "N", description = "The newest N of them.")
  private @Nullable Integer limit;

  @Option(
      names = "--settled",
      description = "Wait until everything that is recorded by now is counted.")
  private boolean settled;

  @Option(
      names = "--at",
      paramLabel = "POINT",
      converter = LogPoint.Converter.class,
      description = "As they were then: " + LogPoint.FORMS + ".")
  private @Nullable LogPoint at;

  @Override
  protected boolean isPaged() {
    return true;
  }

  @Override
  protected int run(PrintWriter out, PrintWriter err) throws Exception {
    if (limit != null && limit < 1) {
      throw new ParameterException(spec().commandLine(), "--limit must be at least 1");
    }
    if (at != null && settled) {
      throw new ParameterException(
          spec().commandLine(), "--settled is about now: leave it out with --at");
    }
    Connection connection = connection();
    try (SchemaRegistry registry = connection.openRegistry()) {
      if (settled) {
        awaitSettled(connection, registry);
      }
      Instant now = Instant.now();
      EventList list = new EventList(Terminal.ofProcess(), out);
      EventSelection selection = select(connection, registry, now, err);
      list.write(selection.chosen(), output.format(), now);
      if (selection.unreadable() > 0) {
        err.printf("tidings: warning: %,d records are no events%n", selection.unreadable());
      }
    }
    return ExitCode.OK;
  }

  private EventSelection select(
      Connection connection, SchemaRegistry registry, Instant now, PrintWriter err)
      throws Exception {
    Predicate<Event> wanted = filter.isGiven() ? filter.at(now) : null;
    int most = limit == null ? Integer.MAX_VALUE : limit;
    if (at == null) {
      return CurrentEvents.visit(
          connection,
          output.timeout(),
          cache.directory(),
          () -> new EventSelection(registry, wanted, most));
    }
    connection.requireTopics(connection.topics().events());
    EventSelection selection = new EventSelection(registry, wanted, most);
    PastEvents past = PastEvents.at(connection, at);
    past.remarks(at, now).forEach(remark -> err.println("tidings: note: " + remark));
    past.forEach(selection);
    return selection;
  }

  private void awaitSettled(Connection connection, SchemaRegistry registry)
      throws InterruptedException {
    connection.requireTopics(connection.topics().recorded(), connection.topics().batches());
    try {
      Settled.await(connection.settings(), registry, connection.topics(), output.timeout());
    } catch (TimeoutException e) {
      throw new CommandException(ExitCode.TIMEOUT, e.getMessage() + " (--timeout allows more)", e);
    } catch (KafkaException e) {
      throw new CommandException(ExitCode.UNREACHABLE, "Kafka refuses: " + e.getMessage(), e);
    }
  }
}
