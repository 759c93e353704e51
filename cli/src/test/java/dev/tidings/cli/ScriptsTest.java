package dev.tidings.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/** What is made from the description of the commands: help, manual pages, completion. */
class ScriptsTest {
  @TempDir Path directory;

  private static CommandLine commandLine(StringWriter out) {
    PrintWriter writer = new PrintWriter(out);
    return Tidings.commandLine(writer, writer);
  }

  private static String run(String... args) {
    StringWriter out = new StringWriter();
    assertThat(commandLine(out).execute(args)).as(out.toString()).isZero();
    return out.toString();
  }

  private static Stream<CommandLine> all(CommandLine command) {
    return Stream.concat(
        Stream.of(command), command.getSubcommands().values().stream().flatMap(ScriptsTest::all));
  }

  @Test
  void everyCommandHasHelpWithExamplesAndExitCodes() {
    assertThat(all(commandLine(new StringWriter())).skip(1).toList())
        .allSatisfy(
            command -> {
              String usage = command.getUsageMessage();
              assertThat(usage).as(command.getCommandName()).contains("Exit codes:", "--help");
              // Wrapped, they could not be copied.
              assertThat(command.getCommandSpec().usageMessage().footer())
                  .as(command.getCommandName())
                  .allMatch(line -> !line.startsWith("  ") || line.length() < 80);
              if (command.getSubcommands().isEmpty()) {
                assertThat(usage).as(command.getCommandName()).contains("Examples:");
              }
            });
  }

  @Test
  void everyCommandHasAManualPageThatCanBeFormatted() throws Exception {
    assertThat(run("man", "--into", directory.toString())).contains("pages written");
    List<Path> pages;
    try (Stream<Path> files = Files.list(directory)) {
      pages = files.toList();
    }
    assertThat(pages).hasSize((int) all(commandLine(new StringWriter())).count());
    String get = Files.readString(directory.resolve("tidings-get.1"));
    assertThat(get)
        .contains(".TH \"TIDINGS-GET\" 1", ".SH \"NAME\"", "tidings-get \\- Shows the events")
        .contains("DEBUG, INFO, WARN, ERROR, CRITICAL")
        .doesNotContain("${");
    assertThat(run("man", "topics", "diff")).contains("tidings-topics-diff");

    assumeThat(Path.of("/usr/bin/groff")).exists();
    for (Path page : pages) {
      String warnings =
          filtered(Files.readString(page), "groff", "-man", "-Tutf8", "-ww", "-Wbreak", "-z");
      assertThat(warnings).as(page.toString()).isEmpty();
    }
  }

  @Test
  void aCommandThatIsNoneHasNoPage() {
    StringWriter out = new StringWriter();
    assertThat(commandLine(out).execute("man", "nope")).isEqualTo(ExitCode.USAGE);
    assertThat(out.toString()).contains("There is no command 'nope'");
  }

  @Test
  void theScriptForBashIsOne() throws Exception {
    String script = run("completion", "bash");
    assertThat(script).contains("complete ", "--bootstrap-servers");
    assertThat(run("completion")).isEqualTo(script).isEqualTo(run("completion", "zsh"));
    assumeThat(Path.of("/bin/bash")).exists();
    assertThat(filtered(script, "/bin/bash", "-n")).isEmpty();
  }

  @Test
  void theScriptForFishKnowsCommandsOptionsAndValues() {
    assertThat(run("completion", "fish").lines())
        .contains("complete -c tidings -f")
        .anyMatch(line -> line.contains("-a get ") && line.contains("-d 'Shows the events"))
        .anyMatch(
            line ->
                line.contains("'__fish_seen_subcommand_from get' -l severity")
                    && line.contains("'DEBUG INFO WARN ERROR CRITICAL'"))
        .anyMatch(
            line ->
                line.contains(
                    "'__fish_seen_subcommand_from topics; and __fish_seen_subcommand_from diff'"))
        .allMatch(line -> line.startsWith("complete -c tidings"))
        // Every quote is closed.
        .allMatch(line -> line.replace("\\'", "").chars().filter(c -> c == '\'').count() % 2 == 0);
  }

  @ParameterizedTest
  @CsvSource({
    "re, record rejected replay",
    "get --sett, --settled",
    "get --severity W, WARN",
    "topics a, apply",
    "topics apply --part, --partitions",
    "replay rec, recorded"
  })
  void bashAndFishCompleteWhatIsTyped(String typed, String completions) throws Exception {
    assumeThat(Path.of("/bin/bash")).exists();
    String[] words = ("tidings " + typed).split(" ");
    String bash =
        run("completion", "bash")
            + """
            compopt() { :; }
            COMP_WORDS=(%s); COMP_CWORD=%d; COMP_LINE='tidings %s'; COMP_POINT=${#COMP_LINE}
            _complete_tidings tidings '%s' ''
            printf '%%s\n' "${COMPREPLY[@]}"
            """
                .formatted(
                    String.join(" ", words), words.length - 1, typed, words[words.length - 1]);
    assertThat(filtered(bash, "/bin/bash", "--norc").split("\\s+"))
        .containsExactlyInAnyOrder(completions.split(" "));

    assumeThat(Path.of("/usr/bin/fish")).exists();
    String fish = run("completion", "fish") + "%ncomplete -C'tidings %s'%n".formatted(typed);
    assertThat(
            filtered(fish, "/usr/bin/fish", "--no-config").lines().map(line -> line.split("\t")[0]))
        .containsExactlyInAnyOrder(completions.split(" "));
  }

  private static String filtered(String input, String... command)
      throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    try (OutputStream to = process.getOutputStream()) {
      to.write(input.getBytes(StandardCharsets.UTF_8));
    }
    try (InputStream from = process.getInputStream()) {
      String out = new String(from.readAllBytes(), StandardCharsets.UTF_8);
      process.waitFor();
      return out;
    }
  }
}
