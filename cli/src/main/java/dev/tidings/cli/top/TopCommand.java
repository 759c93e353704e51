package dev.tidings.cli.top;

import dev.tidings.cli.ClientCommand;
import dev.tidings.cli.ExitCode;
import dev.tidings.cli.Interruption;
import dev.tidings.cli.connection.Connection;
import dev.tidings.cli.filter.Durations;
import dev.tidings.cli.filter.FilterOptions;
import dev.tidings.cli.output.Documents;
import dev.tidings.cli.output.Format;
import dev.tidings.cli.output.FormatOptions;
import dev.tidings.cli.output.Terminal;
import dev.tidings.registry.SchemaRegistry;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** Shows what is being recorded. */
@Command(
    name = "top",
    description =
        "Shows what is recorded right now: counts of the last minutes by severity, type and source,"
            + " with their trend, until q or Ctrl-C.",
    footer = {
      "",
      "Examples:",
      "  tidings top",
      "  tidings top --window 1h --by type,object --severity WARN",
      "  tidings top --count 1 -o json"
    })
public final class TopCommand extends ClientCommand {
  private static final int SPANS = 30;

  @Option(
      names = "--window",
      paramLabel = "DUR",
      defaultValue = "10m",
      converter = Durations.class,
      description = "How far back counts go. Default: ${DEFAULT-VALUE}.")
  private Duration window = Duration.ofMinutes(10);

  @Option(
      names = "--interval",
      paramLabel = "DUR",
      defaultValue = "2s",
      converter = Durations.class,
      description = "How often they are shown. Default: ${DEFAULT-VALUE}.")
  private Duration interval = Duration.ofSeconds(2);

  @Option(
      names = "--count",
      paramLabel = "N",
      description = "Ends after so many times. Default: never.")
  private long count = Long.MAX_VALUE;

  @Mixin private final FilterOptions filter = new FilterOptions();

  @Mixin private final TallyOptions counted = new TallyOptions();

  @Mixin private final FormatOptions output = new FormatOptions();

  @Override
  protected int run(PrintWriter out, PrintWriter err) throws Exception {
    if (window.toMillis() < SPANS * 100 || interval.toMillis() < 100 || count < 1) {
      throw new ParameterException(
          spec().commandLine(),
          "--window must be at least 3s, --interval at least 100ms and --count at least 1");
    }
    Connection connection = connection();
    connection.requireTopics(connection.topics().recorded());
    Interruption interruption = Interruption.expected();
    Screen screen =
        new Screen(Terminal.ofProcess(), out, output.format() == Format.table, Keyboard::size);
    try (SchemaRegistry registry = connection.openRegistry();
        RecentRecords records =
            new RecentRecords(
                connection,
                registry,
                Instant.now().minus(window),
                event -> filter.at(Instant.now()).test(event))) {
      show(records, screen, out, interruption);
    } finally {
      screen.close();
      interruption.ended(ExitCode.OK);
    }
    return ExitCode.OK;
  }

  private void show(
      RecentRecords records, Screen screen, PrintWriter out, Interruption interruption) {
    if (!screen.isLive() || !Terminal.isInputTerminal()) {
      screen.open();
      showFrames(records, screen, out, interruption);
      return;
    }
    try (Keyboard keyboard = Keyboard.listen(System.in, 'q', interruption::ask)) {
      screen.open();
      showFrames(records, screen, out, interruption);
    }
  }

  private void showFrames(
      RecentRecords records, Screen screen, PrintWriter out, Interruption interruption) {
    Duration span = window.dividedBy(SPANS);
    Tally tally = new Tally(Instant.now().minus(window), span, SPANS, counted.dimensions());
    boolean read = true;
    for (long shown = 0; shown < count && read && !interruption.isAsked(); shown++) {
      records.countInto(tally, interval, interruption::isAsked);
      Instant now = Instant.now();
      tally.slideTo(now);
      if (output.format() == Format.table) {
        screen.show((terminal, frame) -> write(tally, now, terminal, frame));
      } else {
        out.println(
            Documents.inStream(
                json -> counted.text(false).write(tally, now.minus(window), now, json),
                output.format()));
      }
      read = !out.checkError();
    }
  }

  private void write(Tally tally, Instant now, Terminal terminal, PrintWriter out) {
    long occurrences = tally.total().occurrences();
    out.println(
        terminal.fit(
            "%s  last %s: %,d recorded, %.1f/s  %s"
                .formatted(
                    now.truncatedTo(ChronoUnit.SECONDS),
                    window.toString().substring(2).toLowerCase(Locale.ROOT),
                    occurrences,
                    occurrences * 1e3 / window.toMillis(),
                    Sparkline.of(tally.total().bySpan(), terminal))));
    counted.text(false).writeTables(tally, terminal, out);
  }
}
