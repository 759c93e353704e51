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
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.TypeConversionException;
import picocli.CommandLine.UnmatchedArgumentException;

/** The {@code tidings} command. */
@Command(
    name = "tidings",
    description = "Records, shows and watches what happens to your services.",
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
  private static final Map<String, Supplier<Object>> COMMANDS = new LinkedHashMap<>();

  static {
    COMMANDS.put("up", UpCommand::new);
    COMMANDS.put("record", RecordCommand::new);
    COMMANDS.put("get", GetCommand::new);
    COMMANDS.put("watch", WatchCommand::new);
    COMMANDS.put("diff", DiffCommand::new);
    COMMANDS.put("describe", DescribeCommand::new);
    COMMANDS.put("replay", ReplayCommand::new);
    COMMANDS.put("rejected", RejectedCommand::new);
    COMMANDS.put("top", TopCommand::new);
    COMMANDS.put("stats", StatsCommand::new);
    COMMANDS.put("types", TypesCommand::new);
    COMMANDS.put("topics", TopicsCommand::new);
    COMMANDS.put("doctor", DoctorCommand::new);
    COMMANDS.put("completion", CompletionCommand::new);
    COMMANDS.put("man", ManCommand::new);
  }

  // They tell of all commands.
  private static final Set<String> ABOUT_ALL = Set.of("completion", "man");

  @Option(names = "--help", usageHelp = true, description = "Show this.")
  private boolean help;

  @Option(names = "--version", versionHelp = true, description = "Show the version.")
  private boolean version;

  Tidings() {}

  /** Runs one command and ends with one of {@link ExitCode}. */
  public static void main(String[] args) {
    PrintWriter out = new PrintWriter(System.out, false, StandardCharsets.UTF_8);
    PrintWriter err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
    System.exit(commandLine(out, err, needed(args)).execute(args));
  }

  /** Only the command that is called: to look at the options of all takes longer than it should. */
  private static Set<String> needed(String[] args) {
    boolean one = args.length > 0 && COMMANDS.containsKey(args[0]) && !ABOUT_ALL.contains(args[0]);
    return one ? Set.of(args[0]) : COMMANDS.keySet();
  }

  /** The command, writing to these: for tests, and for tools that document it. */
  public static CommandLine commandLine(PrintWriter out, PrintWriter err) {
    return commandLine(out, err, COMMANDS.keySet());
  }

  private static CommandLine commandLine(PrintWriter out, PrintWriter err, Set<String> commands) {
    CommandLine tidings = new CommandLine(new Tidings());
    COMMANDS.forEach(
        (name, command) -> {
          if (commands.contains(name)) {
            tidings.addSubcommand(command.get());
          }
        });
    tidings
        .setOut(out)
        .setErr(err)
        .registerConverter(Glob.class, Glob::new)
        .registerConverter(UUID.class, Tidings::eventId)
        .registerConverter(URI.class, Tidings::url)
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

  private static UUID eventId(String text) {
    try {
      return UUID.fromString(text);
    } catch (IllegalArgumentException e) {
      throw new TypeConversionException(
          "'%s' is no event's id: 'tidings get -o jsonl' shows them".formatted(text));
    }
  }

  private static URI url(String text) {
    try {
      URI url = new URI(text);
      if (url.getHost() != null && String.valueOf(url.getScheme()).matches("https?")) {
        return url;
      }
    } catch (URISyntaxException e) {
      throw new TypeConversionException(
          "'%s' is no URL (%s)".formatted(text, e.getReason().toLowerCase(Locale.ROOT)));
    }
    throw new TypeConversionException("'%s' is no URL: write http://HOST:PORT".formatted(text));
  }

  private static int wrongUsage(ParameterException problem, String[] args) {
    CommandLine command = problem.getCommandLine();
    PrintWriter err = command.getErr();
    if (problem instanceof UnmatchedArgumentException unmatched && isNoCommand(unmatched)) {
      err.println("tidings: " + noCommand(command, unmatched.getUnmatched().get(0)));
    } else {
      err.println("tidings: " + problem.getMessage());
      if (!UnmatchedArgumentException.printSuggestions(problem, err)) {
        err.println(
            "tidings: '%s --help' shows what there is"
                .formatted(command.getCommandSpec().qualifiedName()));
      }
    }
    err.flush();
    return ExitCode.USAGE;
  }

  private static boolean isNoCommand(UnmatchedArgumentException unmatched) {
    return !unmatched.isUnknownOption()
        && !unmatched.getCommandLine().getSubcommands().isEmpty()
        && !unmatched.getUnmatched().isEmpty();
  }

  private static String noCommand(CommandLine parent, String given) {
    String all = parent.getCommandSpec().qualifiedName();
    return Nearest.to(given, parent.getSubcommands().keySet())
        .map(
            nearest ->
                "there is no '%s %s': did you mean '%s %s'?".formatted(all, given, all, nearest))
        .orElseGet(
            () ->
                "there is no '%s %s', only %s"
                    .formatted(all, given, String.join(", ", parent.getSubcommands().keySet())));
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
