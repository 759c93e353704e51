package dev.tidings.cli.doctor;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.tidings.cli.ClientCommand;
import dev.tidings.cli.CommandException;
import dev.tidings.cli.ExitCode;
import dev.tidings.cli.connection.Connection;
import dev.tidings.cli.connection.RunFile;
import dev.tidings.cli.connection.TidingsHome;
import dev.tidings.cli.output.Column;
import dev.tidings.cli.output.Format;
import dev.tidings.cli.output.FormatOptions;
import dev.tidings.cli.output.Listing;
import dev.tidings.cli.output.Terminal;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Finds what is wrong. */
@Command(
    name = "doctor",
    description = {
      "Checks brokers, registry, topics and their settings, what this user may do, consumer groups,"
          + " Connect's tasks, clocks and journal directories; says what is wrong and how to mend"
          + " it. Changes nothing. Exit code 1 if anything failed."
    },
    footer = {
      "",
      "Examples:",
      "  tidings doctor",
      "  tidings doctor --connect http://connect:8083 --journal /var/lib/app/events",
      "  tidings doctor -o jsonl | jq 'select(.state != \"OK\")'"
    })
public final class DoctorCommand extends ClientCommand {
  private static final Duration OBSERVATION = Duration.ofSeconds(3);

  private static final Listing<Finding> LISTING =
      new Listing<>(
          List.of(
              new Column<>("CHECK", Finding::check),
              new Column<>("STATE", finding -> finding.state().name(), DoctorCommand::colour),
              new Column<>("WHAT", Finding::what)),
          DoctorCommand::write);

  private final WebAnswers web = new WebAnswers();

  @Option(
      names = "--connect",
      paramLabel = "URL",
      description =
          "Kafka Connect's REST API. Default: $TIDINGS_CONNECT, else a running 'tidings up'.")
  private @Nullable URI connect;

  @Option(
      names = "--journal",
      paramLabel = "DIR",
      description = "A directory that recorders on this machine have as their journal; several.")
  private List<Path> journals = List.of();

  @Mixin private final FormatOptions output = new FormatOptions();

  @Override
  protected int run(PrintWriter out, PrintWriter err) throws Exception {
    Connection connection = connection();
    List<Finding> findings = new ArrayList<>();
    try (Admin admin = connection.openAdmin()) {
      findings.addAll(findings(new BrokersCheck(connection, admin)));
      // Without a broker each of the others would only wait for it.
      boolean reached = findings.stream().noneMatch(DoctorCommand::isUnreached);
      for (Check check : reached ? withKafka(connection, admin) : List.<Check>of()) {
        findings.addAll(findings(check));
      }
      for (Check check : withoutKafka(connection)) {
        findings.addAll(findings(check));
      }
    }
    write(findings, out);
    return findings.stream().anyMatch(one -> one.state() == Finding.State.FAILURE)
        ? ExitCode.INCOMPLETE
        : ExitCode.OK;
  }

  private static boolean isUnreached(Finding finding) {
    return finding.state() == Finding.State.FAILURE
        && finding.what().contains(Connection.CANNOT_BE_REACHED);
  }

  private List<Check> withKafka(Connection connection, Admin admin) {
    List<URI> servers =
        new ArrayList<>(
            Stream.of(String.valueOf(connection.settings().get("schema.registry.url")).split(","))
                .map(String::strip)
                .filter(url -> url.startsWith("http"))
                .map(URI::create)
                .toList());
    URI worker = worker(connection);
    if (worker != null) {
      servers.add(worker);
    }
    return List.of(
        new TopicsCheck(connection, admin),
        new PermissionsCheck(connection, admin),
        new LagCheck(connection, admin, OBSERVATION),
        new ClockCheck(connection, admin, web, servers, Clock.systemUTC()));
  }

  private List<Check> withoutKafka(Connection connection) {
    List<Check> checks = new ArrayList<>();
    checks.add(new RegistryCheck(connection));
    URI worker = worker(connection);
    if (worker != null) {
      checks.add(new ConnectCheck(worker, web));
    }
    if (!journals.isEmpty()) {
      checks.add(new JournalsCheck(journals, Clock.systemUTC()));
    }
    return checks;
  }

  private @Nullable URI worker(Connection connection) {
    if (connect != null) {
      return connect;
    }
    String given = System.getenv("TIDINGS_CONNECT");
    if (given != null && !given.isBlank()) {
      return URI.create(given);
    }
    return RunFile.readLive(TidingsHome.path())
        .filter(up -> up.bootstrapServers().equals(connection.bootstrapServers()))
        .map(up -> URI.create(up.connect()))
        .orElse(null);
  }

  /** What cannot be checked is a finding, too, and the other checks go on. */
  private static List<Finding> findings(Check check) throws InterruptedException {
    try {
      return check.run();
    } catch (InterruptedException e) {
      throw e;
    } catch (Exception e) {
      String remedy =
          e instanceof CommandException || e instanceof IOException
              ? "start it, or correct its address"
              : "see that this user may ask for it";
      return List.of(Finding.failure(check.name(), String.valueOf(e.getMessage()), remedy));
    }
  }

  private void write(List<Finding> findings, PrintWriter out) {
    if (output.format() != Format.table) {
      LISTING.write(Terminal.ofProcess(), out, output.format(), findings);
      return;
    }
    boolean colours = Terminal.ofProcess().colours();
    for (Finding finding : findings) {
      String state = finding.state().name();
      String colour = colours ? colour(state) : "";
      out.printf(
          "%s%-8s%s %-12s %s%n",
          colour, state, colour.isEmpty() ? "" : "\u001b[0m", finding.check(), finding.what());
      if (!finding.remedy().isEmpty()) {
        out.printf("%-8s %-12s mend: %s%n", "", "", finding.remedy());
      }
    }
  }

  private static String colour(String state) {
    return switch (state) {
      case "OK" -> "\u001b[32m";
      case "WARNING" -> "\u001b[33m";
      default -> "\u001b[1;31m";
    };
  }

  private static void write(Finding finding, JsonGenerator json) throws IOException {
    json.writeStartObject();
    json.writeStringField("check", finding.check());
    json.writeStringField("state", finding.state().name());
    json.writeStringField("what", finding.what());
    json.writeStringField("remedy", finding.remedy());
    json.writeEndObject();
  }
}
