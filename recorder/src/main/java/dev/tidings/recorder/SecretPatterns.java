package dev.tidings.recorder;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@link Redaction#secrets}. Possessive or bounded repetition only: no text makes it slow. */
final class SecretPatterns implements Redaction {
  private static final String NAMES =
      "(?:passwords?|passwd|pwd|passphrase|secrets?|(?:access|auth|refresh|id|api|bearer)?[-_.]?tokens?"
          + "|(?:api|access|secret|private|account|shared)[-_.]?keys?|credentials?|client[-_.]?secret)";

  private static final Pattern NAME =
      Pattern.compile("(?i)(?:^|.*[^a-z])" + NAMES + "(?:$|[^a-z].*)");

  /** {@code name = value}, {@code "name": "value"} and the like; the value is replaced. */
  private static final Pattern ASSIGNED =
      Pattern.compile(
          "(?i)(\\b[a-z0-9_.-]{0,40}?"
              + NAMES
              + "[\"']?\\s{0,5}[:=]\\s{0,5})"
              + "(?:\"[^\"]*+\"?|'[^']*+'?|[^\\s,;&\"'}\\])]++)");

  private static final Pattern AUTHORIZATION =
      Pattern.compile("(?i)\\b(basic|bearer|digest)\\s{1,5}[a-z0-9+/=._~-]{8,}+");

  private static final Pattern URL_CREDENTIALS =
      Pattern.compile("(?i)\\b([a-z][a-z0-9+.-]{1,20}://)[^\\s/@:]{1,256}+:[^\\s/@]{1,256}+@");

  private static final Pattern JSON_WEB_TOKEN =
      Pattern.compile("\\beyJ[A-Za-z0-9_-]{5,}+\\.[A-Za-z0-9_-]{5,}+\\.[A-Za-z0-9_-]*+");

  private static final Pattern AWS_ACCESS_KEY = Pattern.compile("\\b(?:AKIA|ASIA)[A-Z0-9]{16}\\b");

  private static final Pattern PRIVATE_KEY =
      Pattern.compile(
          "-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----[^-]*+(?:-----END [A-Z ]{0,30}PRIVATE KEY-----)?");

  @Override
  public String redact(String field, String text) {
    if (!field.equals("message") && NAME.matcher(field).matches()) {
      return REPLACEMENT;
    }
    String replacement = Matcher.quoteReplacement(REPLACEMENT);
    String clean = PRIVATE_KEY.matcher(text).replaceAll(replacement);
    clean = AUTHORIZATION.matcher(clean).replaceAll("$1 " + replacement);
    clean = URL_CREDENTIALS.matcher(clean).replaceAll("$1" + replacement + "@");
    clean = JSON_WEB_TOKEN.matcher(clean).replaceAll(replacement);
    clean = AWS_ACCESS_KEY.matcher(clean).replaceAll(replacement);
    return ASSIGNED.matcher(clean).replaceAll("$1" + replacement);
  }
}
