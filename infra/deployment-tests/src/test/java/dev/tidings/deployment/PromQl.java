package dev.tidings.deployment;

import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** As much of Prometheus' query language as it takes to find the metrics in an expression. */
final class PromQl {
  private static final Pattern WITHOUT_METRICS =
      Pattern.compile(
          // Text, label matchers, ranges, and the labels that aggregations and joins name.
          "\"(?:[^\"\\\\]|\\\\.)*\"|\\{[^}]*}|\\[[^]]*]"
              + "|\\b(?:by|without|on|ignoring|group_left|group_right)\\s*\\([^)]*\\)");
  private static final Pattern NAME = Pattern.compile("[a-zA-Z_:][a-zA-Z0-9_:]*(?!\\w)(\\s*\\()?");
  private static final Set<String> WORDS =
      Set.of("and", "or", "unless", "bool", "offset", "sum", "max", "min", "avg", "count");

  private PromQl() {}

  /** The names of the metrics that are asked for. */
  static Set<String> metrics(String expression) {
    String rest = expression;
    // Labels may hold braces in their text: text goes first.
    rest = rest.replaceAll("\"(?:[^\"\\\\]|\\\\.)*\"", "\"\"");
    rest = WITHOUT_METRICS.matcher(rest).replaceAll(" ");
    Set<String> names = new TreeSet<>();
    Matcher matcher = NAME.matcher(rest.replaceAll("\\b\\d+(\\.\\d+)?(e\\d+)?[smhdwy]?\\b", " "));
    while (matcher.find()) {
      if (matcher.group(1) == null && !WORDS.contains(matcher.group())) {
        names.add(matcher.group());
      }
    }
    return names;
  }
}
