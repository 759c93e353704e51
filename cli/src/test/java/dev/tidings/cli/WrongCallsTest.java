package dev.tidings.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.cli.SharedStack.Outcome;
import dev.tidings.cli.filter.ObjectPattern;
import dev.tidings.event.match.Glob;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/** What is said of calls that are wrong already as they are written. */
class WrongCallsTest {

  // Whether these are right shows only when they are used.
  private static final Set<Class<?>> ANY_TEXT =
      Set.of(String.class, Path.class, Glob.class, ObjectPattern.class);

  private static Outcome run(String... args) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int code = commandLine(out, err).execute(args);
    return new Outcome(code, out.toString(), err.toString());
  }

  private static CommandLine commandLine(StringWriter out, StringWriter err) {
    return Tidings.commandLine(new PrintWriter(out), new PrintWriter(err));
  }

  @ParameterizedTest
  @CsvSource({"gt,get", "wach,watch", "replya,replay", "doktor,doctor", "typse,types"})
  void whoMistypesACommandIsToldTheNearest(String given, String meant) {
    Outcome outcome = run(given, "--severity", "WARN");
    assertThat(outcome.code()).isEqualTo(ExitCode.USAGE);
    assertThat(outcome.err())
        .isEqualToNormalizingNewlines(
            "tidings: there is no 'tidings %s': did you mean 'tidings %s'?%n"
                .formatted(given, meant));
  }

  @Test
  void whoNamesNothingNearIsToldAll() {
    Outcome outcome = run("frobnicate");
    assertThat(outcome.code()).isEqualTo(ExitCode.USAGE);
    assertThat(outcome.err()).contains("there is no 'tidings frobnicate', only up, record, get");
    assertThat(run("topics", "aply").err()).contains("did you mean 'tidings topics apply'?");
    assertThat(run("get", "--sevrity", "WARN").err()).contains("--severity");
  }

  /** Every option that takes something else than any text, with something that is not it. */
  @Test
  void noMessageSpeaksToProgrammers() {
    List<String[]> calls = new ArrayList<>();
    calls.add(new String[] {"describe", "nosuch"});
    all(commandLine(new StringWriter(), new StringWriter()))
        .forEach(
            command -> {
              for (OptionSpec option : command.getCommandSpec().options()) {
                if (option.arity().max() > 0 && !ANY_TEXT.contains(type(option))) {
                  List<String> call = new ArrayList<>(path(command));
                  call.add(option.longestName() + "={%[ ");
                  calls.add(call.toArray(String[]::new));
                }
              }
            });
    assertThat(calls).hasSizeGreaterThan(40);
    assertThat(calls)
        .allSatisfy(
            call -> {
              Outcome outcome = run(call);
              assertThat(outcome.err())
                  .as(String.join(" ", call))
                  .startsWith("tidings: ")
                  .doesNotContain("java.", "Exception", "picocli");
              assertThat(outcome.code()).as(outcome.err()).isEqualTo(ExitCode.USAGE);
            });
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "pigeon=home",
        "syslog=127.0.0.1:601",
        "syslog=tcp://no-such-host.invalid:601",
        "syslog=tcp://127.0.0.1:0",
        "store=oracle",
        "webhook=ftp://127.0.0.1/x",
        "slack=hello"
      })
  void aWriterThatCannotBeIsSaidBeforeAnythingStarts(String writer, @TempDir Path directory) {
    Path data = directory.resolve("data");
    Outcome outcome = run("up", "--data-dir", data.toString(), "--write", writer);
    assertThat(outcome.err()).startsWith("tidings: ").doesNotContain("Exception");
    assertThat(outcome.code()).as(outcome.err()).isEqualTo(ExitCode.USAGE);
    assertThat(data).doesNotExist();
  }

  @Test
  void portsMustBePortsAndDifferent() {
    assertThat(run("up", "--connect-port", "70000").err()).contains("70000 is no port");
    Outcome twice = run("up", "--kafka-port", "9092", "--connect-port", "9092");
    assertThat(twice.code()).isEqualTo(ExitCode.USAGE);
    assertThat(twice.err()).contains("9092 is given twice");
  }

  private static Stream<CommandLine> all(CommandLine command) {
    return Stream.concat(
        Stream.of(command),
        command.getSubcommands().values().stream().flatMap(WrongCallsTest::all));
  }

  private static Class<?> type(OptionSpec option) {
    Class<?>[] ofElements = option.auxiliaryTypes();
    return ofElements.length > 0 ? ofElements[0] : option.type();
  }

  private static List<String> path(CommandLine command) {
    List<String> path = new ArrayList<>();
    for (CommandLine one = command; one.getParent() != null; one = one.getParent()) {
      path.add(0, one.getCommandName());
    }
    return path;
  }
}
