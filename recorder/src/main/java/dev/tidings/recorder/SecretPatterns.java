package dev.tidings.recorder;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * {@link Redaction#secrets}. In doubt it takes too much. Its time grows with the text's length
 * only: a pattern is tried where its first sign stands, and what it may look at is bounded.
 */
final class SecretPatterns implements Redaction {
  private static final Pattern NAME =
      Pattern.compile(
          "(?:^|.*[^a-z])(?:passwords?|passwd|pwd|passphrase|secrets?|tokens?|apikeys?"
              + "|(?:api|access|secret|private|account|shared)[-_.]?keys?|credentials?"
              + "|authorization|cookies?)(?:$|[^a-z].*)");

  private static final Pattern HUMP = Pattern.compile("(?<=[a-z0-9])(?=[A-Z])");
  private static final int LONGEST_NAME = 80;

  /** What may stand between a name and its value: the name's closing quote, and the sign. */
  private static final Pattern BEFORE_VALUE = Pattern.compile("\\s{0,5}");

  /** Quoted, with escapes, or up to a space or separator; perhaps behind the name of a scheme. */
  private static final Pattern VALUE =
      Pattern.compile(
          "(?:(?i:basic|bearer|digest|token|negotiate)\\s{1,5})?"
              + "(?:\\\\{0,4}\"(?:[^\"\\\\]|\\\\.)*+\"?|'[^']*+'?|[^\\s,;&\"'}\\])]++)");

  private static final Pattern SCHEME_KEPT =
      Pattern.compile("(?i)(?:basic|bearer|digest|token|negotiate)\\s{1,5}");

  private static final Pattern FLAG =
      Pattern.compile("(?<![^\\s\"'])--?([A-Za-z0-9_.-]{1,80})\\s{1,5}(?!-)");

  private static final Pattern AUTHORIZATION =
      Pattern.compile("(?i)\\b(basic|bearer|digest)\\s{1,5}[a-z0-9+/=._~-]{8,}+");

  private static final Pattern URL_CREDENTIALS =
      Pattern.compile("(?<=://)[^\\s/?#@]{0,512}@(?:[^\\s/?#@]{1,512}@)?");

  private static final Pattern JSON_WEB_TOKEN =
      Pattern.compile("\\beyJ[A-Za-z0-9_-]{5,}+\\.[A-Za-z0-9_-]{5,}+\\.[A-Za-z0-9_-]*+");

  private static final Pattern KNOWN_TOKEN =
      Pattern.compile(
          "\\b(?:(?:AKIA|ASIA)[A-Z0-9]{16}\\b|(?:gh[pousr]|github_pat|glpat|xox[abprs])[_-]"
              + "[A-Za-z0-9_-]{10,}+)");

  private static final Pattern PRIVATE_KEY =
      Pattern.compile(
          "(?s)-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----"
              + ".*?(?:-----END [A-Z ]{0,30}PRIVATE KEY-----|\\z)");

  @Override
  public String redact(String field, String text) {
    if (!field.equals("message") && isSecretName(field)) {
      return REPLACEMENT;
    }
    String replacement = Matcher.quoteReplacement(REPLACEMENT);
    String clean = text;
    if (clean.contains("-----BEGIN")) {
      clean = PRIVATE_KEY.matcher(clean).replaceAll(replacement);
    }
    if (clean.contains("://")) {
      clean = URL_CREDENTIALS.matcher(clean).replaceAll(replacement + "@");
    }
    clean = assignments(clean);
    clean = flags(clean);
    clean = AUTHORIZATION.matcher(clean).replaceAll("$1 " + replacement);
    if (clean.contains("eyJ")) {
      clean = JSON_WEB_TOKEN.matcher(clean).replaceAll(replacement);
    }
    return KNOWN_TOKEN.matcher(clean).replaceAll(replacement);
  }

  private static boolean isSecretName(String name) {
    return NAME.matcher(HUMP.matcher(name).replaceAll("-").toLowerCase(Locale.ROOT)).matches();
  }

  /** {@code name = value}, {@code "name": "value"} and the like. */
  private static String assignments(String text) {
    StringBuilder out = new StringBuilder(text.length());
    Matcher value = VALUE.matcher(text);
    Matcher gap = BEFORE_VALUE.matcher(text);
    int copied = 0;
    for (int at = 0; at < text.length(); at++) {
      char c = text.charAt(at);
      if ((c != '=' && c != ':') || at < copied || !isSecretName(nameBefore(text, at))) {
        continue;
      }
      int start = gap.region(at + 1, text.length()).lookingAt() ? gap.end() : at + 1;
      if (value.region(start, text.length()).lookingAt()) {
        Matcher scheme = SCHEME_KEPT.matcher(text).region(start, value.end());
        int from = scheme.lookingAt() ? scheme.end() : start;
        out.append(text, copied, from).append(REPLACEMENT);
        copied = value.end();
      }
    }
    return copied == 0 ? text : out.append(text, copied, text.length()).toString();
  }

  /** The name that ends before a sign; quotes, backslashes and spaces may stand between. */
  private static String nameBefore(String text, int sign) {
    int end = sign;
    while (end > 0 && sign - end < 10 && "\"'\\ \t".indexOf(text.charAt(end - 1)) >= 0) {
      end--;
    }
    int start = end;
    while (start > 0 && end - start < LONGEST_NAME && isNamePart(text.charAt(start - 1))) {
      start--;
    }
    return text.substring(start, end);
  }

  private static boolean isNamePart(char c) {
    return c < 0x80 && (Character.isLetterOrDigit(c) || c == '_' || c == '-' || c == '.');
  }

  /** {@code --name value}. */
  private static String flags(String text) {
    if (text.indexOf('-') < 0) {
      return text;
    }
    StringBuilder out = new StringBuilder(text.length());
    Matcher flag = FLAG.matcher(text);
    Matcher value = VALUE.matcher(text);
    int copied = 0;
    while (flag.find()) {
      if (flag.start() >= copied
          && isSecretName(flag.group(1))
          && value.region(flag.end(), text.length()).lookingAt()) {
        out.append(text, copied, flag.end()).append(REPLACEMENT);
        copied = value.end();
      }
    }
    return copied == 0 ? text : out.append(text, copied, text.length()).toString();
  }
}
