package dev.tidings.cli.top;

import dev.tidings.cli.ClientCommand;
import dev.tidings.cli.ExitCode;
import dev.tidings.cli.connection.Connection;
import dev.tidings.cli.filter.FilterOptions;
import dev.tidings.cli.output.Documents;
import dev.tidings.cli.output.Format;
import dev.tidings.cli.output.FormatOptions;
import dev.tidings.cli.output.Terminal;
import dev.tidings.cli.point.TimeOption;
import dev.tidings.event.BatchEntry;
import dev.tidings.event.Event;
import dev.tidings.event.EventBatch;
import dev.tidings.informer.replay.Replay;
import dev.tidings.informer.replay.ReplayPoint;
import dev.tidings.registry.SchemaRegistry;
import dev.tidings.wire.EventBatchDeserializer;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Objects;
import java.util.function.Predicate;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** Counts what was recorded in a time. */
@Command(
    name = "stats",
    description =
        "Counts what was recorded in a time, by severity, type and source: every occurrence once,"
            + " as the batches have it, at the time when the platform counted it.",
    footer = {
      "",
      "Examples:",
      "  tidings stats --from 7d",
      "  tidings stats --from 2026-01-31 --to 2026-02-01 --by type,object",
      "  tidings stats -o json | jq '.type[0]'"
    })
public final class StatsCommand extends ClientCommand {
  private static final int SPANS = 24;

  @Option(
      names = "--from",
      paramLabel = "TIME",
      defaultValue = "24h",
      converter = TimeOption.class,
      description = "A time, or a duration before now. Default: ${DEFAULT-VALUE}.")
  private @Nullable Instant from;

  @Option(
      names = "--to",
      paramLabel = "TIME",
      converter = TimeOption.class,
      description = "Default: now.")
  private @Nullable Instant to;

  @Mixin private final FilterOptions filter = new FilterOptions();

  @Mixin private final TallyOptions counted = new TallyOptions();

  @Mixin private final FormatOptions output = new FormatOptions();

  @Override
  protected boolean isPaged() {
    return true;
  }

  @Override
  protected int run(PrintWriter out, PrintWriter err) throws Exception {
    Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
    Instant first = Objects.requireNonNull(from, "has a default");
    Instant last = to == null ? now : to;
    if (!first.isBefore(last)) {
      throw new ParameterException(spec().commandLine(), "--from must be before --to");
    }
    Connection connection = connection();
    connection.requireTopics(connection.topics().batches());
    Duration span = Duration.ofMillis(Duration.between(first, last).toMillis() / SPANS + 1);
    Tally tally = new Tally(first, span, SPANS + 1, counted.dimensions());
    try (SchemaRegistry registry = connection.openRegistry()) {
      count(connection, registry, first, last, tally);
    }
    if (output.format() != Format.table) {
      Documents.writeOne(
          out, output.format(), json -> counted.text(true).write(tally, first, last, json));
    } else {
      Tally.Count total = tally.total();
      out.printf(
          "%s to %s: %,d occurrences, %,d new events%n",
          first.truncatedTo(ChronoUnit.SECONDS),
          last.truncatedTo(ChronoUnit.SECONDS),
          total.occurrences(),
          total.events());
      counted.text(true).writeTables(tally, Terminal.ofProcess(), out);
    }
    return ExitCode.OK;
  }

  private void count(
      Connection connection, SchemaRegistry registry, Instant first, Instant last, Tally tally)
      throws Exception {
    Predicate<Event> wanted = filter.at(Instant.now());
    Replay.<String, EventBatch>of(
            connection.topics().batches(),
            new StringDeserializer(),
            new EventBatchDeserializer(registry))
        .clientProperties(connection.settings())
        .from(ReplayPoint.time(first))
        .to(ReplayPoint.time(last))
        .run(
            record -> {
              EventBatch batch = record.value();
              if (batch == null) {
                return;
              }
              for (BatchEntry entry : batch.getEntries()) {
                if (wanted.test(entry.getEvent())) {
                  add(tally, record.time(), entry);
                }
              }
            });
  }

  /** An event is new in the batch that has all of its occurrences. */
  private static void add(Tally tally, Instant time, BatchEntry entry) {
    boolean isNew = entry.getEvent().getCount() == entry.getOccurrences();
    tally.add(entry.getEvent(), time, entry.getOccurrences(), isNew ? 1 : 0);
  }
}
