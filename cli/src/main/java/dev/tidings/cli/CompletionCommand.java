package dev.tidings.cli;

import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Prints a script that completes commands and options in a shell. */
@Command(
    name = "completion",
    description = "Prints a script that completes commands, options and their values in a shell.",
    footer = {
      "",
      "Examples:",
      "  source <(tidings completion bash)",
      "  source <(tidings completion zsh)",
      "  tidings completion fish | source"
    })
final class CompletionCommand implements Callable<Integer> {
  /** Which one. */
  enum Shell {
    bash,
    zsh,
    fish
  }

  @Spec private @Nullable CommandSpec spec;

  @Parameters(
      index = "0",
      arity = "0..1",
      defaultValue = "bash",
      paramLabel = "SHELL",
      description = "${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
  private Shell shell = Shell.bash;

  @Option(names = "--help", usageHelp = true, description = "Show this.")
  private boolean help;

  @Override
  public Integer call() {
    if (spec == null) {
      throw new IllegalStateException("picocli sets the spec first");
    }
    CommandLine root = spec.root().commandLine();
    // The script for bash enables what it needs of it in zsh.
    String script =
        shell == Shell.fish
            ? FishCompletion.of("tidings", root)
            : AutoComplete.bash("tidings", root);
    spec.commandLine().getOut().print(script);
    spec.commandLine().getOut().flush();
    return ExitCode.OK;
  }
}
