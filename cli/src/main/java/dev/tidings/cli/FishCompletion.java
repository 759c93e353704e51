package dev.tidings.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.StreamSupport;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** A script that completes commands, options and their values in fish. */
final class FishCompletion {
  private final StringBuilder script = new StringBuilder();
  private final String program;

  private FishCompletion(String program) {
    this.program = program;
  }

  static String of(String program, CommandLine root) {
    FishCompletion completion = new FishCompletion(program);
    completion.script.append("complete -c %s -f%n".formatted(program));
    completion.add(root, List.of());
    return completion.script.toString();
  }

  private void add(CommandLine command, List<String> path) {
    String condition = condition(command, path);
    command
        .getSubcommands()
        .forEach((name, sub) -> line(condition, "-a " + name, description(sub)));
    for (OptionSpec option : command.getCommandSpec().options()) {
      if (!option.hidden()) {
        line(condition, names(option) + values(option), firstOf(option.description()));
      }
    }
    for (PositionalParamSpec parameter : command.getCommandSpec().positionalParameters()) {
      String values = values(parameter);
      if (!values.isEmpty()) {
        line(condition, values.strip(), firstOf(parameter.description()));
      }
    }
    command
        .getSubcommands()
        .forEach(
            (name, sub) -> {
              List<String> longer = new ArrayList<>(path);
              longer.add(name);
              add(sub, longer);
            });
  }

  /** All of its path was typed, and none of its subcommands. */
  private static String condition(CommandLine command, List<String> path) {
    List<String> parts = new ArrayList<>();
    path.forEach(name -> parts.add("__fish_seen_subcommand_from " + name));
    if (!command.getSubcommands().isEmpty()) {
      parts.add(
          "not __fish_seen_subcommand_from " + String.join(" ", command.getSubcommands().keySet()));
    }
    return String.join("; and ", parts);
  }

  private static String names(OptionSpec option) {
    List<String> names = new ArrayList<>();
    for (String name : option.names()) {
      names.add(name.startsWith("--") ? "-l " + name.substring(2) : "-s " + name.substring(1));
    }
    return String.join(" ", names);
  }

  private static String values(OptionSpec option) {
    if (option.arity().max() == 0) {
      return "";
    }
    // Without candidates, perhaps a file.
    return option.completionCandidates() == null ? " -r -F" : " -x -a " + candidates(option);
  }

  private static String values(PositionalParamSpec parameter) {
    if (parameter.completionCandidates() != null) {
      return " -a " + candidates(parameter);
    }
    return Path.class.isAssignableFrom(parameter.type()) ? " -F" : "";
  }

  private static String candidates(ArgSpec argument) {
    return quoted(
        String.join(
            " ",
            StreamSupport.stream(argument.completionCandidates().spliterator(), false).toList()));
  }

  private static String description(CommandLine command) {
    return firstOf(command.getCommandSpec().usageMessage().description());
  }

  private static String firstOf(String[] description) {
    String whole = description.length == 0 ? "" : description[0];
    int end = whole.indexOf(". ");
    return end < 0 ? whole : whole.substring(0, end);
  }

  private void line(String condition, String what, String description) {
    script
        .append("complete -c %s -n %s %s".formatted(program, quoted(condition), what))
        .append(" -d ")
        .append(quoted(description.replace("${COMPLETION-CANDIDATES}", "").strip()))
        .append(System.lineSeparator());
  }

  private static String quoted(String text) {
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'";
  }
}
