package dev.tidings.cli.events;

import dev.tidings.cli.ClientCommand;
import dev.tidings.cli.CommandException;
import dev.tidings.cli.ExitCode;
import dev.tidings.cli.connection.Connection;
import dev.tidings.cli.filter.FilterOptions;
import dev.tidings.cli.output.ChangeStream;
import dev.tidings.cli.output.Format;
import dev.tidings.cli.output.OutputOptions;
import dev.tidings.cli.output.Terminal;
import dev.tidings.event.Event;
import dev.tidings.informer.rv.ResourceVersion;
import dev.tidings.informer.watch.Change;
import dev.tidings.informer.watch.ChangeType;
import dev.tidings.informer.watch.Watch;
import dev.tidings.informer.watch.WatchOptions;
import java.io.PrintWriter;
import java.time.Clock;
import java.time.Duration;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Shows changes of events as they come. */
@Command(
    name = "watch",
    description = "Shows events as they are added, changed and deleted, until interrupted.",
    footer = {
      "",
      "With -o jsonl each line has change (ADDED, MODIFIED, DELETED, BOOKMARK),",
      "event and resourceVersion; --from continues behind the change that had it.",
      "The first line is a BOOKMARK that says where the watch begins.",
      "",
      "Examples:",
      "  tidings watch --severity ERROR",
      "  tidings watch -o jsonl >> seen.jsonl",
      "  tidings watch --from \"$(tail -1 seen.jsonl | jq -r .resourceVersion)\""
    })
public final class WatchCommand extends ClientCommand {
  private static final Duration POLL = Duration.ofSeconds(1);

  @Mixin private final FilterOptions filter = new FilterOptions();

  @Mixin private final OutputOptions output = new OutputOptions();

  @Option(
      names = "--from",
      paramLabel = "RV",
      description = "Continue behind this resource version. Default: from now on.")
  private @Nullable String from;

  @Override
  protected int run(PrintWriter out, PrintWriter err) throws Exception {
    ResourceVersion start = from == null ? null : parse(from);
    Connection connection = connection();
    Clock clock = Clock.systemUTC();
    try (EventCache cache = EventCache.load(connection, output.timeout());
        Watch<String, Event> watch =
            cache
                .informer()
                .watch(
                    (start == null
                            ? WatchOptions.<String, Event>fromNow()
                            : WatchOptions.<String, Event>from(start))
                        .filter((id, event) -> filterNow(clock).test(event)))) {
      ChangeStream stream = new ChangeStream(Terminal.ofProcess(), out, output.format(), clock);
      boolean read =
          output.format() == Format.table
              || stream.write(
                  new Change<>(ChangeType.BOOKMARK, null, null, null, watch.resourceVersion()));
      while (read) {
        Change<String, Event> change = watch.poll(POLL);
        read = change == null ? !out.checkError() : stream.write(change);
      }
    }
    return ExitCode.OK;
  }

  private Predicate<Event> filterNow(Clock clock) {
    return filter.at(clock.instant());
  }

  private static ResourceVersion parse(String text) {
    try {
      return ResourceVersion.parse(text);
    } catch (IllegalArgumentException e) {
      throw new CommandException(ExitCode.USAGE, "--from: " + e.getMessage(), e);
    }
  }
}
