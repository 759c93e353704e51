package dev.tidings.documentation;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A block of commands in a page. {@code sh} blocks are commands only; in {@code console} blocks
 * they follow a {@code $}, and the rest is what they print. A comment in the line before a block
 * says how it is run, if not simply to its end:
 *
 * <pre>
 * &lt;!-- run: until "text" --&gt;          it goes on for ever: it is interrupted when it has printed that
 * &lt;!-- run: alone, until "text" --&gt;   likewise, with nothing else running
 * &lt;!-- run: exit 1 --&gt;                it ends with that code
 * &lt;!-- not run: reason --&gt;            it is not
 * </pre>
 *
 * @param where page and line
 * @param script what bash is given
 * @param until what it prints when it has done what it shows, or empty
 */
record CommandBlock(
    String where, String script, int exitCode, boolean alone, String until, String notRun) {
  private static final Pattern FENCE = Pattern.compile("\\s*```(\\w*)\\s*");
  private static final Pattern RUN = Pattern.compile("<!-- run: (.*) -->");
  private static final Pattern NOT_RUN = Pattern.compile("<!-- not run: (.*) -->");
  private static final Pattern UNTIL = Pattern.compile("until \"([^\"]*)\"");
  private static final Pattern EXIT = Pattern.compile("exit (\\d+)");

  static List<CommandBlock> in(Path page) throws IOException {
    List<CommandBlock> blocks = new ArrayList<>();
    List<String> lines = Files.readAllLines(page);
    String language = null;
    String directive = "";
    int begin = 0;
    for (int i = 0; i < lines.size(); i++) {
      Matcher fence = FENCE.matcher(lines.get(i));
      if (!fence.matches()) {
        continue;
      }
      if (language == null) {
        language = fence.group(1);
        directive = i > 0 ? lines.get(i - 1).strip() : "";
        begin = i + 1;
      } else {
        if (List.of("sh", "console").contains(language)) {
          String where = Pages.ROOT.relativize(page) + ":" + begin;
          blocks.add(of(where, language, directive, lines.subList(begin, i)));
        }
        language = null;
      }
    }
    return blocks;
  }

  private static CommandBlock of(
      String where, String language, String directive, List<String> lines) {
    Matcher run = RUN.matcher(directive);
    String how = run.matches() ? run.group(1) : "";
    Matcher until = UNTIL.matcher(how);
    Matcher exit = EXIT.matcher(how);
    Matcher notRun = NOT_RUN.matcher(directive);
    return new CommandBlock(
        where,
        String.join("\n", language.equals("sh") ? lines : commands(lines)) + "\n",
        exit.find() ? Integer.parseInt(exit.group(1)) : 0,
        how.startsWith("alone"),
        until.find() ? until.group(1) : "",
        notRun.matches() ? notRun.group(1) : "");
  }

  /** What follows a dollar, with the lines that continue it. */
  private static List<String> commands(List<String> lines) {
    List<String> commands = new ArrayList<>();
    boolean continued = false;
    for (String line : lines) {
      if (continued || line.startsWith("$ ")) {
        commands.add(continued ? line : line.substring(2));
        continued = line.endsWith("\\");
      }
    }
    return commands;
  }

  @Override
  public String toString() {
    return where;
  }
}
