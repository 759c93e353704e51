package dev.tidings.cli;

import java.util.List;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.Model.UsageMessageSpec;

/** A command's manual page, in roff with the man macros, from what its help says. */
final class ManPage {
  private final CommandSpec command;
  private final StringBuilder page = new StringBuilder();

  private ManPage(CommandSpec command) {
    this.command = command;
  }

  /** The name of a command's page: {@code tidings-topics-diff}. */
  static String name(CommandLine command) {
    return command.getCommandSpec().qualifiedName("-");
  }

  /** The page. */
  static String of(CommandLine command) {
    ManPage page = new ManPage(command.getCommandSpec());
    page.write(command);
    return page.page.toString();
  }

  private void write(CommandLine commandLine) {
    String name = name(commandLine);
    UsageMessageSpec usage = command.usageMessage();
    line(".TH " + quoted(name.toUpperCase(java.util.Locale.ROOT)) + " 1 \"\" Tidings");
    section("NAME");
    text(name + " \\- " + escaped(firstSentence(usage.description())));
    section("SYNOPSIS");
    Help help = new Help(command, Help.defaultColorScheme(Ansi.OFF));
    verbatim(List.of(help.synopsis(0).strip().split("\\R")));
    section("DESCRIPTION");
    for (String paragraph : usage.description()) {
      line(".PP");
      text(escaped(resolved(paragraph)));
    }
    writeCommands(commandLine);
    writeOptions();
    writeExitCodes(usage);
    writeFooter(usage);
    writeSeeAlso(commandLine);
  }

  private void writeCommands(CommandLine commandLine) {
    if (commandLine.getSubcommands().isEmpty()) {
      return;
    }
    section("COMMANDS");
    commandLine
        .getSubcommands()
        .forEach((name, sub) -> entry(name, sub.getCommandSpec().usageMessage().description()));
  }

  private void writeOptions() {
    section("OPTIONS");
    for (PositionalParamSpec parameter : command.positionalParameters()) {
      entry(parameter.paramLabel(), parameter.description(), parameter.defaultValueString());
    }
    for (OptionSpec option : command.options()) {
      if (!option.hidden()) {
        String label = option.arity().max() == 0 ? "" : " " + option.paramLabel();
        entry(
            String.join(", ", option.names()) + label,
            List.of(option.description()).stream()
                .map(line -> candidates(line, option))
                .toArray(String[]::new),
            option.defaultValueString());
      }
    }
  }

  private static String candidates(String line, OptionSpec option) {
    Iterable<String> candidates = option.completionCandidates();
    return candidates == null
        ? line
        : line.replace("${COMPLETION-CANDIDATES}", String.join(", ", candidates));
  }

  private void writeExitCodes(UsageMessageSpec usage) {
    Map<String, String> codes = usage.exitCodeList();
    if (!codes.isEmpty()) {
      section("EXIT STATUS");
      codes.forEach((code, meaning) -> entry(code, new String[] {meaning}));
    }
  }

  private void writeFooter(UsageMessageSpec usage) {
    if (usage.footer().length > 0) {
      section("NOTES");
      verbatim(List.of(usage.footer()));
    }
  }

  private void writeSeeAlso(CommandLine commandLine) {
    section("SEE ALSO");
    CommandLine parent = commandLine.getParent();
    text(
        escaped(
            parent == null
                ? "tidings COMMAND --help"
                : name(parent) + "(1), " + command.qualifiedName() + " --help"));
  }

  private void entry(String term, String[] description) {
    entry(term, description, "");
  }

  private void entry(String term, String[] description, String defaultValue) {
    line(".TP");
    line("\\fB" + escaped(term) + "\\fR");
    text(
        escaped(
            resolved(String.join(" ", description))
                .replace("${DEFAULT-VALUE}", String.valueOf(defaultValue))));
  }

  private static String resolved(String text) {
    return text.replace("%n", " ").replace("%%", "%");
  }

  private static String firstSentence(String[] description) {
    String whole = description.length == 0 ? "" : resolved(description[0]);
    int end = whole.indexOf(". ");
    String sentence = end < 0 ? whole : whole.substring(0, end);
    return sentence.endsWith(".") ? sentence.substring(0, sentence.length() - 1) : sentence;
  }

  private void section(String title) {
    line(".SH " + quoted(title));
  }

  private void verbatim(List<String> lines) {
    line(".nf");
    lines.forEach(one -> text(escaped(resolved(one))));
    line(".fi");
  }

  /** A line of text must not look like a request. */
  private void text(String text) {
    line(text.startsWith(".") || text.startsWith("'") ? "\\&" + text : text);
  }

  private void line(String line) {
    page.append(line).append('\n');
  }

  /** In ASCII, which every formatter reads alike. */
  private static String escaped(String text) {
    StringBuilder out = new StringBuilder(text.length());
    text.codePoints()
        .forEach(
            c -> {
              switch (c) {
                case '\\' -> out.append("\\e");
                case '-' -> out.append("\\-");
                default -> out.append(c < 128 ? Character.toString(c) : "\\[u%04X]".formatted(c));
              }
            });
    return out.toString();
  }

  private static String quoted(String text) {
    return '"' + text.replace("\"", "") + '"';
  }
}
