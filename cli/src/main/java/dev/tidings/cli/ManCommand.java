package dev.tidings.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Prints manual pages, or writes them where man finds them. */
@Command(
    name = "man",
    description = "Prints a manual page, or writes all of them where man finds them.",
    footer = {
      "",
      "Examples:",
      "  tidings man get | man -l -",
      "  tidings man --into ~/.local/share/man/man1 && man tidings-get"
    })
final class ManCommand implements Callable<Integer> {
  @Spec private @Nullable CommandSpec spec;

  @Parameters(
      arity = "0..*",
      paramLabel = "COMMAND",
      description = "Which page; none is that of tidings itself.")
  private List<String> path = List.of();

  @Option(names = "--into", paramLabel = "DIR", description = "Writes all pages there.")
  private @Nullable Path into;

  @Option(names = "--help", usageHelp = true, description = "Show this.")
  private boolean help;

  @Override
  public Integer call() {
    if (spec == null) {
      throw new IllegalStateException("picocli sets the spec first");
    }
    PrintWriter out = spec.commandLine().getOut();
    CommandLine root = spec.root().commandLine();
    if (into == null) {
      out.print(ManPage.of(find(root)));
    } else {
      out.printf("%d pages written to %s%n", writeAll(root, into), into);
    }
    out.flush();
    return ExitCode.OK;
  }

  private CommandLine find(CommandLine root) {
    CommandLine found = root;
    for (String name : path) {
      CommandLine next = found.getSubcommands().get(name);
      if (next == null) {
        throw new CommandException(
            ExitCode.USAGE,
            "There is no command '%s': there are %s"
                .formatted(name, String.join(", ", found.getSubcommands().keySet())));
      }
      found = next;
    }
    return found;
  }

  private static int writeAll(CommandLine command, Path directory) {
    try {
      Files.createDirectories(directory);
      Files.writeString(directory.resolve(ManPage.name(command) + ".1"), ManPage.of(command));
    } catch (IOException e) {
      throw new CommandException(
          ExitCode.USAGE, "Cannot write to %s: %s".formatted(directory, IoReason.of(e)), e);
    }
    int written = 1;
    for (CommandLine sub : command.getSubcommands().values()) {
      written += writeAll(sub, directory);
    }
    return written;
  }
}
