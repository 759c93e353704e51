package dev.tidings.cli;

import dev.tidings.cli.doctor.DoctorCommand;
import dev.tidings.cli.events.DescribeCommand;
import dev.tidings.cli.events.DiffCommand;
import dev.tidings.cli.events.GetCommand;
import dev.tidings.cli.events.WatchCommand;
import dev.tidings.cli.record.RecordCommand;
import dev.tidings.cli.rejected.RejectedCommand;
import dev.tidings.cli.replay.ReplayCommand;
import dev.tidings.cli.top.StatsCommand;
import dev.tidings.cli.top.TopCommand;
import dev.tidings.cli.topics.TopicsCommand;
import dev.tidings.cli.types.TypesCommand;
import dev.tidings.event.match.Glob;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Option;

/** The {@code tidings} command. */
@Command(
    name = "tidings",
    description = "Records, shows and watches what happens to your services.",
    subcommands = {
      UpCommand.class,
      RecordCommand.class,
      GetCommand.class,
      WatchCommand.class,
      DiffCommand.class,
      DescribeCommand.class,
      RejectedCommand.class,
      TopicsCommand.class,
      DoctorCommand.class,
      TopCommand.class,
      StatsCommand.class,
      TypesCommand.class,
      ReplayCommand.class,
      CompletionCommand.class,
      ManCommand.class
    },
    synopsisSubcommandLabel = "COMMAND",
    versionProvider = Tidings.Version.class,
    footer = {
      "",
      "Environment: TIDINGS_BOOTSTRAP_SERVERS, TIDINGS_REGISTRY, TIDINGS_CONFIG,",
      "TIDINGS_PREFIX, TIDINGS_HOME (default ~/.tidings), NO_COLOR, COLUMNS.",
      "",
      "'tidings COMMAND --help' shows a command's options, with examples."
    })
public final class Tidings {
  @Option(names = "--help", usageHelp = true, description = "Show this.")
  private boolean help;

  @Option(names = "--version", versionHelp = true, description = "Show the version.")
  private boolean version;

  Tidings() {}

  /** Runs one command and ends with one of {@link ExitCode}. */
  public static void main(String[] args) {
    PrintWriter out = new PrintWriter(System.out, false, StandardCharsets.UTF_8);
    PrintWriter err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
    System.exit(commandLine(out, err).execute(args));
  }

  /** The command, writing to these: for tests, and for tools that document it. */
  public static CommandLine commandLine(PrintWriter out, PrintWriter err) {
    CommandLine tidings = new CommandLine(new Tidings());
    tidings
        .setOut(out)
        .setErr(err)
        .registerConverter(Glob.class, Glob::new)
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setUsageHelpLongOptionsMaxWidth(34)
        .setUsageHelpAutoWidth(false)
        .setExecutionExceptionHandler(new Failures())
        .setParameterExceptionHandler(Tidings::wrongUsage);
    explainExitCodes(tidings);
    return tidings;
  }

  private static void explainExitCodes(CommandLine parent) {
    for (CommandLine command : parent.getSubcommands().values()) {
      command
          .getCommandSpec()
          .usageMessage()
          .exitCodeListHeading("%nExit codes:%n")
          .exitCodeList(CommandLine.Model.UsageMessageSpec.keyValuesMap(ExitCode.LIST));
      explainExitCodes(command);
    }
  }

  private static int wrongUsage(CommandLine.ParameterException problem, String[] args) {
    CommandLine command = problem.getCommandLine();
    PrintWriter err = command.getErr();
    err.println("tidings: " + problem.getMessage());
    if (!CommandLine.UnmatchedArgumentException.printSuggestions(problem, err)) {
      err.println(
          "tidings: '%s --help' shows what there is"
              .formatted(command.getCommandSpec().qualifiedName()));
    }
    err.flush();
    return ExitCode.USAGE;
  }

  /** From the jar. */
  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
      String version = Tidings.class.getPackage().getImplementationVersion();
      return new String[] {"tidings " + (version == null ? "(not packaged)" : version)};
    }
  }
}
