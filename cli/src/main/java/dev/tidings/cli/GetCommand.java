package dev.tidings.cli;

import dev.tidings.cli.connection.Connection;
import dev.tidings.cli.filter.FilterOptions;
import dev.tidings.cli.output.EventList;
import dev.tidings.cli.output.OutputOptions;
import dev.tidings.cli.output.Terminal;
import dev.tidings.event.Event;
import dev.tidings.informer.Freshness;
import dev.tidings.informer.events.Settled;
import dev.tidings.registry.SchemaRegistry;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** Shows the current events. */
@Command(
    name = "get",
    description = "Shows the current events as of now, the newest last.",
    footer = {
      "",
      "Examples:",
      "  tidings get --severity WARN --since 1h",
      "  tidings get --type 'demo.*' --object 'Disk/*/sda' -o yaml",
      "  tidings get --settled -o jsonl | jq .count"
    })
final class GetCommand extends ClientCommand {
  private static final Comparator<Event> NEWEST_LAST =
      Comparator.comparing(Event::getLastTimestamp)
          .thenComparing(event -> event.getId().toString());

  @Mixin private final FilterOptions filter = new FilterOptions();

  @Mixin private final OutputOptions output = new OutputOptions();

  @Option(names = "--limit", paramLabel = "N", description = "The newest N of them.")
  private @Nullable Integer limit;

  @Option(
      names = "--settled",
      description = "Wait until everything that is recorded by now is counted.")
  private boolean settled;

  @Override
  protected int run(PrintWriter out, PrintWriter err) throws Exception {
    if (limit != null && limit < 1) {
      throw new ParameterException(spec().commandLine(), "--limit must be at least 1");
    }
    Connection connection = connection();
    if (settled) {
      awaitSettled(connection);
    }
    try (EventCache cache = EventCache.load(connection, output.timeout())) {
      Instant now = Instant.now();
      List<Event> events =
          cache.informer().list(Freshness.latest(), output.timeout()).values().stream()
              .filter(filter.at(now))
              .sorted(NEWEST_LAST)
              .toList();
      int from = limit == null ? 0 : Math.max(0, events.size() - limit);
      new EventList(Terminal.ofProcess(), out)
          .write(events.subList(from, events.size()), output.format(), now);
    }
    return ExitCode.OK;
  }

  private void awaitSettled(Connection connection) throws InterruptedException {
    connection.requireTopics(connection.topics().recorded(), connection.topics().batches());
    try (SchemaRegistry registry = connection.openRegistry()) {
      Settled.await(connection.settings(), registry, connection.topics(), output.timeout());
    } catch (TimeoutException e) {
      throw new CommandException(ExitCode.TIMEOUT, e.getMessage() + " (--timeout allows more)", e);
    } catch (KafkaException e) {
      throw new CommandException(ExitCode.UNREACHABLE, "Kafka refuses: " + e.getMessage(), e);
    }
  }
}
